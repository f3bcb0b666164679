"""Shows of the unit itself: hardware, resources, licences, clock, people."""

from collections.abc import Callable

from upgrader.emulator.machine.files import free_bytes, total_bytes
from upgrader.emulator.screens import clock, configuration, identity, licensing, resources, version
from upgrader.emulator.screens.conns import show_conn_count, show_xlate_count
from upgrader.emulator.screens.crashes import show_crashinfo
from upgrader.emulator.screens.failover import show_failover
from upgrader.emulator.screens.failover_views import show_failover_history, show_failover_state
from upgrader.emulator.screens.flash import dir_
from upgrader.emulator.screens.interfaces import show_interface
from upgrader.emulator.screens.routes import show_route
from upgrader.emulator.screens.sessions import show_vpn_sessiondb
from upgrader.emulator.shell.screens import Shows, screen, text, unknown
from upgrader.emulator.shell.talk import Deed, Spoken, Talk
from upgrader.emulator.tables import Pair

Show = Callable[[Pair, int], str]


def _smart(show: Show) -> Deed:
    """A command of models with smart licences; others do not know it."""

    def deed(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
        del arguments
        if not licensing.has_smart_licences(talk.pair):
            return unknown(talk)
        return Spoken(show(talk.pair, talk.u))

    return deed


def _file_systems(pair: Pair, u: int) -> str:
    """`show file system`. Layout: ASA command reference."""
    sizes = f"{total_bytes(pair, u):12d} {free_bytes(pair, u):12d}"
    return (
        "\nFile Systems:\n\n"
        "     Size(b)      Free(b)      Type  Flags  Prefixes\n"
        f"* {sizes[2:]}      disk     rw  disk0: flash:\n"
        + "".join(
            f"{'-':>12} {'-':>12}   {kind:>7}     rw  {name}:\n"
            for kind, name in (
                ("network", "tftp"),
                ("opaque", "system"),
                ("network", "ftp"),
                ("network", "scp"),
                ("network", "http"),
                ("network", "https"),
                ("network", "smb"),
            )
        )
    )


_SUPPORT: tuple[tuple[str, Show], ...] = (
    ("show clock", clock.show_clock),
    ("show version", version.show_version),
    ("show inventory", version.show_inventory),
    ("show module", version.show_module),
    ("show memory", resources.show_memory),
    ("show conn count", show_conn_count),
    ("show xlate count", show_xlate_count),
    ("show vpn-sessiondb summary", show_vpn_sessiondb),
    ("show blocks", resources.show_blocks),
    ("show resource usage", resources.show_resource_usage),
    ("show interface", show_interface),
    ("show cpu usage", resources.show_cpu_usage),
    ("show cpu detailed", resources.show_cpu_detailed),
    ("show checkheaps", resources.show_checkheaps),
    ("show asp drop", resources.show_asp_drop),
    ("show route", show_route),
    ("show failover", show_failover),
    ("show failover state", show_failover_state),
    ("show failover history", show_failover_history),
    ("dir disk0:/", dir_),
    ("show bootvar", configuration.show_bootvar),
    ("show running-config", configuration.show_running_config),
    ("show startup-config errors", configuration.show_startup_config_errors),
)


def _tech_support(pair: Pair, u: int) -> str:
    """The screens that support asks for, one after the other, each under its command."""
    return "".join(
        f"\n------------------ {command} ------------------\n\n{show(pair, u)}"
        for command, show in _SUPPORT
    )


MACHINE_SHOWS: Shows = (
    ("show memory", screen(resources.show_memory)),
    ("show cpu", screen(resources.show_cpu_usage)),
    ("show cpu usage", screen(resources.show_cpu_usage)),
    ("show cpu detailed", screen(resources.show_cpu_detailed)),
    ("show cpu usage detailed", screen(resources.show_cpu_detailed)),
    ("show blocks", screen(resources.show_blocks)),
    ("show resource usage", screen(resources.show_resource_usage)),
    ("show perfmon", screen(resources.show_perfmon)),
    ("show asp drop", screen(resources.show_asp_drop)),
    ("show checkheaps", screen(resources.show_checkheaps)),
    ("show hostname", screen(identity.show_hostname)),
    ("show hostname fqdn", screen(identity.show_hostname_fqdn)),
    ("show mode", screen(identity.show_mode)),
    ("show crashinfo", screen(show_crashinfo)),
    ("show firewall", screen(identity.show_firewall)),
    ("show names", screen(identity.show_names)),
    ("show clock detail", screen(clock.show_clock_detail)),
    ("show ntp status", screen(clock.show_ntp_status)),
    ("show ntp associations", screen(clock.show_ntp_associations)),
    ("show password encryption", screen(identity.show_password_encryption)),
    ("show activation-key", screen(identity.show_activation_key)),
    ("show license all", _smart(licensing.show_license_all)),
    ("show license summary", _smart(licensing.show_license_summary)),
    ("show boot", screen(identity.show_boot)),
    ("show ssh", screen(identity.show_ssh)),
    ("show ssh sessions", screen(identity.show_ssh_sessions)),
    ("show asdm image", screen(identity.show_asdm_image)),
    ("show asdm sessions", text("")),
    ("show who", text("")),
    ("show file system", screen(_file_systems)),
    ("show tech-support", screen(_tech_support)),
)
