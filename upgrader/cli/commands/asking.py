"""The question before the first change of a live pair: its name, typed by a person."""

import sys
from collections.abc import Callable

from upgrader.cli.commands.interrupt import StopRequest, at_once
from upgrader.cli.pairfile.pair import PairFile
from upgrader.model.plan import Plan, Purpose
from upgrader.model.words import many
from upgrader.ports import Declined, UsageFault


def agreement(
    pair: PairFile, *, yes: bool, hush: Callable[[], None], stop: StopRequest
) -> Callable[[Plan], None]:
    """What shows a plan to a person and asks about it, where the pair is live.

    `hush` takes away whatever is drawn on standard error at the moment. Who has asked to `stop`
    before is not asked: KeyboardInterrupt.
    """

    def agreed(plan: Plan) -> None:
        if yes or not pair.is_live:
            return
        from upgrader.journal.approvals import plan_hash  # noqa: PLC0415  likewise
        from upgrader.views.text.findings import write_findings  # noqa: PLC0415  rich is heavy
        from upgrader.views.text.page import Page  # noqa: PLC0415  likewise
        from upgrader.views.text.plan import write_plan, write_prediction  # noqa: PLC0415  likewise

        hush()
        if stop.asked:
            raise KeyboardInterrupt
        page = Page(sys.stderr)
        write_plan(page, plan, plan_hash(plan))
        if plan.findings:
            write_findings(page, plan.findings, ())
        write_prediction(page, plan.prediction)
        confirmed(pair.name, yes=yes, about=_about(plan))

    return agreed


def _about(plan: Plan) -> str:
    steps = f"{many(len(plan.steps), 'step')}, as shown above"
    match plan.purpose:
        case Purpose.UPGRADE:
            hops = len(plan.journey) + 1
            onward = f", the first of {hops} hops to {plan.journey[-1]}" if plan.journey else ""
            return f"upgrade it to {plan.target.version}{onward}: {steps}"
        case Purpose.ROLLBACK:
            return f"take it back to {plan.target.version}: {steps}"
        case Purpose.CLEANUP:
            return f"log off rows that nobody uses: {steps}"


def confirmed(pair_name: str, *, yes: bool, about: str) -> None:
    """Let a person type the pair's name; `yes` skips the question, and nothing else.

    Nothing is under way yet: a single Ctrl-C ends it here (KeyboardInterrupt).

    `about` says what will be done, in a phrase: `upgrade it to 9.16(4)`.

    Raises:
        Declined: another word was typed, or none. Nothing was changed.
        UsageFault: nobody is there to be asked.
    """
    if yes:
        return
    lead = f"This is a live pair, and what follows will {about}."
    name_typed(pair_name, f"{lead}\nType its name, {pair_name}, to go on: ", "changed")


def name_typed(pair_name: str, question: str, undone: str) -> None:
    """Let a person type the pair's name; `undone`: what else was not done, `changed` or `signed`.

    Raises:
        Declined: another word was typed, or none.
        UsageFault: nobody is there to be asked.
    """
    with at_once():
        sys.stderr.write(f"\n{question}")
        sys.stderr.flush()
        answer = sys.stdin.readline()
    if not sys.stdin.isatty() or not answer:
        sys.stderr.write("\n")  # Nobody has pressed Enter here.
    if not answer:
        raise UsageFault(
            f"nobody is there to type the name of {pair_name}: standard input has ended. "
            "`--yes` goes on without the question"
        )
    if answer.strip() != pair_name:
        raise Declined(
            f"{answer.strip()!r} is not {pair_name!r}: nothing was {undone}. "
            "Type the pair's name, or `--yes`"
        )
