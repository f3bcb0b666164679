"""The question before the first change of a live pair: its name, typed by a person."""

import sys
from collections.abc import Callable

from upgrader.cli.pairfile import PairFile
from upgrader.model.plan import Plan, Purpose
from upgrader.ports import Declined, UsageFault


def agreement(pair: PairFile, *, yes: bool, hush: Callable[[], None]) -> Callable[[Plan], None]:
    """What shows a plan to a person and asks about it, where the pair is live.

    `hush` takes away whatever is drawn on standard error at the moment.
    """

    def agreed(plan: Plan) -> None:
        if yes or not pair.is_live:
            return
        from upgrader.views.text.page import Page  # noqa: PLC0415  rich is heavy
        from upgrader.views.text.plan import write_plan, write_prediction  # noqa: PLC0415  likewise

        hush()
        page = Page(sys.stderr)
        write_plan(page, plan)
        write_prediction(page, plan.prediction)
        confirmed(pair.name, yes=yes, about=_about(plan))

    return agreed


def _about(plan: Plan) -> str:
    match plan.purpose:
        case Purpose.UPGRADE:
            return f"upgrade it to {plan.target.version}: {len(plan.steps)} steps, as shown above"
        case Purpose.ROLLBACK:
            return f"take it back to {plan.target.version}: {len(plan.steps)} steps, as shown above"
        case Purpose.CLEANUP:
            return f"log off {len(plan.steps)} rows that nobody uses, as shown above"


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
