"""`show license all`: smart licensing, as far as an upgrade meets it."""

import re

from upgrader.dialect.commands import SHOW_SMART_LICENCES
from upgrader.dialect.replies.screen import lines_of
from upgrader.model.wide import SmartLicence
from upgrader.ports import Unparsed

_SECTION = re.compile(r"(?P<name>Registration|License Authorization):")
_OTHER_SECTION = re.compile(r"[A-Z][\w ]*:")
_STATUS = re.compile(r"Status: (?P<status>\S.*?)(?: on [A-Z][a-z]{2} \d.*)?")


def read_smart_licence(text: str) -> SmartLicence:
    """Read `show license all`: whether the unit is registered, and authorized.

    Raises:
        Unparsed: no status of the registration.

    Source: five captures of ASAv, 2018 to 2023.
    """
    told: dict[str, str] = {}
    section = ""
    for line in lines_of(SHOW_SMART_LICENCES, text):
        head = _SECTION.fullmatch(line)
        status = _STATUS.fullmatch(line)
        if head is not None:
            section = head["name"]
        elif status is not None and section:
            told.setdefault(section, status["status"])
        elif _OTHER_SECTION.fullmatch(line) or line.startswith("==="):
            section = ""
    if "Registration" not in told:
        raise Unparsed(SHOW_SMART_LICENCES, text, "no status of the registration")
    return SmartLicence(told["Registration"], told.get("License Authorization", ""))
