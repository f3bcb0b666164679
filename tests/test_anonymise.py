"""A postmortem for a vendor: the same night, and no name of anybody anywhere in it."""

import io
import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from postmortems import ONE, TWO, USERS, at, causes, events, happens, line, lives, night, postmortem

from upgrader.dialect.identities import Identity, forms, named
from upgrader.judgement.postmortem.disguise.anonymise import disguise_of
from upgrader.model.cause import Mark
from upgrader.model.evidence import Screen, SourceKind, SourceRead, UnreadLines, What
from upgrader.model.night import Ending, Kind, Life, UnitKnown
from upgrader.model.postmortem import Postmortem
from upgrader.views.postmortem import objects, page, ticket
from upgrader.views.postmortem.sheet import write_postmortem


def shown(told: Postmortem) -> str:
    """All that leaves the house: text, page, ticket, object."""
    stream = io.StringIO()
    write_postmortem(told, stream, {}, every=True)
    spelt = json.dumps(json.loads("".join(objects.pieces(told))), ensure_ascii=False)
    return "\n".join((stream.getvalue(), page.render(told), ticket.render(told), spelt))


def disguised(told: Postmortem) -> Postmortem:
    return disguise_of(told).postmortem(told)


def texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case Enum():
            return
        case tuple():
            for one in value:
                yield from texts(one)
        case dict():
            for one in value.values():
                yield from texts(one)
        case _:
            for one in fields(value) if is_dataclass(value) else ():
                yield from texts(getattr(value, one.name))


NAMES = (
    "jane.roe", "ACME\\jroe", "jroe@acme-industries.com", "acme-edge-01", "acme-industries.com",
    "FCH2233X0AB", "Acme_Staff", "GP-Acme", "AcmePool", "acme/night-of-horror/core.log",
    "core.log", "night-of-horror", "81.2.69.142", "81.2.69.77", "10.77.3.9", "2a02:810b::77",
    "0050.56ab.cdef", "00:50:56:ab:cd:ef", "https://vpn.acme-industries.com/login?u=1",
    "vpn.acme-industries.com", "ad-acme-03", "acme-radius", "acme-dmz",
)  # fmt: skip


def of_acme() -> Postmortem:
    """The guide's incident, at a company that would rather not be known."""
    told = (
        "Group <GP-Acme> User <jane.roe> IP <81.2.69.142> AnyConnect parent session started.",
        "Group = Acme_Staff, Username = ACME\\jroe, IP = 2a02:810b::77, Session disconnected.",
        "User 'jroe@acme-industries.com' executed 'vpn-sessiondb logoff name jane.roe'",
        "IPAA: Session=0x00012000, New request from jane.roe 10.77.3.9 of pool 'AcmePool'",
        "ARP 10.77.3.9 0050.56ab.cdef / 00:50:56:ab:cd:ef on interface acme-dmz; nameif acme-dmz",
        "copy https://vpn.acme-industries.com/login?u=1 disk0:/anyconnect-win-4.10.06079.pkg",
        "AAA Marking RADIUS server 81.2.69.77 in aaa-server acme-radius as FAILED: ad-acme-03",
        "acme-edge-01/pri/act# show version; Serial Number: FCH2233X0AB",
        "ssl trust-point; subject CN=vpn.acme-industries.com,O=acme-industries.com",
    )
    typed = tuple(
        happens(1 + n / 10, Kind.COMMAND, What.COMMAND, text, unit=ONE, number=200 + n,
                fields={"user": "jane.roe", "source": "10.77.3.9", "host": "ad-acme-03"})
        for n, text in enumerate(told)
    )  # fmt: skip
    life = Life("jane.roe", "81.2.69.142", "10.77.3.9", at(1), at(2), Ending.CUT, "x", (),
                group="Acme_Staff")  # fmt: skip
    source = SourceRead("acme/night-of-horror/core.log", SourceKind.SYSLOG, 9, 9)
    first, *others = causes()
    marked = replace(
        first,
        speaks_for=(Mark("jane.roe was cut", (line(1, source.name),)),),
        people=("jane.roe", "ACME\\jroe"),
        settled_by=("on acme-edge-01: show webvpn anyconnect",),
    )
    base = night()
    return postmortem(
        verdict="jane.roe and jroe@acme-industries.com lost their sessions on acme-edge-01.",
        causes=(marked, *others),
        notes=("core.log of acme-edge-01 ends in the midst of a line",),
        night=replace(
            base,
            events=(*typed, *events()),
            lives=(life, *lives()),
            units=(
                UnitKnown(ONE, "FCH2233X0AB", "acme-edge-01", hosts=("10.77.3.9", "core-fw")),
                base.units[1],
            ),
            sources=(source, *base.sources),
            screens=(
                Screen("show vpn-sessiondb", {"jane.roe": 1}, "Username     : jane.roe",
                       line(9, source.name), "c", at(3), TWO),
            ),
            unread=(UnreadLines("acme/night-of-horror/core.log", 3, 3, "cut short",
                                "User <jane.roe> IP <81.2.69.1"),),
        ),
    )  # fmt: skip


