"""`upgrader --help`, from the start of the process to its end: CPU time of the child.

Beside it, what Python itself takes, and what `import typer` takes.

    python benchmarks/help.py
"""

import resource
import subprocess
import sys

from timing import Timed, say, say_yardstick

RUNS = 11


def child(*arguments: str) -> Timed:
    """CPU time of a child process, in milliseconds; the first run is not counted."""
    taken = []
    for _ in range(RUNS + 1):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        taken.append(seconds * 1_000)
    return Timed(tuple(taken[1:]))


if __name__ == "__main__":
    say_yardstick()
    say("upgrader --help", child("-m", "upgrader", "--help"), 300)
    say("python -c pass", child("-c", "pass"))
    say("python -c 'import typer'", child("-c", "import typer"))
