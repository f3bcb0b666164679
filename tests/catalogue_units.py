"""Entries of the catalogue: what both chassis are, hold and have gone through."""

from dataclasses import replace

from catalogue import (
    DARK,
    GARBLED,
    NO_CONFIG,
    Entry,
    active,
    active_dies,
    becomes_active,
    certified,
    crashed,
    entry,
    lines,
    only_on_active,
    standby,
    told,
    uncabled,
    units,
    waits,
)
from worlds import MINUTE, PRIMARY, config

from upgrader.emulator.scenario import Health, Module, Scenario
from upgrader.model.finding import Moment, Severity

BLOCKER, WARNING, NOTE = Severity.BLOCKER, Severity.WARNING, Severity.NOTE

DMZ = (
    "interface GigabitEthernet1/2",
    " nameif dmz",
    " security-level 50",
    " ip address 10.9.0.1 255.255.255.0 standby 10.9.0.2",
)
BARE_DMZ = (*DMZ[:3], " ip address 10.9.0.1 255.255.255.0")
INTERFACES: tuple[Entry, ...] = (
    entry(
        "interfaces-monitored",
        fires=told(lines(*DMZ, "no monitor-interface dmz")).says(WARNING, "not monitored: dmz"),
        silent=(
            told(lines(*DMZ)),
            told(lines(*DMZ, " management-only", "no monitor-interface dmz")),
            told(lines(*DMZ, " shutdown", "no monitor-interface dmz")),
        ),
        unknown=NO_CONFIG,
    ),
    entry(
        "standby-addresses-set",
        fires=(
            told(lines(*BARE_DMZ)).says(WARNING, "no standby address on dmz"),
            told(lines(*BARE_DMZ, " management-only")).says(NOTE, "no standby address on dmz"),
        ),
        silent=(told(lines(*DMZ)), told(lines(*BARE_DMZ, " shutdown"))),
        unknown=NO_CONFIG,
    ),
    entry(
        "ports-up-alike",
        fires=told(lines(*DMZ, "no monitor-interface dmz"))
        .then(uncabled("dmz"), waits(MINUTE))
        .says(WARNING, "GigabitEthernet1/2 is down"),
        silent=(told().then(uncabled("outside", of=PRIMARY), uncabled("outside"), waits(MINUTE)),),
        unknown=told().mishearing("show interface ip brief", GARBLED),
    ),
    entry(
        "virtual-macs-set",
        fires=told().says(NOTE, "none is configured"),
        silent=(
            told(lines("failover mac address GigabitEthernet1/1 0000.5e00.5301 0000.5e00.5302")),
        ),
        unknown=NO_CONFIG,
    ),
    entry(
        "polltimes-calm",
        fires=told(lines("failover polltime unit msec 200 holdtime msec 800")).says(
            WARNING, "after 800 ms"
        ),
        silent=(
            told(
                lines("failover polltime unit msec 200 holdtime msec 800"),
                lines=config(platforms=()),
            ),
        ),
        unknown=NO_CONFIG,
    ),
)
SERVICE_CARD = Module(2, "SFR5516", "5.4.1-211", "ASA FirePOWER", up_after_ms=1_000)
CHASSIS: tuple[Entry, ...] = (
    entry(
        "modules-alike",
        fires=(
            told(active(modules=(SERVICE_CARD,))).says(WARNING, "has none"),
            told(
                active(modules=(SERVICE_CARD,)),
                standby(modules=(replace(SERVICE_CARD, responds=False),)),
            ).says(WARNING, "Unresponsive"),
        ),
        silent=(told(units(modules=(SERVICE_CARD,))),),
        unknown=told().mishearing("show module", GARBLED),
    ),
    entry(
        "memory-free",
        fires=told(standby(health=Health(memory_used=97))).says(WARNING, "Secondary"),
        unknown=told().mishearing("show memory", GARBLED),
    ),
    entry(
        "cpu-calm",
        fires=told(active(health=Health(cpu=95))).says(WARNING, "busy for 95 %"),
        silent=(told(standby(health=Health(cpu=95))),),
        unknown=told().mishearing("show cpu usage", GARBLED),
    ),
    entry(
        "register-boots-configuration",
        fires=(
            told(lines("config-register 0x41")).says(BLOCKER, "0x41: its startup-config is ign"),
            told(lines("config-register 0x0")).says(BLOCKER, "stops at the ROM monitor"),
        ),
        silent=(told(lines("config-register 0x2011")),),
        unknown=DARK,
    ),
)
ERRORS = '*** Output from config line 12, "{}"\nERROR: % Invalid input detected'
MARKS: tuple[Entry, ...] = (
    entry(
        "no-startup-errors",
        fires=(
            told(standby(health=Health(startup_errors=("ERROR: no such line",)))).says(
                NOTE, "ERROR: no such line"
            ),
            told()
            .at(Moment.BEFORE_SWITCHOVER)
            .mishearing("show startup-config errors", ERRORS.format("snmp-server x"))
            .says(WARNING, "snmp-server x"),
            told()
            .at(Moment.BEFORE_SWITCHOVER)
            .mishearing("show startup-config errors", ERRORS.format("crypto map x"))
            .says(BLOCKER, "crypto map x"),
        ),
        silent=(
            # What it complained of before the night already, is no news of the new release.
            told(units(health=Health(startup_errors=("ERROR: no such line",)))).at(
                Moment.BEFORE_SWITCHOVER
            ),
        ),
        unknown=told().mishearing("show startup-config errors", ""),
    ),
    entry(
        "no-new-crash",
        fires=(
            told().then(crashed(days_ago=3)).says(WARNING, "crashinfo"),
            told()
            .at(Moment.BEFORE_SWITCHOVER)
            .meanwhile(crashed(days_ago=0))
            .says(BLOCKER, "since the plan was drawn"),
        ),
        silent=(
            told().then(crashed(days_ago=300)),
            told().then(crashed(days_ago=3)).at(Moment.BEFORE_SWITCHOVER),
        ),
        unknown=told().mishearing("dir disk0:", GARBLED),
    ),
    entry(
        "failover-quiet",
        fires=told().then(active_dies, waits(10 * MINUTE)).says(WARNING, "Active, HELLO not heard"),
        silent=(told().then(becomes_active),),
        unknown=told().mishearing("show failover history", GARBLED),
    ),
)
APPLET = ("event manager applet NIGHTLY", " event timer absolute time 3:00:00")
MODES: tuple[Entry, ...] = (
    entry(
        "modes-alike",
        fires=told(only_on_active("fips enable")).says(BLOCKER, "`fips enable` on Primary"),
        silent=(told(lines("fips enable")),),
        unknown=NO_CONFIG,
    ),
    entry(
        "nothing-acts-by-itself",
        fires=(
            told(lines("auto-update server https://198.51.100.9/aus")).says(WARNING, "Auto Update"),
            told(lines(*APPLET, ' action 0 cli command "reload noconfirm"')).says(
                WARNING, "applet NIGHTLY does"
            ),
            told(lines(*APPLET, ' action 0 cli command "show failover"')).says(NOTE, "only looks"),
        ),
        unknown=NO_CONFIG,
    ),
    entry(
        "rest-api-stopped",
        fires=told(lines("rest-api agent")).says(WARNING, "rest-api agent"),
        unknown=NO_CONFIG,
    ),
)
NTP = "ntp server 203.0.113.99"
CLOCKS: tuple[Entry, ...] = (
    entry(
        "clocks-agree",
        fires=told(standby(health=Health(clock_off_ms=90_000))).says(WARNING, "90 seconds apart"),
        silent=(told(standby(health=Health(clock_off_ms=-20_000))),),
        unknown=told().mishearing("show clock", GARBLED),
    ),
    entry(
        "ntp-followed",
        fires=told(lines(NTP), standby(health=Health(ntp=False))).says(
            WARNING, "Secondary JAD22222222: its clock is not synchronized"
        ),
        silent=(told(lines(NTP)), told(units(health=Health(ntp=False)))),
        unknown=told(lines(NTP)).mishearing("show ntp status", GARBLED),
    ),
)
TRUSTPOINT = lines("crypto ca trustpoint OUTSIDE", " enrollment self", "ssl trust-point OUTSIDE")
SOON = 1_700_000_000 + 3 * 86_400
KEYS: tuple[Entry, ...] = (
    entry(
        "certificates-alike",
        fires=(
            told(TRUSTPOINT, certified(on="primary")).says(WARNING, "which clients meet"),
            told(TRUSTPOINT, certified(on="primary"))
            .at(Moment.BEFORE_SWITCHOVER)
            .says(BLOCKER, "trustpoint OUTSIDE"),
        ),
        silent=(told(TRUSTPOINT, certified()),),
        unknown=told(TRUSTPOINT, certified()).mishearing("show crypto ca certificates"),
    ),
    entry(
        "certificates-valid",
        fires=(
            told(TRUSTPOINT, certified(ends=SOON)).says(WARNING, "ends on 2023-11-17"),
            told(TRUSTPOINT, certified(ends=1_600_000_000)).says(WARNING, "ended on 2020"),
        ),
        silent=(told(TRUSTPOINT, certified()),),
        unknown=told(TRUSTPOINT, certified()).mishearing("show crypto ca certificates"),
    ),
    entry(
        "master-key-alike",
        fires=(
            told(
                lines("password encryption aes"),
                active(health=Health(master_key="one")),
                standby(health=Health(master_key="two")),
            ).says(WARNING, "two master key hashes"),
            told(lines("password encryption aes"), active(health=Health(master_key="one"))).says(
                BLOCKER, "Secondary JAD22222222 has no master key"
            ),
        ),
        silent=(told(lines("password encryption aes"), units(health=Health(master_key="one"))),),
        unknown=told(lines("password encryption aes")).mishearing("show password encryption"),
    ),
)


