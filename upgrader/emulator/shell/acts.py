"""The lines of EXEC mode that change something, and how the commands that ask go on."""

from upgrader.emulator.shell.clear import CLEAR
from upgrader.emulator.shell.config import CONFIG_REPLIES
from upgrader.emulator.shell.copying import COPY, COPY_REPLIES
from upgrader.emulator.shell.failover import ROLES
from upgrader.emulator.shell.files import FILE_REPLIES, FILES
from upgrader.emulator.shell.reload import RELOAD, RELOAD_REPLIES
from upgrader.emulator.shell.session import SESSION_REPLIES
from upgrader.emulator.shell.talk import Deed, Reply
from upgrader.emulator.shell.vpn import VPN, VPN_REPLIES

ACTS: tuple[tuple[str, Deed], ...] = (*RELOAD, *COPY, *FILES, *ROLES, *VPN, *CLEAR)

REPLIES: dict[str, Reply] = {
    **SESSION_REPLIES,
    **CONFIG_REPLIES,
    **COPY_REPLIES,
    **FILE_REPLIES,
    **RELOAD_REPLIES,
    **VPN_REPLIES,
}
"""By the name that a Dialogue carries."""
