"""Entries of the catalogue: what goes over, who is connected, logs, the way to the target."""

from catalogue import (
    DARK,
    GARBLED,
    NO_CONFIG,
    Entry,
    entry,
    holds,
    lines,
    only_on_active,
    told,
    types,
    units,
)
from worlds import PRIMARY, config

from upgrader.model.finding import Moment, Severity

BLOCKER, WARNING, NOTE = Severity.BLOCKER, Severity.WARNING, Severity.NOTE

UNSENT = ("RPC services    0          0 ", "RPC services    0          7 ")
CARRIED: tuple[Entry, ...] = (
    entry(
        "connections-replicated",
        fires=told()
        .mishearing("show conn count", "12 in use, 700 most used", seat="standby")
        .says(WARNING, "holds 12 connections"),
        silent=(
            told(lines=config(http=False)),
            told().mishearing("show conn count", "12 in use, 700 most used"),
        ),
        unknown=told().mishearing("show conn count", GARBLED),
    ),
    entry(
        "no-replication-errors",
        fires=(
            told()
            .reading("show failover", *UNSENT)
            .says(NOTE, "errors since its boot: RPC services 7"),
            told()
            .at(Moment.BEFORE_STANDBY_RELOAD)
            .reading("show failover", *UNSENT)
            .says(WARNING, "errors since the plan was drawn: RPC services 7"),
        ),
        unknown=DARK,
    ),
    entry(
        "routes-relearned",
        fires=told(lines("router ospf 1", " network 10.0.0.0 255.0.0.0 area 0")).says(
            WARNING, "router ospf 1"
        ),
        unknown=NO_CONFIG,
    ),
    entry(
        "nothing-left-behind",
        fires=told(lines("dhcpd enable outside")).says(NOTE, "leases of the DHCP server"),
        unknown=NO_CONFIG,
    ),
)
FILTER = ("group-policy STAFF attributes", " vpn-filter value STAFF-ONLY")
POLICY = lines("dynamic-access-policy-record MANAGED-LAPTOPS")
FILTERS = "access-list STAFF-ONLY extended permit ip any any"
PORTAL = """
---------------------------------------------------------------------------
VPN Session Summary
---------------------------------------------------------------------------
                               Active : Cumulative : Peak Concur : Inactive
                             ----------------------------------------------
AnyConnect Client            :      3 :          3 :           3 :        0
  SSL/TLS/DTLS               :      3 :          3 :           3 :        0
Clientless VPN               :      2 :          2 :           2
  Browser                    :      2 :          2 :           2
---------------------------------------------------------------------------
Total Active and Inactive    :      5             Total Cumulative :      5
Device Total VPN Capacity    :    300
Device Load                  :     2%
---------------------------------------------------------------------------
"""
CONNECTED: tuple[Entry, ...] = (
    entry(
        "session-limit-has-room",
        fires=(
            told(sessions=280, lines=config(pool="10.1.8.1-10.1.9.254")).says(
                WARNING, "280 of 300 sessions"
            ),
            told(
                lines("vpn-sessiondb max-anyconnect-premium-or-essentials-limit 30"), sessions=29
            ).says(WARNING, "29 of 30 sessions"),
        ),
        unknown=told().mishearing("show vpn-sessiondb", GARBLED),
    ),
    entry(
        "sessions-on-both",
        fires=told()
        .at(Moment.BEFORE_FINAL_RELOAD)
        .mishearing(
            "show vpn-sessiondb anyconnect",
            "INFO: There are presently no active sessions",
            seat="standby",
        )
        .says(WARNING, "holds 0 of the 3 sessions"),
        unknown=told()
        .at(Moment.BEFORE_FINAL_RELOAD)
        .mishearing("show vpn-sessiondb anyconnect", GARBLED),
    ),
    entry(
        "vpn-filters-on-standby",
        fires=told(lines(*FILTER), only_on_active(FILTERS)).says(
            WARNING, "has no access list STAFF-ONLY"
        ),
        silent=(told(lines(*FILTER, FILTERS)),),
        unknown=NO_CONFIG,
    ),
    entry(
        "access-policies-alike",
        fires=told(POLICY, holds("disk0:/dap.xml", only=PRIMARY)).says(
            WARNING, "none on Secondary JAD22222222"
        ),
        silent=(
            told(POLICY, holds("disk0:/dap.xml")),
            told(
                lines("dynamic-access-policy-record DfltAccessPolicy"),
                holds("disk0:/dap.xml", only=PRIMARY),
            ),
        ),
        unknown=told(POLICY).mishearing("dir disk0:", GARBLED),
    ),
    entry(
        "portal-empty",
        fires=told().mishearing("show vpn-sessiondb", PORTAL).says(WARNING, "2 clientless"),
        unknown=told().mishearing("show vpn-sessiondb", GARBLED),
    ),
    entry(
        "ipv6-people-known",
        fires=told(
            lines(
                "ipv6 local pool SIX 2001:db8::1/64 100",
                "group-policy STAFF attributes",
                " ipv6-address-pools value SIX",
            )
        ).says(WARNING, "IPv6 pool SIX"),
        silent=(told(lines("ipv6 local pool SIX 2001:db8::1/64 100")),),
        unknown=NO_CONFIG,
    ),
    entry(
        "people-can-come-back",
        fires=(
            told(lines=config(logins=1)).says(NOTE, "allows one login a person"),
            told()
            .then(types("vpn-simultaneous-logins 0", ("group-policy STAFF attributes",)))
            .says(WARNING, "is closed for logins"),
        ),
        silent=(
            told(
                lines("group-policy CLOSED internal", "group-policy CLOSED attributes"),
                lines(" vpn-simultaneous-logins 0"),
            ),
        ),
        unknown=NO_CONFIG,
    ),
    entry(
        "load-balancing-left",
        fires=told(lines("vpn load-balancing", " participate")).says(WARNING, "takes part"),
        silent=(told(lines("vpn load-balancing", " priority 5")),),
        unknown=NO_CONFIG,
    ),
)
LOGGING: tuple[Entry, ...] = (
    entry(
        "logging-lets-traffic-pass",
        fires=told(lines("logging host outside 203.0.113.9 6/1470")).says(WARNING, "6/1470"),
        silent=(
            told(lines("logging host outside 203.0.113.9")),
            told(lines("logging host outside 203.0.113.9 6/1470", "logging permit-hostdown")),
        ),
        unknown=NO_CONFIG,
    ),
    entry(
        "logs-kept",
        fires=(
            told().says(NOTE, "no log collector"),
            told(lines("logging host outside 203.0.113.9")).says(NOTE, "`logging standby` is off"),
        ),
        silent=(told(lines("logging host outside 203.0.113.9", "logging standby")),),
        unknown=NO_CONFIG,
    ),
)
PATH: tuple[Entry, ...] = (
    entry(
        "uptime-bug",
        fires=told(units(up_days=205.0)).on_release("9.6(1)").says(WARNING, "205 days"),
        silent=(told(units(up_days=20.0)).on_release("9.6(1)"),),
        unknown=DARK,
    ),
    entry(
        "removed-features",
        fires=told(lines("crypto ca server")).says(WARNING, "crypto ca server"),
        unknown=NO_CONFIG,
    ),
    entry(
        "later-hops",
        fires=told()
        .on_release("8.4(2)")
        .reading("show version", "ASA5516,", "ASA5585-SSP-20,")
        .to("9.12(4)")
        .says(WARNING, "has no image of 9.12(4)"),
        silent=(
            told(holds("disk0:/asa9-12-4-smp-k8.bin"))
            .on_release("8.4(2)")
            .reading("show version", "ASA5516,", "ASA5585-SSP-20,")
            .to("9.12(4)"),
        ),
        unknown=DARK,
    ),
)

PEOPLE = (*CARRIED, *CONNECTED, *LOGGING, *PATH)
