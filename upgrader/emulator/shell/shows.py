"""The shows, and other lines that change nothing: patterns and what they print."""

from upgrader.emulator.config import is_section
from upgrader.emulator.screens import (
    clock,
    configuration,
    failover_views,
    logging,
    reloading,
    version,
)
from upgrader.emulator.screens.failover import show_failover, show_monitor_interface
from upgrader.emulator.screens.flash_table import show_flash
from upgrader.emulator.shell.screens import Shows, screen
from upgrader.emulator.shell.shows_machine import MACHINE_SHOWS
from upgrader.emulator.shell.shows_network import NETWORK_SHOWS
from upgrader.emulator.shell.shows_vpn import VPN_SHOWS
from upgrader.emulator.shell.talk import Deed, Spoken, Talk, prompt
from upgrader.emulator.shell.words import invalid

_SHOW_RUNNING = "show running-config "


def _running(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    """`show running-config [all] [WORDS]`; words that begin no line are not understood."""
    wanted = " ".join(arguments)
    section = wanted.removeprefix("all").strip()
    if section and not is_section(section):
        return Spoken(invalid(prompt(talk.pair, talk.conversation), len(_SHOW_RUNNING)))
    return Spoken(configuration.show_running_config(talk.pair, talk.u, wanted))


_SEATS = ("active", "standby", "mate")


def _exec_mode(where: str) -> Deed:
    """In which mode `failover exec` types there, for this console."""

    def deed(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
        del arguments
        typed = talk.conversation.remote.get(where, "")
        section = tuple(part for part in typed.split("\n") if part)
        return Spoken(failover_views.show_failover_exec(talk.pair, talk.u, where, section))

    return deed


def _logging_message(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    """A word that is no number is refused as a message that does not exist."""
    number = int(arguments[0]) if arguments[0].isdigit() else 0
    return Spoken(logging.show_logging_message(talk.pair, talk.u, number))


# Tables of patterns; what a unit of this release also knows, and nobody here needs, is refused
# as the device refuses what it does not know.
SHOWS: Shows = (
    ("show version", screen(version.show_version)),
    ("show inventory", screen(version.show_inventory)),
    ("show module", screen(version.show_module)),
    ("show module all", screen(version.show_module)),
    ("show failover", screen(show_failover)),
    ("show failover state", screen(failover_views.show_failover_state)),
    ("show failover history", screen(failover_views.show_failover_history)),
    ("show failover history details", screen(failover_views.show_failover_history_details)),
    *((f"show failover exec {where}", _exec_mode(where)) for where in _SEATS),
    ("show failover interface", screen(failover_views.show_failover_interface)),
    ("show failover statistics", screen(failover_views.show_failover_statistics)),
    ("show monitor-interface", screen(show_monitor_interface)),
    ("show bootvar", screen(configuration.show_bootvar)),
    ("show reload", screen(reloading.show_reload)),
    ("show logging", screen(logging.show_logging)),
    ("show logging setting", screen(logging.show_logging_setting)),
    ("show logging queue", screen(logging.show_logging_queue)),
    ("show logging message", screen(logging.show_logging_message)),
    ("show logging message <id>", _logging_message),
    ("show clock", screen(clock.show_clock)),
    ("show checksum", screen(configuration.show_checksum)),
    ("show flash:", screen(show_flash)),
    ("show disk0:", screen(show_flash)),
    ("show startup-config", screen(configuration.show_startup_config)),
    ("show startup-config errors", screen(configuration.show_startup_config_errors)),
    ("show running-config", _running),
    ("show running-config ...", _running),
    *MACHINE_SHOWS,
    *NETWORK_SHOWS,
    *VPN_SHOWS,
)
