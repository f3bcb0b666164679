"""The regression scenario: a night that was run again, as files that `rehearse` runs later on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from upgrader.conduct.reenacting.rerun import Build, Ran, Read, mark_of
from upgrader.conduct.reenacting.staged import Staged, stage_night
from upgrader.judgement.postmortem.causes.judge import judge
from upgrader.judgement.postmortem.comparing.likeness import story_of, untold
from upgrader.judgement.postmortem.rebuilding.paper import written
from upgrader.judgement.postmortem.rebuilding.rebuild import believed_causes
from upgrader.judgement.postmortem.rebuilding.setting import Rebuilt
from upgrader.judgement.postmortem.telling.night import tell
from upgrader.model.cause import Cause, Likelihood
from upgrader.model.night import Night
from upgrader.model.script import Expected, Script
from upgrader.model.words import many
from upgrader.ports import UsageFault


def regression(
    rebuilt: Rebuilt,
    night: Night,
    causes: Sequence[Cause],
    ran: Ran,
    again: Night,
    build: Build,
    read: Read,
) -> Mapping[str, str]:
    """The files, by their names; empty: the night cannot be staged as it was run.

    What comes of it when `rehearse` stages it is what is expected: of sessions by the books, and
    of the pair's events by the collector's file. What the records say and could not be reproduced
    is no part of it. `again`: the night that was run, as it is told.
    """
    believed = believed_causes(causes)
    script = replace(rebuilt.script, title=_title(night, causes), acts=ran.performed)
    came, told = ran.came, again
    if ran.mark is not None:
        testbed = build(written(rebuilt.setting, script), rebuilt.setting.name)
        try:
            collected = stage_night(testbed, script).collected
            came = testbed.came()
        except UsageFault:
            return {}
        finally:
            testbed.close()
        told = again if mark_of(collected) == ran.mark else tell(read(collected))
    cause = believed[0].name.value if believed else None
    people = many(len(night.lives), "session")
    head = [f"A night of {people}, rebuilt from its records by `upgrader replay`."]
    found = judge(told)
    if _other_cause(found, cause):
        # What is written must come again: the records' own cause cannot, so that it is only told.
        head.append(
            f"By its records: {cause or 'nobody was harmed'}. By the log of the run: below."
        )
        cause = believed_causes(found)[0].name.value
    expected = Expected(
        cause,
        came.lost,
        came.orphaned,
        came.leaked,
        story_of(told, rebuilt.setting.starts_at_s * 1_000),
    )
    head += [f"Assumed: {text}." for text in rebuilt.assumed]
    return written(rebuilt.setting, replace(script, expected=expected), head)


@dataclass(frozen=True, slots=True)
class Retold:
    """What the log of a staged night says of how it must end."""

    unlike: tuple[str, ...]
    """What came otherwise than told."""
    confirmed: bool
    """Whether the log itself speaks for the cause that is told; so it does where none is."""


def retold(script: Script, starts_ms: int, read: Read) -> Callable[[Staged, Expected], Retold]:
    """Who says of a staged night what came otherwise than told, by its collector's file.

    `starts_ms`: what the script's beginning is since 1970 on the devices' clocks.
    """

    def judged(staged: Staged, expected: Expected) -> Retold:
        again = tell(read(staged.collected))
        causes = judge(again)
        unlike = _other_cause(causes, expected.cause)
        believed = {cause.name.value for cause in believed_causes(causes)}
        if expected.story:
            story = story_of(again, starts_ms)
            unlike = (*unlike, *untold(expected.story, story, script.lasts_ms))
        return Retold(unlike, expected.cause is None or expected.cause in believed)

    return judged


def _other_cause(causes: Sequence[Cause], expected: str | None) -> tuple[str, ...]:
    """Whether the night's own log speaks for another cause and against the one that is told."""
    believed = believed_causes(causes)
    if not believed or expected in {cause.name.value for cause in believed}:
        return ()
    name = believed[0].name.value
    is_guess = believed[0].likelihood is Likelihood.POSSIBLE
    if expected is None:
        # What is only possible is told of any night, also of one that harmed nobody.
        return () if is_guess else (f"nobody is to be harmed, and its log tells of {name}",)
    mine = next(cause.likelihood for cause in causes if cause.name.value == expected)
    against = {Likelihood.UNLIKELY, Likelihood.EXCLUDED}
    if mine not in (against if is_guess else against | {Likelihood.POSSIBLE}):
        return ()
    said = f"no more than {mine.value}" if mine is Likelihood.POSSIBLE else mine.value
    return (f"its log tells of {name}, and that {expected}, which it is to be, is {said}",)


def _title(night: Night, causes: Sequence[Cause]) -> str:
    believed = believed_causes(causes)
    what = believed[0].name.value if believed else "nobody was harmed"
    return f"{what}: a night rebuilt from {many(len(night.sources), 'source')}"