def test_no_name_of_the_original_survives_in_anything_that_is_shown() -> None:
    told = of_acme()
    before, after = shown(told), shown(disguised(told))
    for name in NAMES:
        assert name.replace("\\", "\\\\") in before or name in before, name
        assert name.lower() not in after.lower(), name
    assert "acme" not in after.lower()
    assert not [text for text in texts(disguised(told)) if "jane.roe" in text]


def test_the_story_stays() -> None:
    after = shown(disguised(of_acme()))
    for said in ("AnyConnect parent session started", "vpn-sessiondb logoff name user-",
                 "anyconnect-win-4.10.06079.pkg", "02:15:12",
                 "failover reload-standby", "Switching to ACTIVE",
                 "Session=0x00012000"):  # fmt: skip
        assert said in after


def test_one_person_is_one_word_everywhere_and_two_are_two() -> None:
    told = disguised(postmortem())
    words = {life.user for life in told.night.lives}
    assert len(words) == len(USERS)
    assert {user for cause in told.causes for user in cause.people} == words
    assert {left.user for left in told.left_over} == words
    assert all(word.startswith("user-") for word in words)
    of_first = [e.text for e in told.night.events if e.fields.get("user") == "user-1"]
    assert of_first
    assert all("<user-1>" in text for text in of_first)


def test_the_same_night_is_disguised_alike_each_time() -> None:
    assert disguised(of_acme()) == disguised(of_acme())
    assert disguised(of_acme()).anonymised


def test_a_line_that_nobody_understood_is_not_quoted() -> None:
    stray = UnreadLines("relay.log", 81, 81, "no message of a firewall", "sshd: login for brandt")
    told = replace(postmortem(), night=replace(night(), unread=(stray,)))
    (hidden,) = disguised(told).night.unread
    assert (hidden.first, hidden.why) == (81, "no message of a firewall")
    assert "brandt" not in " ".join(texts(hidden))


def test_files_that_are_written_later_wear_the_same_disguise() -> None:
    disguise = disguise_of(of_acme())
    told = disguise.postmortem(of_acme())
    pair = disguise.text("[[primary.sessions]]\nuser = 'jane.roe'\naddress = '10.77.3.9'\n")
    assert f"user = '{told.night.lives[0].user}'" in pair
    assert f"address = '{told.night.lives[0].address}'" in pair


def test_neighbours_stay_neighbours_and_ranges_ranges() -> None:
    disguise = disguise_of(postmortem())
    text = disguise.text(
        "ip local pool P 10.5.8.10-10.5.11.250 mask 255.255.252.0; gateway 10.5.8.1; 172.20.1.1"
    )
    first, last = (IPv4Address(part) for part in text.split()[4].split("-"))
    assert "255.255.252.0" in text
    assert int(last) - int(first) == int(IPv4Address("10.5.11.250")) - int(IPv4Address("10.5.8.10"))
    assert f"{first - 9}" in text
    assert "10.5." not in text
    assert first.is_private


