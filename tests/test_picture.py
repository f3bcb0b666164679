"""A picture of a pair: what it keeps of a look, what nobody saw, and what it never tells."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from looks import (
    MAC,
    PRI,
    SEC,
    WIN,
    configuration,
    dark,
    full,
    loaded,
    package,
    pair,
    secondary,
    session,
    sleeper,
    snapshot,
    standby_rows,
    unit,
    wide,
)

from upgrader.cli.picturefile import decode_picture, write_picture
from upgrader.dialect.secrets import secret_spans
from upgrader.journal.codec import encode
from upgrader.judgement.pictures.album import Album
from upgrader.judgement.pictures.taking import picture_of
from upgrader.model.failover import FailoverState, Role, UpdateCounter
from upgrader.model.picture import ALL_OF_IT, Area, Picture, Whose
from upgrader.model.unit import Snapshot
from upgrader.model.wide import (
    InterfaceLine,
    LicensedFeature,
    ModuleLine,
    RouteLine,
    SessionKind,
    SmartLicence,
)
from upgrader.ports import UsageFault

ROOT = Path(__file__).resolve().parents[1]
CAPTURES = ROOT.parent / "shared" / "captures"


def picture(seen: Snapshot) -> Picture:
    return picture_of("edge", seen)


def value(seen: Snapshot, area: Area, key: str, whose: Whose) -> int | str | None:
    return picture(seen).value(area, key, whose)


def unseen(seen: Snapshot) -> set[str]:
    return {f"{area.value}/{item.key}@{item.whose.value}" for area, item in picture(seen).unseen}


# ── what it keeps ──────────────────────────────────────────────────────────────────────


def test_a_healthy_pair_leaves_nothing_unseen():
    assert unseen(pair([session(1)])) == set()


def test_every_area_is_there_once_and_in_order():
    assert [seen.area for seen in picture(pair()).areas] == list(Area)


def test_items_are_sorted_and_each_place_is_there_once():
    for seen in picture(pair([session(n) for n in range(9)])).areas:
        places = [(item.key, item.whose.value) for item in seen.items]
        assert places == sorted(set(places))


def test_what_belongs_to_the_service_goes_with_the_role():
    """After a switchover the other chassis answers with the same addresses and routes."""
    before = pair()
    after = snapshot(unit(state=FailoverState.STANDBY_READY), secondary(FailoverState.ACTIVE))
    for area in (Area.INTERFACES, Area.ROUTES, Area.CONNECTIONS, Area.POOLS):
        one = [i for i in picture(before).area(area).items if i.whose is Whose.ACTIVE]
        other = [i for i in picture(after).area(area).items if i.whose is Whose.ACTIVE]
        assert one == other


def test_what_belongs_to_a_chassis_stays_with_it():
    after = snapshot(unit(state=FailoverState.STANDBY_READY), secondary(FailoverState.ACTIVE))
    assert value(after, Area.UNITS, "serial", Whose.PRIMARY) == PRI
    assert value(after, Area.UNITS, "serial", Whose.SECONDARY) == SEC
    assert value(after, Area.FAILOVER, "active unit", Whose.PAIR) == "Secondary"


def test_the_address_of_the_failover_link_belongs_to_the_chassis():
    """The addresses of the service move with the roles, those of the failover link do not."""
    link = InterfaceLine("GigabitEthernet1/7", "172.16.0.1", "unset", "up", "up")
    seen = snapshot(unit(around=wide(interfaces=(link,))), secondary(around=wide(interfaces=())))
    assert value(seen, Area.INTERFACES, link.port, Whose.PRIMARY) == "up/up, 172.16.0.1"
    assert value(seen, Area.INTERFACES, link.port, Whose.ACTIVE) is None


def test_a_thousand_people_are_counts_and_no_rows():
    few, many = pair([session(1)]), pair([session(n) for n in range(1_000)])
    assert len(encode(picture(many))) < len(encode(picture(few))) + 100
    assert value(many, Area.SESSIONS, "group policy GP", Whose.ACTIVE) == 1_000
    assert value(many, Area.SESSIONS, "with a tunnel", Whose.ACTIVE) == 1_000
    assert value(many, Area.SESSIONS, "with a tunnel", Whose.STANDBY) == 0


def test_no_name_and_no_address_of_a_person_is_kept():
    text = encode(picture(pair([session(7, user="ann.smith")])))
    assert b"ann.smith" not in text
    assert b"198.51.100" not in text


def test_sleepers_stand_apart_from_people_with_a_tunnel():
    kinds = (SessionKind("AnyConnect Client", 1, 2), SessionKind("Site-to-Site VPN", 3, 0))
    rows = [session(1), sleeper(2), sleeper(3)]
    seen = pair(rows, around=wide(kinds=kinds))
    told = {
        i.key: i.value for i in picture(seen).area(Area.SESSIONS).items if i.whose is Whose.ACTIVE
    }
    assert told["kind AnyConnect Client"] == 1
    assert told["kind AnyConnect Client, inactive"] == 2
    assert told["kind Site-to-Site VPN"] == 3
    assert told["with a tunnel"] == 1


def test_routes_to_vpn_clients_are_counted_and_the_others_listed():
    routes = (
        RouteLine("S*", "0.0.0.0 0.0.0.0", "192.0.2.254", "outside"),
        *(RouteLine("V", f"10.9.0.{n} 255.255.255.255", "connected by VPN", "") for n in range(9)),
        RouteLine("O", "10.2.0.0 255.255.0.0", "10.1.1.2", "inside"),
        RouteLine("O", "10.2.0.0 255.255.0.0", "10.1.1.3", "inside"),
    )
    items = picture(pair(around=wide(routes=routes))).area(Area.ROUTES).items
    told = {item.key: item.value for item in items if item.whose is Whose.ACTIVE}
    assert told == {
        "counted S*": 1,
        "counted V": 9,
        "counted O": 2,
        "S* 0.0.0.0 0.0.0.0": "192.0.2.254, outside",
        "O 10.2.0.0 255.255.0.0": "10.1.1.2, inside; 10.1.1.3, inside",
    }


def test_the_days_that_a_licence_has_left_are_no_change():
    def seen(days: str, value: str = "100") -> str | int | None:
        rows = (LicensedFeature("platform", "AnyConnect Premium Peers", value, days),)
        look = pair(around=wide(licences=rows))
        name = "platform: AnyConnect Premium Peers"
        return picture(look).value(Area.LICENCES, name, Whose.PRIMARY)

    assert seen("56 days") == seen("55 days") == "100 for a time"
    assert seen("56 days") != seen("perpetual")


def test_a_smart_licence_is_told_as_it_stands():
    seen = pair(around=wide(licences=(), smart=SmartLicence("REGISTERED", "AUTHORIZED")))
    assert value(seen, Area.LICENCES, "smart: authorization", Whose.PRIMARY) == "AUTHORIZED"


def test_a_module_that_runs_the_units_release_is_no_change_after_the_upgrade():
    def told(software: str) -> int | str | None:
        chassis = ModuleLine("0", "ASA 5516-X", "ASA5516", "JAD1", software, "Up Sys")
        seen = pair(around=wide(modules=(chassis,)))
        return value(seen, Area.MODULES, "0 software", Whose.PRIMARY)

    assert told("9.12(4)") == "the unit's own"
    assert told("9.8(2)") == "9.8(2)"


def test_packages_are_told_as_configured_as_on_flash_and_as_loaded():
    running = configuration(packages=(package(), package(MAC, 2)))
    one = unit(running=running, loads=(loaded(),))
    seen = snapshot(one, secondary(running=running, loads=()))
    assert value(seen, Area.ANYCONNECT, f"configured {MAC}", Whose.PRIMARY) == "order 2"
    assert value(seen, Area.ANYCONNECT, f"on flash {MAC}", Whose.PRIMARY) == "absent"
    digest = value(seen, Area.ANYCONNECT, f"on flash {WIN}", Whose.PRIMARY)
    assert str(digest).startswith("sha512:")
    assert value(seen, Area.ANYCONNECT, f"loaded {WIN}", Whose.PRIMARY) is not None
    assert value(seen, Area.ANYCONNECT, f"loaded {WIN}", Whose.SECONDARY) is None


def test_counters_that_stand_at_nothing_are_left_out():
    active = unit()
    rows = (UpdateCounter("General", 7, 0, 0, 1), UpdateCounter("up time", 0, 0, 0, 0))
    active = replace(active, failover=replace(active.failover, counters=rows))
    keys = {i.key for i in picture(snapshot(active, secondary())).area(Area.FAILOVER).items}
    assert {"General sent", "General errors"} <= keys
    assert not {"General received", "up time sent"} & keys


# ── what nobody saw ────────────────────────────────────────────────────────────────────


def test_a_dark_standby_is_told_and_everything_of_it_is_unknown():
    seen = snapshot(unit(), dark())
    assert value(seen, Area.FAILOVER, "state", Whose.STANDBY) == "dark"
    assert {"units/*@Secondary", "licences/*@Secondary", "sessions/*@standby"} <= unseen(seen)
    assert picture(seen).units[1].version is None


@pytest.mark.parametrize("state", [FailoverState.ACTIVE, FailoverState.STANDBY_READY])
def test_without_one_active_unit_nobody_knows_what_the_service_is(state: FailoverState):
    seen = snapshot(unit(state=state), secondary(state))
    missing = unseen(seen)
    assert {"routes/*@active", "routes/*@standby", "failover/active unit@pair"} <= missing
    assert "licences/*@Primary" not in missing


@pytest.mark.parametrize(
    ("words", "missing"),
    [
        ({"around": wide(routes=None)}, "routes/*@active"),
        ({"around": wide(modules=None)}, "modules/*@Primary"),
        ({"around": wide(interfaces=None)}, "interfaces/*@active"),
        ({"around": wide(translations=None)}, "nat/translations@active"),
        ({"around": wide(kinds=None)}, "sessions/kind *@active"),
        ({"around": wide(text=None)}, "configuration/lines@pair"),
        ({"around": wide(startup_errors=None)}, "units/errors of the startup-config@Primary"),
        ({"sessions": None}, "sessions/group policy *@active"),
        ({"loads": None}, "anyconnect/loaded *@Primary"),
    ],
)
def test_a_reply_that_was_not_understood_is_unknown_and_not_empty(words, missing: str):
    assert missing in unseen(snapshot(unit(**words), secondary()))


def test_a_package_that_nobody_asked_the_digest_of_is_unknown():
    seen = snapshot(full(unit(), digests=()), secondary())
    assert f"anyconnect/on flash {WIN}@Primary" in unseen(seen)


def test_of_a_look_without_surroundings_they_are_unknown():
    seen = snapshot(full(unit(), wide=None), secondary())
    missing = unseen(seen)
    assert {"licences/*@Primary", "routes/*@active", "configuration/lines@pair"} <= missing
    assert all(key.endswith(ALL_OF_IT) or "@" in key for key in missing)


# ── configurations ─────────────────────────────────────────────────────────────────────


def test_the_release_and_what_an_upgrade_sets_are_no_lines_of_the_configuration():
    def lines(*said: str) -> int | str | None:
        seen = pair(around=wide(("hostname asa", *said, "interface Gi1/1", " nameif inside")))
        return value(seen, Area.CONFIGURATION, "lines", Whose.PAIR)

    assert lines("ASA Version 9.12(4) ", ": Saved") == lines("ASA Version 9.16(4)")
    assert lines("boot system disk0:/a.SPA") == lines("boot system disk0:/b.SPA")
    assert lines("failover lan unit primary") == lines()
    assert lines("mtu inside 1500") != lines()


def test_the_standbys_lines_are_kept_where_they_are_others():
    alike = pair(around=wide(("hostname asa",)))
    assert picture(alike).lines(Whose.STANDBY) is None
    other = snapshot(unit(around=wide(("hostname asa",))), secondary(around=wide(("hostname b",))))
    assert picture(other).lines(Whose.ACTIVE) == ("hostname asa",)
    assert picture(other).lines(Whose.STANDBY) == ("hostname b",)


def test_rules_of_translation_are_counted_in_the_words_of_their_release():
    new = wide(("object network X", " nat (inside,outside) static 1.1.1.1", "nat (a,b) source"))
    old = wide(("nat (inside) 1 0 0", "global (outside) 1 interface", "static (a,b) 1.1.1.1"))
    assert value(pair(around=new), Area.NAT, "rules", Whose.PAIR) == 2
    assert value(pair(around=old), Area.NAT, "rules", Whose.PAIR) == 3


def configurations() -> list[Path]:
    found = sorted((ROOT / "fixtures" / "configs").glob("*.cfg"))
    if CAPTURES.is_dir():
        found += [p for p in sorted(CAPTURES.rglob("*")) if p.suffix in {".txt", ".raw", ".cfg"}]
    texts = {path: path.read_text(encoding="utf-8", errors="replace") for path in found}
    return [p for p, text in texts.items() if "\nhostname " in text and secret_spans(text)]


def test_there_are_configurations_with_secrets_to_look_for():
    assert len(configurations()) >= 3


@pytest.mark.parametrize("path", configurations(), ids=lambda path: path.name)
def test_no_secret_of_a_configuration_stands_in_its_picture(path: Path):
    """Even if whoever read the configuration forgot to mask it."""
    text = path.read_text(encoding="utf-8", errors="replace")
    rows = tuple(line.rstrip() for line in text.splitlines() if line.strip())
    kept = encode(picture(pair(around=wide(rows)))).decode()
    shown = picture(pair(around=wide(rows))).lines(Whose.ACTIVE)
    assert shown is not None
    assert secret_spans("\n".join(shown)) == ()
    for start, end in secret_spans(text):
        secret = text[start:end]
        if len(secret) > 8:  # a shorter one may be a word that stands elsewhere by right
            assert secret not in kept


# ── on disk ────────────────────────────────────────────────────────────────────────────


def test_a_picture_comes_back_from_disk_as_it_went(tmp_path: Path):
    taken = picture(pair([session(1)]))
    write_picture(tmp_path / "a.json", taken)
    assert decode_picture(tmp_path / "a.json") == taken


def test_equal_looks_give_equal_bytes():
    rows = [session(n) for n in range(20)]
    shuffled = snapshot(unit(sessions=rows[::-1]), secondary(sessions=standby_rows(rows)))
    assert encode(picture(pair(rows))) == encode(picture(shuffled))


def test_a_file_that_was_cut_anywhere_is_refused(tmp_path: Path):
    whole = encode(picture(pair()))
    path = tmp_path / "cut.json"
    for length in range(0, len(whole) - 1, max(1, len(whole) // 40)):
        path.write_bytes(whole[:length])
        with pytest.raises(UsageFault, match="no snapshot"):
            decode_picture(path)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (b'"schema":1', b'"schema":2', "schema 2"),
        (b'"area":"nat"', b'"area":"units"', "each area once"),
        (b'"area":"nat"', b'"area":"cats"', "no snapshot"),
        (b'"role":"Primary"', b'"role":"Tertiary"', "no snapshot"),
        (b'"pair":"edge"', b'"pair":7', "no snapshot"),
        (b'{"areas"', b'{"more":1,"areas"', "no snapshot"),
    ],
)
def test_a_file_of_another_kind_is_refused_by_what_is_wrong(tmp_path: Path, old, new, told: str):
    whole = encode(picture(pair()))
    assert old in whole
    path = tmp_path / "odd.json"
    path.write_bytes(whole.replace(old, new, 1))
    with pytest.raises(UsageFault, match=told):
        decode_picture(path)


def test_an_item_that_is_there_twice_is_refused(tmp_path: Path):
    taken = picture(pair())
    area = taken.areas[0]
    doubled = replace(area, items=(*area.items, area.items[0]))
    path = tmp_path / "twice.json"
    path.write_bytes(encode(replace(taken, areas=(doubled, *taken.areas[1:]))))
    with pytest.raises(UsageFault, match="twice"):
        decode_picture(path)


def test_pictures_of_a_run_are_taken_when_somebody_looks_at_them_and_once():
    taken: list[str] = []

    def take(moment: str) -> Picture:
        taken.append(moment)
        return replace(picture(pair()), moment=moment)

    moments = ["before", "switched", "both-upgraded"]
    album = Album([partial(take, moment) for moment in moments])
    assert len(album) == 3
    assert taken == []
    assert album[0].moment == "before"
    assert album[-1].moment == "both-upgraded"
    assert album[0] is album[0]
    assert taken == ["before", "both-upgraded"]
    assert [one.moment for one in album[1:]] == moments[1:]
    assert [one.moment for one in album] == moments
    assert sorted(taken) == sorted(moments)
    assert album == tuple(album)
    assert hash(album) == hash(tuple(album))


@pytest.mark.parametrize("role", list(Role))
def test_each_chassis_has_its_name(role: Role):
    assert Whose.of(role).value == role.value
