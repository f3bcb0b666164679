"""The question before the first change of a live pair: its name, typed by a person."""

import sys

from upgrader.ports import Declined, UsageFault


def confirmed(pair_name: str, *, yes: bool, about: str) -> None:
    """Let a person type the pair's name; `yes` skips the question, and nothing else.

    `about` says what will be done, in a phrase: `upgrade it to 9.16(4)`.

    Raises:
        Declined: another word was typed, or none. Nothing was changed.
        UsageFault: nobody is there to be asked.
    """
    if yes:
        return
    sys.stderr.write(
        f"\nThis is a live pair, and what follows will {about}.\n"
        f"Type its name, {pair_name}, to go on: "
    )
    sys.stderr.flush()
    answer = sys.stdin.readline()
    if not answer:
        sys.stderr.write("\n")
        raise UsageFault(
            f"nobody is there to type the name of {pair_name}: standard input has ended. "
            "`--yes` goes on without the question"
        )
    if answer.strip() != pair_name:
        raise Declined(
            f"{answer.strip()!r} is not {pair_name!r}: nothing was changed. "
            "Type the pair's name, or `--yes`"
        )