def test_public_addresses_become_addresses_for_documentation() -> None:
    told = night(lives=(), events=(), units=(UnitKnown(ONE), UnitKnown(TWO)))
    disguise = disguise_of(told)
    assert disguise.text("from 81.2.69.142 and 81.2.69.77 to 8.8.4.4") == (
        "from 203.0.113.142 and 203.0.113.77 to 198.51.100.4"
    )
    assert disguise.text("2a02:810b::77").startswith("2001:db8:")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("klaus@bastion7:~$ ssh opal@10.20.0.1", {"klaus", "bastion7", "opal"}),
        ("[klaus@bastion7 ~]$ ssh opal@fw1", {"klaus", "bastion7", "opal", "fw1"}),
        (r"C:\Users\klaus.maier>plink fw", {"klaus.maier"}),
        ("tee /home/klaus/night.txt", {"klaus"}),
    ],
)
def test_the_computer_that_a_console_was_reached_from_is_nobodys_business(
    text: str, names: set[str]
) -> None:
    assert names <= {text[span.start : span.end] for span in named(text)}


@pytest.mark.parametrize(
    "text",
    [
        "255.255.255.0 0.0.0.0 127.0.0.1 224.0.0.18 169.254.3.1 ::1",
        "Session disconnected. Duration: 0h:12m:05s at 01:14:05, Bytes xmt: 5213",
        "Cisco Adaptive Security Appliance Software Version 9.2.2.4",
        "boot system disk0:/asa9-16-4-lfbff-k8.SPA",
        "User 'enable_15' executed the 'show running-config' command.",
        "Group <DfltGrpPolicy> User <*****>",
        "(Primary) Switching to ACTIVE - Set by the config command.",
        "Interface outside: nameif inside",
        'config = "pair.cfg"',
        "prompt hostname priority state",
        "ip local pool VPN\n address-pool VPN\nVPN,1,",
    ],
)
def test_what_names_nobody_is_kept(text: str) -> None:
    empty = night(lives=(), events=(), units=(UnitKnown(ONE), UnitKnown(TWO)))
    assert disguise_of(empty).text(text) == text


def test_somebody_called_like_a_word_of_the_trade_is_hidden_and_the_trade_is_not() -> None:
    life = Life("primary", "81.2.69.142", None, None, None, Ending.OPEN, "", ())
    told = disguised(postmortem(night=night(lives=(life, *lives()))))
    assert told.night.lives[0].user.startswith("user-")
    disguise = disguise_of(postmortem(night=night(lives=(life,))))
    assert "(Primary)" in disguise.text("(Primary) Switching; User <primary> IP <1.2.3.4>")
    assert "<primary>" not in disguise.text("(Primary) Switching; User <primary> IP <1.2.3.4>")


def test_a_person_with_a_number_for_a_name_does_not_change_the_time() -> None:
    life = Life("15", "81.2.69.142", None, None, None, Ending.OPEN, "", ())
    disguise = disguise_of(night(lives=(life,), events=()))
    assert disguise.text("02:15:12 User <15> is gone, 15 tunnels") == (
        "02:15:12 User <user-1> is gone, 15 tunnels"
    )


def test_names_that_are_part_of_other_words_and_longer_names_are_told_apart() -> None:
    people = tuple(
        Life(name, "", None, None, None, Ending.OPEN, "", ()) for name in ("anna", "anna.maria")
    )
    disguise = disguise_of(night(lives=people, events=()))
    assert disguise.text("anna, anna.maria, Johanna, hannah, ANNA") == (
        "user-1, user-2, Johanna, hannah, user-1"
    )


