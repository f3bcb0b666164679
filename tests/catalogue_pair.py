"""Entries of the catalogue: the pair, its files, its boot order, and who else is at work."""

from catalogue import (
    DARK,
    GARBLED,
    Entry,
    becomes_active,
    entry,
    is_damaged,
    loses,
    somebody_logs_in,
    told,
    types,
    types_at,
    uncabled,
    units,
    waits,
)
from worlds import MINUTE, NEW_IMAGE, PACKAGE, World, config

from upgrader.model.finding import Moment, Severity

BLOCKER, WARNING, NOTE = Severity.BLOCKER, Severity.WARNING, Severity.NOTE

PAIR: tuple[Entry, ...] = (
    entry(
        "pair-healthy",
        fires=told().then(types("no failover")).says(BLOCKER, "failover is off"),
        unknown=DARK,
    ),
    entry(
        "roles-clear",
        fires=(
            told().then(World.cut, waits(MINUTE)).says(BLOCKER, "sees its mate Failed"),
            told()
            .at(Moment.BEFORE_STANDBY_RELOAD)
            .meanwhile(becomes_active)
            .says(BLOCKER, "when the plan was drawn"),
        ),
        unknown=DARK,
    ),
    entry(
        "standby-ready",
        fires=told()
        .then(uncabled("outside"), waits(MINUTE))
        .says(BLOCKER, "Secondary JAD22222222 is Failed"),
        unknown=DARK,
    ),
    entry(
        "config-in-sync",
        fires=told(standby_lines=config(pool="10.1.8.1-10.1.8.100"))
        .then(types_at("standby", "configure terminal", "hostname other", "end"))
        .says(WARNING, "differ"),
        unknown=told().mishearing("show failover state", GARBLED),
    ),
    entry(
        "same-model",
        fires=told()
        .reading("show version", "ASA5516,", "ASA5508,", seat="standby")
        .says(BLOCKER, "ASA5508"),
        unknown=DARK,
    ),
    entry(
        "state-link-up",
        fires=told(lines=config(state_link=False)).says(BLOCKER, "no state link is configured"),
        unknown=DARK,
    ),
    entry(
        "vpn-replication-keyed",
        fires=told(lines=config(key=None)).says(BLOCKER, "no `failover key`"),
        unknown=told().mishearing("show running-config"),
    ),
    entry(
        "http-replication",
        fires=told(lines=config(http=False)).says(WARNING, "`failover replication http`"),
        unknown=told().mishearing("show failover", GARBLED),
    ),
    entry(
        "image-present",
        fires=told().then(loses(NEW_IMAGE)).says(BLOCKER, f"has no {NEW_IMAGE}"),
        unknown=told().mishearing("dir disk0:", GARBLED),
    ),
    entry(
        "image-digest-match",
        fires=told().then(is_damaged(NEW_IMAGE)).says(BLOCKER, "differs"),
        unknown=told().mishearing("verify", GARBLED),
    ),
    entry(
        "flash-space",
        fires=told(units(flash_bytes=9_000_000_000, flash_free=1_000_000)).says(
            BLOCKER, "bytes are free"
        ),
        unknown=told().mishearing("dir disk0:", GARBLED),
    ),
    entry(
        "boot-order-effective",
        fires=told()
        .at(Moment.BEFORE_STANDBY_RELOAD)
        .meanwhile(types(f"no boot system {NEW_IMAGE}"))
        .says(BLOCKER, "no `boot system` line"),
        unknown=told().at(Moment.BEFORE_STANDBY_RELOAD).mishearing("show startup-config"),
    ),
    entry(
        "configuration-saved",
        fires=told().then(types("hostname other")).says(WARNING, "is not what is saved"),
        unknown=told().mishearing("show startup-config"),
    ),
    entry(
        "version-compatible",
        fires=told().to("9.18(1)").says(BLOCKER, "9.16"),
        unknown=DARK,
    ),
    entry(
        "anyconnect-image-present",
        fires=told().then(loses(PACKAGE["win"])).says(BLOCKER, PACKAGE["win"]),
        unknown=told().mishearing("show webvpn anyconnect", GARBLED),
    ),
    entry(
        "anyconnect-images-match",
        fires=told(primary_has={"win": "package A"}, standby_has={"win": "package B"}).says(
            BLOCKER, "differs"
        ),
        unknown=told().mishearing("verify", GARBLED),
    ),
    entry(
        "pools-have-room",
        fires=told(sessions=9, lines=config(pool="10.1.8.1-10.1.8.9")).says(WARNING, "are free"),
        unknown=told().mishearing("show ip local pool", GARBLED),
    ),
    entry(
        "no-reload-scheduled",
        fires=told().then(types_at("active", "reload in 5:00 noconfirm")).says(BLOCKER, "eload"),
        unknown=told().mishearing("show reload", GARBLED),
    ),
    entry(
        "no-other-administrator",
        fires=told().then(somebody_logs_in).says(WARNING, "people are logged in"),
        unknown=DARK,
    ),
    entry(
        "configuration-unchanged",
        fires=told()
        .at(Moment.BEFORE_STANDBY_RELOAD)
        .meanwhile(types("hostname other"))
        .says(WARNING, "differs from the one"),
        unknown=DARK,
    ),
)