def virtual(told_: Scenario) -> Scenario:
    """A pair of virtual firewalls, which take smart licences."""
    return lines("license smart")(replace(told_, model="ASAv"))


LICENCES: tuple[Entry, ...] = (
    entry(
        "licences-alike",
        fires=(
            told(standby(health=Health(licences=("Encryption-3DES-AES: Disabled",)))).says(
                BLOCKER, "Encryption-3DES-AES"
            ),
            told(standby(health=Health(licences=("AnyConnect Premium Peers: 2",)))).says(
                NOTE, "AnyConnect Premium Peers"
            ),
        ),
        unknown=told().reading("show version", "icensed features", "iced features", seat="standby"),
    ),
    entry(
        "licences-last",
        fires=told().reading("show version", "perpetual", "9 days   ").says(WARNING, "9 days"),
        silent=(told().reading("show version", "perpetual", "99 days  "),),
        unknown=DARK,
    ),
    entry(
        "smart-licence-well",
        fires=(
            told(virtual, active(health=Health(smart_licence="unregistered"))).says(
                WARNING, "UNREGISTERED"
            ),
            told(virtual, active(health=Health(smart_licence="evaluation"))).says(WARNING, "EVAL"),
        ),
        silent=(
            told(virtual),
            told(virtual, standby(health=Health(smart_licence="unregistered"))),
        ),
        unknown=told(virtual).mishearing("show license all"),
    ),
)

UNITS = (*INTERFACES, *CHASSIS, *MARKS, *MODES, *CLOCKS, *KEYS, *LICENCES)
