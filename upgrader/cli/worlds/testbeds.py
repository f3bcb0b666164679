"""Testbeds of nights that were rebuilt."""

from collections.abc import Mapping

from upgrader.cli.pairfile.pair import pair_of
from upgrader.cli.worlds.emulated import stage_for
from upgrader.judgement.postmortem.rebuilding.paper import PAIR_FILE
from upgrader.ports import Testbed


def rebuilt_testbed(files: Mapping[str, str], name: str) -> Testbed:
    """A testbed of a rebuilt night's files; `name` is what errors call its pair file.

    Raises:
        UsageFault: the emulator cannot run such a pair.
    """
    return stage_for(pair_of(files, PAIR_FILE, name))
