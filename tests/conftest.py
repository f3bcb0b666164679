"""The shell in which commands are typed, and what a test run does before its first test.

What was compiled is kept, folders stand in memory, cycles are searched for as seldom as `main`
does, and no property is timed. No test needs any of it.
"""

import gc
import os
import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from shells import Shell

from upgrader.cli.main import NEW_OBJECTS

sys.dont_write_bytecode = False
"""pytest compiles a test's asserts anew wherever nothing is kept, which takes longer than to import
all that the tests import. It is kept in `__pycache__`, whatever the environment says."""

MEMORY = Path("/dev/shm")
ROOM = 2 << 30
"""Bytes that must be free there; a run of all tests writes about a tenth of it."""

settings.register_profile(
    "untimed",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("untimed")
"""No example of a property has an hour-glass: on a machine that is busy with something else, one
that takes a millisecond took 350, and failed for it."""


def pytest_configure(config: pytest.Config) -> None:
    """Put the tests' folders into memory: a journal flushes each entry, and no power fails here.

    `--basetemp`, or this variable of pytest's own, says otherwise.
    """
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM and os.access(MEMORY, os.W_OK):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Leave what collecting made out of every later search, and search seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)


@pytest.fixture
def upgrader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A person's shell, in a folder that has nothing in it."""
    return Shell(tmp_path, monkeypatch)
