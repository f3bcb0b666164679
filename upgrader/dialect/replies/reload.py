"""`show reload`: whether this unit will reload by itself."""

from upgrader.dialect.commands import SHOW_RELOAD
from upgrader.dialect.replies.screen import lines_of
from upgrader.ports import Unparsed


def read_show_reload(text: str) -> str | None:
    """Read `show reload`: the device's sentence, or None where no reload is scheduled.

    Raises:
        Unparsed: neither is said, or both.

    Source: ASA command reference.
    """
    lines = lines_of(SHOW_RELOAD, text)
    none = [line for line in lines if line.rstrip(".") == "No reload is scheduled"]
    scheduled = [line for line in lines if line.lower().startswith("reload scheduled ")]
    match none, scheduled:
        case [_], []:
            return None
        case [], [sentence]:
            return sentence
        case _:
            raise Unparsed(SHOW_RELOAD, text, "whether a reload is scheduled is not told")