def test_a_word_of_the_disguise_never_is_a_name_of_the_original() -> None:
    people = tuple(
        Life(f"user-{n}", "203.0.113.9", "10.1.0.1", None, None, Ending.OPEN, "", ())
        for n in range(1, 6)
    )
    told = disguised(postmortem(night=night(lives=people, events=())))
    after = {life.user for life in told.night.lives}
    assert len(after) == 5
    assert not after & {f"user-{n}" for n in range(1, 6)}
    assert {life.public for life in told.night.lives}.isdisjoint({"203.0.113.9"})
    assert {life.address for life in told.night.lives}.isdisjoint({"10.1.0.1"})


PEOPLE = st.from_regex(r"[a-z]{3,8}[._\\@ -][a-z]{4,9}[0-9]{0,3}", fullmatch=True).map(
    lambda name: f"q{name}"
)
ADDRESSES = st.one_of(
    st.ip_addresses(v=4).filter(lambda a: a.is_global and not a.is_multicast),
    st.ip_addresses(v=4, network="10.0.0.0/12"),
    st.ip_addresses(v=4, network="192.168.0.0/16"),
    st.ip_addresses(v=6, network="2a00::/12"),
).map(str)


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(PEOPLE, ADDRESSES, ADDRESSES), min_size=1, max_size=8),
    st.from_regex(r"z[a-z]{4,8}-fw[0-9]", fullmatch=True),
)
def test_whoever_they_are_nobody_is_found_again(
    people: list[tuple[str, str, str]], host: str
) -> None:
    told = postmortem(
        verdict="; ".join(f"{user} from {public} lost {own}" for user, public, own in people),
        night=night(
            lives=tuple(
                Life(user, public, own, at(1), at(2), Ending.CUT, f"by {user}", (line(1, host),))
                for user, public, own in people
            ),
            events=tuple(
                happens(n, Kind.SESSION, What.ENDED, f"User <{user}> IP <{public}> of {host} {own}",
                        fields={"user": user, "public": public})
                for n, (user, public, own) in enumerate(people)
            ),
            units=(UnitKnown(ONE, hostname=host), UnitKnown(TWO)),
        ),
        impact=replace(postmortem().impact, users=tuple(user for user, _, _ in people)),
        causes=(), left_over=(), what_ifs=(),
    )  # fmt: skip
    after = disguised(told)
    every = "\n".join(texts(after))
    assert host not in every
    found = {every[s.start : s.end] for s in forms(every) if s.kind is Identity.ADDRESS}
    for user, public, own in people:
        assert user not in every
        assert str(ip_address(public)) not in found
        assert str(ip_address(own)) not in found
    same = {user: life.user for (user, _, _), life in zip(people, after.night.lives, strict=True)}
    assert len(set(same.values())) <= len({user.lower() for user in same})
    for (_, public, _), life in zip(people, after.night.lives, strict=True):
        was, now = ip_address(public), ip_address(life.public)
        assert was.version == now.version
        assert isinstance(now, IPv6Address) or was.is_global != _is_inner(now)


def _is_inner(address: IPv4Address) -> bool:
    inner = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
    return any(address in IPv4Network(net) for net in inner)


@pytest.mark.slow
@settings(deadline=None)
@given(st.text())
def test_any_text_at_all_can_be_disguised(text: str) -> None:
    assert isinstance(disguise_of(night(events=(), lives=())).text(text), str)


@pytest.mark.parametrize(
    "text",
    ["a" * 60_000, " " * 60_000, "user" + " " * 60_000, "1." * 30_000, "a." * 30_000, ":" * 60_000,
     "User <" * 10_000, "aaa-server " * 5_000, "\n" * 60_000, "a@" * 30_000],
)  # fmt: skip
def test_no_garbage_takes_long(text: str) -> None:
    spans = [*forms(text), *named(text)]
    assert all(span.start < span.end <= len(text) for span in spans)
