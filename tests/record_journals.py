"""Records the nights of a release for `fixtures/journals/`, with the code as it is now.

`.venv/bin/python tests/record_journals.py 0.2.0` writes `fixtures/journals/0.2.0/NIGHT/`: what a
replay reads of a run's folder, and nothing else. The pairs are the built-in ones with a dozen
people. A plan names its pair file: home and pair files stand in `/tmp/nights`, so that nothing of
the machine is in a journal.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEPT = ("journal.jsonl", "journal.head", "key.pub", "plan.json", "tape")
PEOPLE = 12
PORT = "22922"
PLACE = Path("/tmp/nights")
IN_SPITE_OF = "to see what becomes of people"


class Recorder:
    """One home, in which nights are conducted one after another by the command line."""

    def __init__(self, folder: Path, nights: Path) -> None:
        self._folder = folder
        self._nights = nights
        self._pairs = folder / "pairs"
        for name in ("pairs", "configs"):
            shutil.copytree(ROOT / "fixtures" / name, folder / name)
        for pair in self._pairs.glob("*.toml"):
            text = re.sub(r"(?m)^count = 50$", f"count = {PEOPLE}", pair.read_text())
            text = re.sub(r"(?m)^sleeping = 5$", "sleeping = 2", text)
            text = re.sub(r"(?m)^port = 2222$", f"port = {PORT}", text)
            pair.write_text(re.sub(r"(?m)^rate = \d+$", "rate = 600", text))

    def command(self, *words: str) -> tuple[Sequence[str], dict[str, object]]:
        """A command line of ours, and how it is started."""
        environment = {
            **os.environ,
            "UPGRADER_HOME": str(self._folder / "home"),
            "UPGRADER_PASSWORD": "cisco",
        }
        return (
            (sys.executable, "-m", "upgrader.cli.main", *words),
            {"cwd": self._pairs, "env": environment, "text": True},
        )

    @property
    def newest(self) -> str:
        """The name of the run that was begun last."""
        return self._runs()[-1].name

    def types(self, *words: str) -> None:
        """Conduct a night, or a part of one; a night that ends badly is a night too."""
        typed, how = self.command(*words)
        done = subprocess.run(typed, capture_output=True, check=False, **how)
        if done.returncode in {1, 2, 3}:
            raise SystemExit(
                f"{' '.join(words)}: exit {done.returncode}\n{done.stdout}{done.stderr}"
            )

    def keeps(self, name: str) -> None:
        """Keep the newest run under that name; where there are several hops, each."""
        runs = self._runs()
        for number, run in enumerate(runs, 1):
            place = self._nights / (name if len(runs) == 1 else f"{name}-{number}")
            place.mkdir(parents=True)
            for part in KEPT:
                copy = shutil.copytree if (run / part).is_dir() else shutil.copy
                copy(run / part, place / part)
            _nothing_of_this_machine(place)
            shutil.rmtree(run)

    def _runs(self) -> list[Path]:
        runs = (self._folder / "home" / "runs").iterdir()
        return sorted(runs, key=lambda run: (run / "key.pub").stat().st_mtime_ns)

    @contextmanager
    def serves(self, pair: str) -> Iterator[None]:
        """An emulated pair answers over SSH meanwhile."""
        typed, how = self.command("emulate", pair, "--fresh", "--rate", "600", "--port", PORT)
        with subprocess.Popen(typed, stdout=subprocess.PIPE, **how) as serving:
            assert serving.stdout is not None, "asked for"
            serving.stdout.readline()
            try:
                yield
            finally:
                serving.terminate()


def _nothing_of_this_machine(place: Path) -> None:
    for name in ("journal.jsonl", "plan.json"):
        text = (place / name).read_text()
        found = [path for path in (str(ROOT), str(Path.home())) if path in text]
        if found:
            raise SystemExit(f"{place / name} names {', '.join(found)}")


def record(recorder: Recorder) -> None:
    """All nights of a release: good and bad ones, stopped, taken up, taken back, over SSH."""
    mismatch = ("--waive", f"anyconnect-images-match={IN_SPITE_OF}")

    def night(name: str, *words: str) -> None:
        recorder.types("run", *words, "--fresh")
        recorder.keeps(name)

    night("matched", "matched.toml")
    night("mismatched", "mismatched.toml", *mismatch)
    recorder.types("cleanup", "mismatched.toml")
    recorder.keeps("cleanup")
    night("failback", "matched.toml", "--failback", "always")
    night("drained", "mismatched.toml", "--drain", "anyconnect", "--hold-logins")
    night("hops", "two-hops.toml")
    recorder.types("run", "matched.toml", "--fresh", "--stop-before", "switch-over")
    recorder.types("resume", recorder.newest)
    recorder.keeps("resumed")
    night("stopped", "mismatched.toml", *mismatch, "--stop-before", "final-reload")
    recorder.types("run", "matched.toml", "--fresh", "--stop-before", "final-reload")
    recorder.types("rollback", recorder.newest)
    recorder.keeps("rolled-back")
    with recorder.serves("matched.toml"):
        recorder.types("run", "over-ssh.toml", "--yes")
        recorder.keeps("over-ssh")


def main() -> None:
    """Record the nights of the release that is named."""
    if len(sys.argv) != 2:
        raise SystemExit("usage: record_journals.py RELEASE")
    nights = ROOT / "fixtures" / "journals" / sys.argv[1]
    if nights.exists():
        raise SystemExit(f"{nights} is there already: what was recorded is never recorded anew")
    PLACE.mkdir()
    try:
        record(Recorder(PLACE, nights))
    finally:
        shutil.rmtree(PLACE)


if __name__ == "__main__":
    main()
