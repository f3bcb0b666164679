"""What every worker does before its first test: keep what it compiled, and search for no cycles.

Both are about time only; no test needs them.
"""

import gc
import sys

import pytest

from upgrader.cli.main import NEW_OBJECTS

sys.dont_write_bytecode = False
"""pytest compiles a test's asserts anew wherever nothing is kept, which takes longer than to import
all that the tests import. It is kept in `__pycache__`, whatever the environment says."""


def pytest_collection_finish(session: pytest.Session) -> None:
    """Leave what collecting made out of every later search, and search as seldom as `main` does."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)
