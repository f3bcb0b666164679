"""The catalogue of syslog messages: a unit writes none that is not in it."""

from collections.abc import Mapping

from upgrader.emulator.syslog.failover import FAILOVER
from upgrader.emulator.syslog.message import Message, NotInCatalogue
from upgrader.emulator.syslog.system import SYSTEM
from upgrader.emulator.syslog.vpn import VPN

CATALOGUE: Mapping[int, Message] = {
    message.number: message
    for message in sorted((*FAILOVER, *SYSTEM, *VPN), key=lambda m: m.number)
}
"""By id, in the order of ids."""


NEVER_SEEN = frozenset(
    {
        *(103_004, 103_008, 105_010, 105_011, 105_033, 105_035, 105_036, 105_037, 105_038),
        *(105_039, 105_041, 105_045, 105_046, 105_050, 111_002, 210_005, 210_022),
        *(709_001, 709_002, 721_019, 722_028, 737_013),
    }
)
"""Of these, messages of events that are not modelled."""


def message_of(number: int) -> Message:
    """The message of that id.

    Raises:
        NotInCatalogue: there is none.
    """
    message = CATALOGUE.get(number)
    if message is None:
        raise NotInCatalogue(f"no message has the id {number}")
    return message


def catalogue_page(note: str) -> str:
    """The catalogue as a page of markdown; `note` stands below its title, with its line's end."""
    lines = [
        "# Syslog messages",
        "",
        note,
        "The messages that emulated units know. Words in braces are filled in; `{unit}` is",
        "`Primary` or `Secondary`, the unit that writes. Those marked *never* belong to events",
        "that are not modelled.",
        "",
        "| id | severity | text | source |",
        "|---|---|---|---|",
    ]
    for message in CATALOGUE.values():
        text = _cell(message.text)
        for release, older in message.older:
            before = ".".join(str(part) for part in release)
            text += f"<br>before {before}: {_cell(older)}"
        number = f"{message.number} *never*" if message.number in NEVER_SEEN else message.number
        lines.append(f"| {number} | {message.severity} | {text} | {message.source} |")
    return "".join(f"{line}\n" for line in lines)


def _cell(text: str) -> str:
    return f"`{text}`".replace("|", "\\|")
