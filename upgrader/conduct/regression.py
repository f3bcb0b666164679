"""The regression scenario: a night that was run again, as files that `rehearse` runs later on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from upgrader.conduct.staged import Staged, stage_night
from upgrader.judgement.postmortem.causes.judge import judge
from upgrader.judgement.postmortem.rebuilding.likeness import story_of, untold
from upgrader.judgement.postmortem.rebuilding.paper import written
from upgrader.judgement.postmortem.rebuilding.rebuild import believed_causes
from upgrader.judgement.postmortem.rebuilding.setting import Rebuilt
from upgrader.judgement.postmortem.telling.night import tell
from upgrader.model.cause import Cause, Likelihood
from upgrader.model.evidence import Evidence
from upgrader.model.night import Night
from upgrader.model.script import Act, Expected, Script, StoryLine
from upgrader.ports import Testbed, UsageFault


def regression(
    rebuilt: Rebuilt,
    night: Night,
    causes: Sequence[Cause],
    performed: Sequence[Act],
    build: Callable[[Mapping[str, str], str], Testbed],
    read: Callable[[str], Evidence],
) -> Mapping[str, str]:
    """The files, by their names; empty: the night cannot be staged as it was run.

    It is staged here once as `rehearse` stages it, and what came of that is what is expected: of
    sessions by the books, and of the pair's events by the collector's file. What the records say
    and could not be reproduced is no part of it.
    """
    believed = believed_causes(causes)
    script = replace(rebuilt.script, title=_title(night, causes), acts=tuple(performed))
    testbed = build(written(rebuilt.setting, script), rebuilt.setting.name)
    try:
        staged = stage_night(testbed, script)
        came = testbed.came()
    except UsageFault:
        return {}
    finally:
        testbed.close()
    expected = Expected(
        believed[0].name.value if believed else None,
        came.lost,
        came.orphaned,
        came.leaked,
        _story(read(staged.collected), rebuilt),
    )
    head = (
        f"A night of {len(night.lives)} sessions, rebuilt from its records by `upgrader replay`.",
        *(f"Assumed: {text}." for text in rebuilt.assumed),
    )
    return written(rebuilt.setting, replace(script, expected=expected), head)


def retold(
    script: Script, starts_ms: int, read: Callable[[str], Evidence]
) -> Callable[[Staged, Expected], tuple[str, ...]]:
    """Who says of a staged night what came otherwise than told, by its collector's file.

    `starts_ms`: what the script's beginning is since 1970 on the devices' clocks.
    """

    def differs(staged: Staged, expected: Expected) -> tuple[str, ...]:
        again = tell(read(staged.collected))
        other = _other_cause(judge(again), expected.cause)
        if not expected.story:
            return other
        story = story_of(again, starts_ms)
        return (*other, *untold(expected.story, story, script.lasts_ms))

    return differs


def _other_cause(causes: Sequence[Cause], expected: str | None) -> tuple[str, ...]:
    """Whether the night's own log speaks for another cause and against the one that is told."""
    believed = [cause.name.value for cause in believed_causes(causes)]
    if not believed or expected in believed:
        return ()
    if expected is None:
        return (f"nobody is to be harmed, and its log tells of {believed[0]}",)
    mine = next(cause for cause in causes if cause.name.value == expected)
    if mine.likelihood not in {Likelihood.UNLIKELY, Likelihood.EXCLUDED}:
        return ()
    said = mine.likelihood.value
    return (f"its log tells of {believed[0]}, and that {expected}, which it is to be, is {said}",)


def _story(evidence: Evidence, rebuilt: Rebuilt) -> tuple[StoryLine, ...]:
    return story_of(tell(evidence), rebuilt.setting.starts_at_s * 1_000)


def _title(night: Night, causes: Sequence[Cause]) -> str:
    believed = believed_causes(causes)
    what = believed[0].name.value if believed else "nobody was harmed"
    return f"{what}: a night rebuilt from {len(night.sources)} source(s)"
