"""The lines of EXEC mode that change something, and how the commands that ask go on."""

from upgrader.emulator.shell_clear import CLEAR
from upgrader.emulator.shell_config import CONFIG_REPLIES
from upgrader.emulator.shell_copy import COPY, COPY_REPLIES
from upgrader.emulator.shell_failover import ROLES
from upgrader.emulator.shell_files import FILE_REPLIES, FILES
from upgrader.emulator.shell_reload import RELOAD, RELOAD_REPLIES
from upgrader.emulator.shell_session import SESSION_REPLIES
from upgrader.emulator.shell_talk import Deed, Reply
from upgrader.emulator.shell_vpn import VPN, VPN_REPLIES

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
