"""The regression scenario: a night that was run again, as files that `rehearse` runs later on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from upgrader.conduct.staged import Staged, stage_night
from upgrader.judgement.postmortem.likeness import story_of, untold
from upgrader.judgement.postmortem.night import tell
from upgrader.judgement.postmortem.paper import written
from upgrader.judgement.postmortem.rebuild import believed_causes
from upgrader.judgement.postmortem.setting import Rebuilt
from upgrader.model.cause import Cause
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
    """Who says of a staged night what of its expected story did not come, by its collector's file.

    `starts_ms`: what the script's beginning is since 1970 on the devices' clocks.
    """

    def differs(staged: Staged, expected: Expected) -> tuple[str, ...]:
        if not expected.story:
            return ()
        again = tell(read(staged.collected))
        return untold(expected.story, story_of(again, starts_ms), script.lasts_ms)

    return differs


def _story(evidence: Evidence, rebuilt: Rebuilt) -> tuple[StoryLine, ...]:
    return story_of(tell(evidence), rebuilt.setting.starts_at_s * 1_000)


def _title(night: Night, causes: Sequence[Cause]) -> str:
    believed = believed_causes(causes)
    what = believed[0].name.value if believed else "nobody was harmed"
    return f"{what}: a night rebuilt from {len(night.sources)} source(s)"
