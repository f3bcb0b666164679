"""Lines of syslog: what stands before a message, and what the message means."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upgrader.dialect.syslog.messages import MESSAGES, messages_page, read_text, safe_text
from upgrader.dialect.syslog.shapes import Head, read_head
from upgrader.dialect.syslog.stamps import ZONES, Order
from upgrader.dialect.syslog.wording import Told
from upgrader.emulator.syslog.catalogue import CATALOGUE
from upgrader.emulator.syslog.message import Message
from upgrader.model.evidence import What
from upgrader.model.failover import Role

CAPTURES = Path(__file__).resolve().parents[2] / "shared" / "captures"
SYSLOG = CAPTURES / "syslog"


def instant(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp() * 1000)  # type: ignore[misc,arg-type]


WRITTEN = instant(2026, 3, 1)
"""When the files of these tests were written last."""


def head(text: str) -> Head:
    return read_head(text, WRITTEN)


# ── what stands before a message ───────────────────────────────────────────────────────

SHAPES = [
    # what a unit writes
    ("Nov 30 2011 12:58:33 test-asa : ", (2011, 11, 30, 12, 58, 33), "test-asa"),
    ("<166>Jun 22 2022 13:29:11 single : ", (2022, 6, 22, 13, 29, 11), "single"),
    ("<161> Dec 27 2016 07:43:48 192.0.2.254 : ", (2016, 12, 27, 7, 43, 48), "192.0.2.254"),
    ("Aug 15 2019 13:44:38: ", (2019, 8, 15, 13, 44, 38), ""),
    ("<166>2024-07-22T23:10:56Z: ", (2024, 7, 22, 23, 10, 56), ""),
    ("2018-06-27T12:17:46Z asa1 : ", (2018, 6, 27, 12, 17, 46), "asa1"),
    ("<166>:2018-06-27T12:17:46Z: ", (2018, 6, 27, 12, 17, 46), ""),
    ("<166>:Sep 25 15:47:07 EDT: ", (2025, 9, 25, 19, 47, 7), ""),
    ("<166>:Jan  5 15:47:07 CET: ", (2026, 1, 5, 14, 47, 7), ""),
    ("HQ-ASA5585 : ", None, "HQ-ASA5585"),
    ("", None, ""),
    ("<161>", None, ""),
    # what collectors make of it
    ("Apr 27 02:03:03 dev01: ", (2025, 4, 27, 2, 3, 3), "dev01"),
    ("Apr  7 02:03:03 dev01 ", (2025, 4, 7, 2, 3, 3), "dev01"),
    ("Oct 10 2018 12:34:56 localhost CiscoASA[999]: ", (2018, 10, 10, 12, 34, 56), "localhost"),
    (
        "Sep 25 15:47:07 host1.example.com : Sep 25 15:47:07 EDT: ",
        (2025, 9, 25, 19, 47, 7),
        "host1.example.com",
    ),
    (
        '<166>1 2024-07-22T23:10:56+02:00 fw1 - - - [timeQuality tzKnown="1" isSynced="1"] : ',
        (2024, 7, 22, 21, 10, 56),
        "fw1",
    ),
    (
        '<166>1 2024-07-22T23:10:56Z fw1.example.com asa 12 - [meta sequenceId="7"] ',
        (2024, 7, 22, 23, 10, 56),
        "fw1.example.com",
    ),
    (
        "2016-09-28 13:51:59\tLocal4.Alert\t192.0.2.1\tSep 28 2016 13:51:57: ",
        (2016, 9, 28, 13, 51, 57),
        "192.0.2.1",
    ),
    ("2016-09-28 13:51:57\tLocal4.Info\t192.0.2.1\t", (2016, 9, 28, 13, 51, 57), "192.0.2.1"),
    ("09-28-2016\t13:51:57\tLocal4.Info\t192.0.2.1\t", (2016, 9, 28, 13, 51, 57), "192.0.2.1"),
    (
        "2016-09-28T13:51:59+0000 box fw1[12]: Sep 28 2016 13:51:57 fw1 : ",
        (2016, 9, 28, 13, 51, 57),
        "box fw1",
    ),
    (
        "Sep  5 13:51:57 192.0.2.1 <166>Sep  5 2016 13:51:57: ",
        (2016, 9, 5, 13, 51, 57),
        "192.0.2.1",
    ),
    ("1719267056 192.0.2.1 ", (2024, 6, 24, 22, 10, 56), "192.0.2.1"),
    ("<189>45: fw1: Mar  1 2016 18:46:11: ", (2016, 3, 1, 18, 46, 11), "fw1"),
    ("Wed Sep 28 13:51:57 2016 fw1: ", (2016, 9, 28, 13, 51, 57), "fw1"),
    ("28 Sep 2016 13:51:57 fw1: ", (2016, 9, 28, 13, 51, 57), "fw1"),
    ("2016 Sep 28 13:51:57 fw1 ", (2016, 9, 28, 13, 51, 57), "fw1"),
    ("123 <166>Jun 22 2022 13:29:11 fw1 : ", (2022, 6, 22, 13, 29, 11), "fw1"),
    ("\ufeff<166>Jun 22 2022 13:29:11 fw1 : ", (2022, 6, 22, 13, 29, 11), "fw1"),
    ('{"message":"<166>Jun 22 2022 13:29:11 fw1 : ', (2022, 6, 22, 13, 29, 11), "fw1"),
    # what people and their tools put before it
    ("123:Jun 22 2022 13:29:11 fw1 : ", (2022, 6, 22, 13, 29, 11), "fw1"),
    ("old.log:123:Jun 22 2022 13:29:11 fw1 : ", (2022, 6, 22, 13, 29, 11), "fw1"),
    ("/var/log/old.log.2:Jun 22 2022 13:29:11 fw1 : ", (2022, 6, 22, 13, 29, 11), "fw1"),
    (
        "2022-06-22T13:29:12.5Z stdout F <166>Jun 22 2022 13:29:11 fw1 : ",
        (2022, 6, 22, 13, 29, 11),
        "fw1",
    ),
    ("Jun 22 2022 13:29:11 relay fw1[123]: ", (2022, 6, 22, 13, 29, 11), "relay fw1"),
    ("2022-06-22 13:29:11;192.0.2.1;local4;alert;", (2022, 6, 22, 13, 29, 11), "192.0.2.1"),
    ('7,2022-06-22 13:29:11,fw1,local4,alert,"', (2022, 6, 22, 13, 29, 11), "fw1"),
    ("22.06.2022 13:29:11;fw1;", (2022, 6, 22, 13, 29, 11), "fw1"),
    ("06/22/2022 1:29:11 PM\tLocal4.Alert\tfw1\t", (2022, 6, 22, 13, 29, 11), "fw1"),
    ("6/22/2022 12:29:11 a.m. fw1 ", (2022, 6, 22, 0, 29, 11), "fw1"),
    ('"Jun 22, 2022 @ 13:29:11.000",fw1,"', (2022, 6, 22, 13, 29, 11), "fw1"),
    ('"2022-06-22","13:29:11","fw1","', (2022, 6, 22, 13, 29, 11), "fw1"),
    ("22.06.2022;13:29:11;fw1;", (2022, 6, 22, 13, 29, 11), "fw1"),
    ("192.0.2.1:514 Jun 22 2022 13:29:11: ", (2022, 6, 22, 13, 29, 11), "192.0.2.1"),
]


@pytest.mark.parametrize(("before", "at", "host"), SHAPES)
def test_who_wrote_a_line_and_when_is_read_in_every_shape(
    before: str, at: tuple[int, ...] | None, host: str
):
    read = head(before)
    assert (read.stamp.at if read.stamp else None) == (instant(*at) if at else None)
    assert read.host == host


def test_a_day_that_may_be_a_month_is_said_to_be_and_read_as_asked():
    either = read_head("05/11/2026 02:00:00 fw1 ", WRITTEN)
    assert either.stamp is not None
    assert either.stamp.order is Order.EITHER
    assert either.stamp.at == instant(2026, 5, 11, 2)
    asked = read_head("05/11/2026 02:00:00 fw1 ", WRITTEN, day_first=True)
    assert asked.stamp is not None
    assert asked.stamp.at == instant(2026, 11, 5, 2)
    told = read_head("13/11/2026 02:00:00 fw1 ", WRITTEN)
    assert told.stamp is not None
    assert told.stamp.order is Order.DAY_FIRST


def test_a_collector_and_the_device_each_have_their_own_instant():
    read = head("Sep 28 2016 13:52:01 192.0.2.1 Sep 28 2016 13:51:57 fw1 : ")
    assert read.stamp is not None
    assert read.received is not None
    assert read.received.at - read.stamp.at == 4_000
    assert read.host == "192.0.2.1 fw1"


@pytest.mark.parametrize("text", ["23:40:11 fw1 ", "08 23:40:11.250 fw1 : ", "23:40:11 "])
def test_a_time_whose_day_was_cut_off_is_nobodys_name(text: str):
    assert head(text).host == ("fw1" if "fw1" in text else "")


def test_a_host_that_both_name_is_named_once():
    assert head("Sep 28 13:52:01 fw1.example.com Sep 28 2016 13:51:57 fw1 : ").host == (
        "fw1.example.com"
    )


def test_a_single_stamp_without_colon_is_the_collectors():
    """A unit puts a colon behind its stamp and its name; a collector with no stamp of its own
    does not."""
    assert head("Sep 28 13:51:57 fw1 ").by_collector
    assert head("Oct 10 2018 12:34:56 localhost CiscoASA[999]: ").by_collector
    assert not head("Sep 28 2016 13:51:57 fw1 : ").by_collector
    assert not head("<166>Sep 28 2016 13:51:57 fw1 ").by_collector


@pytest.mark.parametrize(
    ("fraction", "at", "precision"),
    [("", 0, 1000), (".1", 100, 100), (".123", 123, 1), (".123456", 123, 1), (",25", 250, 10)],
)
def test_fractions_of_a_second_are_read(fraction: str, at: int, precision: int):
    stamp = head(f"<166>1 2024-07-22T23:10:56{fraction}Z fw1 - - - - ").stamp
    assert stamp is not None
    assert stamp.at % 1000 == at
    assert stamp.precision_ms == precision


@pytest.mark.parametrize("mark", ["*", "."])
def test_a_clock_that_says_it_is_not_synchronised_is_not_believed_to_be(mark: str):
    stamp = head(f"<189>45: fw1: {mark}Mar  1 18:46:11.123 UTC: ").stamp
    assert stamp is not None
    assert not stamp.synchronised
    assert stamp.at % 60_000 == 11_123


def test_a_zone_that_stands_for_several_is_named_and_not_applied():
    """`clock timezone CST 8` is as usual in Shanghai as `CST -6` in Chicago."""
    stamp = head("Sep 28 2016 13:51:57 CST: ").stamp
    assert stamp is not None
    assert (stamp.zone, stamp.has_zone) == ("CST", False)
    assert stamp.at == instant(2016, 9, 28, 13, 51, 57)
    assert "China" in ZONES["CST"].also


@pytest.mark.parametrize(
    ("zone", "hour"), [("EDT", 17), ("CEST", 11), ("MSK", 10), ("UTC", 13), ("UTC+2", 11)]
)
def test_zones_that_are_known_are_applied(zone: str, hour: int):
    stamp = head(f"Sep 28 2016 13:51:57 {zone}: ").stamp
    assert stamp is not None
    assert stamp.at == instant(2016, 9, 28, hour, 51, 57)
    assert stamp.has_zone


def test_a_host_in_capitals_is_no_zone():
    read = head("Sep 28 2016 13:51:57 FWA : ")
    assert (read.host, read.stamp is not None and read.stamp.has_zone) == ("FWA", False)


@pytest.mark.parametrize(
    ("day", "year"),
    [("Feb 28", 2026), ("Mar  1", 2026), ("Mar 20", 2025), ("Dec 31", 2025), ("Feb 29", 2024)],
)
def test_a_day_without_year_is_the_latest_that_was(day: str, year: int):
    stamp = head(f"{day} 12:00:00 fw1 : ").stamp
    assert stamp is not None
    assert not stamp.has_year
    assert datetime.fromtimestamp(stamp.at / 1000, UTC).year == year


def test_a_day_that_does_not_exist_is_no_stamp():
    assert head("Feb 30 2016 12:00:00 fw1 : ").stamp is None


@settings(deadline=None)
@given(st.text(max_size=200))
def test_whatever_stands_before_a_message_nothing_is_raised(text: str):
    read_head(text, WRITTEN)
    read_head(text, None)


# ── what a message means ───────────────────────────────────────────────────────────────


def told(number: int, text: str) -> tuple[Told, ...]:
    return read_text(number, safe_text(number, text))[1]


def test_a_message_is_known_by_its_id_whatever_its_severity():
    assert told(722037, "Group <g> User <u> IP <192.0.2.7> SVC closing connection: x.")[0] == (
        What.CLOSING,
        {"group": "g", "user": "u", "public": "192.0.2.7", "reason": "x"},
    )


@pytest.mark.parametrize(
    "text",
    [
        "(Primary) Switching to STANDBY - Other unit wants me Standby",
        "(Primary) Switching to STNDBY - Other unit wants me Standby",
        "(Primary) Switching to STNDBY (cause: Other unit wants me Standby)",
        "(Primary_group_1) Switching to STANDBY - Other unit wants me Standby.",
    ],
)
def test_old_and_new_spellings_of_a_role_say_the_same(text: str):
    unit, said = read_text(104002, text)
    assert unit is Role.PRIMARY
    assert said == (Told(What.TO_STANDBY, {"reason": "Other unit wants me Standby"}),)


@pytest.mark.parametrize(
    ("tag", "unit"),
    [
        ("(Primary) ", Role.PRIMARY),
        ("(VPN-Secondary) ", Role.SECONDARY),
        ("(WebVPN-Primary) ", Role.PRIMARY),
        ("(Secondary_group_1) ", Role.SECONDARY),
        (" (Secondary)  ", Role.SECONDARY),
        ("(Primary|Secondary) ", None),
        ("", None),
    ],
)
def test_a_message_names_its_unit(tag: str, unit: Role | None):
    assert read_text(720023, f"{tag}HA status callback: Peer is not present.") == (
        unit,
        (Told(What.PEER_ABSENT, {}),),
    )


@pytest.mark.parametrize(
    ("number", "text", "what"),
    [
        (716002, "Group g User u IP 192.0.2.7 WebVPN session terminated: Idle timeout.",
         What.ENDED),
        (722022, ("Group <g> User <u> IP <192.0.2.7> TCP SVC connection established without "
         "compression"), What.TUNNEL_UP),
        (722022, "Group g User u IP 192.0.2.7 SVC connection established with compression",
         What.TUNNEL_UP),
        (722023, ("Group <g> User <u> IP <192.0.2.7> UDP AnyConnect connection terminated without "
         "compression"), What.TUNNEL_DOWN),
        (113035, ("Group <g> User <u> IP <192.0.2.7> Session terminated: AnyConnect not enabled or "
         "invalid AnyConnect image on the ASA."), What.IMAGE_REFUSED),
        (716023, ("Group g User u IP 192.0.2.7 Session could not be established: session limit of "
         "2 reached."), What.LIMIT_REFUSED),
    ],
)  # fmt: skip
def test_clients_are_read_by_all_the_names_they_had(number: int, text: str, what: What):
    said = told(number, text)[0]
    assert said.what is what
    assert {said.fields[name] for name in ("group", "user", "public")} == {"g", "u", "192.0.2.7"}


@pytest.mark.parametrize(
    ("number", "text", "what", "fields"),
    [
        (103001, "(Primary) No response from other firewall (reason code = 4).",
         What.NO_RESPONSE, {"code": "4"}),
        (720025, "(VPN-Primary) HA status callback: Data channel is down.", What.DATA_DOWN, {}),
        (113005, ("AAA user authentication Rejected : reason = AAA failure : server = 192.0.2.5 : "
         "user = alice : user IP = 192.0.2.7"), What.AAA_REJECTED,
         {"reason": "AAA failure", "server": "192.0.2.5", "user": "alice", "public": "192.0.2.7"}),
        (113004, "AAA user authentication Successful: server = 192.0.2.5, User = alice",
         What.AAA_ACCEPTED, {"service": "authentication", "server": "192.0.2.5", "user": "alice"}),
        (737026, "IPAA: Client assigned 10.9.0.1 from local pool", What.ASSIGNED,
         {"address": "10.9.0.1"}),
        (737026, "IPAA: Session=0x0e5fc000, Client assigned 10.9.0.1 from local pool VPN",
         What.ASSIGNED, {"address": "10.9.0.1", "pool": "VPN", "handle": "0x0e5fc000"}),
        (405001, ("Received ARP request collision from 192.0.2.1/0011.2233.4455 on interface "
         "inside "
         "to 192.0.2.1/0011.2233.4466 on interface inside"), What.ADDRESS_COLLISION,
         {"kind_of": "request", "address": "192.0.2.1", "mac": "0011.2233.4455",
          "interface": "inside", "rest": "192.0.2.1/0011.2233.4466 on interface inside"}),
        (411002, "Line protocol on Interface GigabitEthernet0/1, changed state to down",
         What.INTERFACE_DOWN, {"interface": "GigabitEthernet0/1"}),
        (199001, "Reload command executed from telnet (remote 192.0.2.9).", What.RELOADED_BY,
         {"source": "telnet (remote 192.0.2.9)"}),
        (716059, ("Group <g> User <u> IP <192.0.2.7> AnyConnect session resumed. Connection from "
         "<192.0.2.8>."), What.RESUMED,
         {"group": "g", "user": "u", "public": "192.0.2.7", "again": "192.0.2.8"}),
    ],
)  # fmt: skip
def test_fields_are_read(number: int, text: str, what: What, fields: dict[str, str]):
    assert told(number, text) == (Told(what, fields),)


@pytest.mark.parametrize(
    ("number", "text", "fields"),
    [
        (
            721_016,
            "WebVPN session for client user ann , 192.0.2.7 has been created.",
            {"user": "ann", "public": "192.0.2.7"},
        ),
        (
            721_018,
            "(FW_1) WebVPN session for client user ann, IP 192.0.2.7 has been deleted.",
            {"user": "ann", "public": "192.0.2.7"},
        ),
        (737_026, "IPAA: Client assigned from local pool 10.9.0.2", {"address": "10.9.0.2"}),
        (
            113_005,
            (
                "AAA user authorization Rejected : reason = Unspecified : server = 10.0.0.9 : "
                "User = ann : user IP = None"
            ),
            {"reason": "Unspecified", "server": "10.0.0.9", "user": "ann"},
        ),
        (
            751_025,
            (
                "Local:2001:db8::1:4500 Remote:2001:db8::2:50470 Username:ann Group:Staff "
                "IPv4 Address=10.9.0.3 IPv6 address=:: assigned to session"
            ),
            {"user": "ann", "public": "2001:db8::2", "group": "Staff", "address": "10.9.0.3"},
        ),
        (
            722_051,
            (
                "Group Staff User ann IP 192.0.2.7 IPv4 Address 10.9.0.2 IPv6 Address 2001:db8::9 "
                "assigned to session"
            ),
            {"user": "ann", "public": "192.0.2.7", "address": "10.9.0.2"},
        ),
        (
            722_022,
            (
                "Group <Staff> User <ann> IP <192.0.2.7> UDP connection established without "
                "compression"
            ),
            {"user": "ann", "kind": "UDP"},
        ),
        (
            716_059,
            (
                "Group <Staff> User IP <192.0.2.7> AnyConnect session resumed connection from IP "
                "<192.0.2.8>."
            ),
            {"group": "Staff", "public": "192.0.2.7"},
        ),
        (
            111_010,
            "User 'ann' executed 'failover active'",
            {"user": "ann", "command": "failover active"},
        ),
        (605_005, 'Login permitted from serial to console for user "ann"', {"user": "ann"}),
        (
            611_101,
            "User authentication succeeded: IP, 10.0.0.9 : Uname: ann",
            {"source": "10.0.0.9", "user": "ann"},
        ),
        (
            315_011,
            'SSH session from on interface inside for user "ann" terminated normally',
            {"interface": "inside", "user": "ann"},
        ),
        (
            104_001,
            "(Primary) Switching to ACTIVE \u2013 Set by the config command.",
            {"reason": "Set by the config command"},
        ),
    ],
)
def test_public_wordings_are_read(number: int, text: str, fields: dict[str, str]):
    """Shapes of lines in public parsers' tests (elastic integrations, Sekoia, wazuh, SIEM notes)
    that differ from the guide's."""
    _, (told,) = read_text(number, text)
    assert {name: told.fields.get(name) for name in fields} == fields
    assert told.fields.get("user") in (None, "ann")


def test_one_line_may_say_two_things():
    assert [each.what for each in told(
        721002,
        "(WebVPN-Primary) HA status change: event HA_STATUS_PEER_STATE, my state Active, peer "
        "state Standby Ready.",
    )] == [What.STATE, What.PEER_STATE]  # fmt: skip


def test_a_clock_that_is_set_by_hand_is_told_beside_the_command():
    said = told(111008, "User 'bob' executed the 'clock set 10:00:00 1 May 2026' command.")
    assert {each.what for each in said} == {What.COMMAND, What.CLOCK_SET}


@pytest.mark.parametrize(
    "text",
    [
        "User 'bob' executed the 'failover key cisco123' command.",
        "User 'bob' executed the 'username eve password cisco123' command.",
        "User 'bob' executed the 'passwd cisco123' command.",
    ],
)
def test_a_typed_secret_is_nowhere(text: str):
    safe = safe_text(111008, text)
    assert "cisco123" not in safe
    assert "cisco123" not in str(told(111008, text))
    assert safe.endswith("command.")


def test_a_user_whom_the_device_hides_is_nobody():
    """`*****` is everybody whose name is hidden: not one person who is everywhere."""
    said = told(113039, "Group <g> User <*****> IP <192.0.2.7> AnyConnect parent session started.")
    assert "user" not in said[0].fields


def test_a_text_that_was_cut_keeps_what_its_id_means():
    said = told(722037, "Group <g> User <alice> IP <192.0.2.7> SVC clos")
    assert said == (Told(What.CLOSING, {"group": "g", "user": "alice", "public": "192.0.2.7"}),)
    assert told(104001, "(Sec")[0].what is What.TO_ACTIVE


def test_a_text_that_was_cut_where_it_would_decide_is_opaque():
    assert told(720023, "(VPN-Primary) HA status callback: Peer is")[0].what is What.OPAQUE


def test_an_id_that_is_not_in_the_table_is_opaque():
    assert told(999999, "whatever") == (Told(What.OPAQUE, {}),)


@settings(deadline=None)
@given(st.sampled_from(sorted(MESSAGES)), st.text(max_size=120))
def test_whatever_follows_an_id_nothing_is_raised(number: int, text: str):
    assert told(number, text)


@pytest.mark.parametrize("number", [113005, 113019, 605005, 722020, 737402, 751025])
@pytest.mark.parametrize("piece", ["Group User IP ", "<", " : user = ", "- ", "a ", "' "])
def test_a_text_made_of_repeated_words_is_read_as_far_as_messages_go(number: int, piece: str):
    """What stands further behind makes no difference: else one line could hold up a whole log."""
    assert told(number, piece * 400) == told(number, piece * 4_000)


# ── what the emulator writes ───────────────────────────────────────────────────────────

VALUES = {
    "public": "203.0.113.7",
    "address": "10.99.0.5",
    "user": "alice",
    "source": "192.0.2.9",
    "port": "5000",
    "interface": "outside",
    "handle": "Session=0x0e5fc000",
    "code": "1",
}
NO_EVENTS = {105010, 105011, 105033, 105036, 111002, 111007, 502103, 709010, 103002}
"""Messages of the catalogue that tell of nothing an upgrade is about."""

EXPECTED = {
    103001: "no-response", 103003: "reported-failed", 103004: "reported-failed",
    103005: "reported-failed", 103006: "versions-incompatible", 103007: "versions-differ",
    103008: "mate-unlike", 104001: "to-active", 104002: "to-standby", 104003: "to-failed",
    104004: "to-ok", 105001: "failover-off", 105002: "failover-on", 105003: "monitor-waiting",
    105004: "monitor-normal", 105005: "hellos-lost", 105006: "interface-up",
    105007: "interface-down", 105008: "testing", 105009: "tested", 105020: "sync-failed",
    105021: "sync-failed", 105022: "sync-failed", 105031: "failover-link-up",
    105032: "failover-link-down", 105034: "peer-up", 105035: "failover-link-down",
    105037: "flapping", 105038: "mate-unlike", 105039: "mate-unlike",
    105040: "versions-incompatible", 105041: "sync-failed", 105042: "failover-link-up",
    105043: "failover-link-down", 105044: "mate-unlike", 105045: "mate-unlike",
    105046: "mate-unlike", 105047: "mate-unlike", 105048: "mate-unlike", 105050: "mate-unlike",
    111001: "saved", 111004: "saved", 111005: "saved", 111008: "command", 111009: "command",
    111010: "command", 113013: "too-many-logins", 113019: "ended", 113029: "limit-refused",
    113035: "image-refused", 113037: "reload-refused", 113039: "logged-in",
    199001: "reloaded-by", 199002: "startup-end", 199005: "startup-begin",
    210005: "replication-trouble", 210022: "replication-trouble", 308001: "admin-refused",
    315011: "admin-out", 605004: "admin-refused", 605005: "admin-in", 611101: "admin-in",
    611102: "admin-refused", 611103: "admin-out", 709001: "not-replicated",
    709002: "not-replicated", 709003: "sync-sending", 709004: "sync-sent",
    709005: "sync-receiving", 709006: "sync-received", 709007: "sync-failed",
    709008: "not-replicated", 709009: "sync-skipped", 709012: "sync-skipped", 716002: "ended",
    716058: "suspended", 716059: "resumed", 716060: "evicted", 720023: "peer-",
    720024: "control-channel-", 720025: "data-channel-", 720027: "state", 720028: "peer-state",
    720029: "bulk-started", 720030: "bulk-ended", 720039: "client-to-active",
    720040: "client-to-standby", 720045: "bulk-receiving", 720046: "bulk-received",
    720056: "replication-off", 720057: "replication-on", 720062: "bulk-started",
    720063: "bulk-ended", 721016: "web-session-copied", 721017: "web-session-refused",
    721018: "web-session-deleted", 721019: "web-session-not-deleted", 722020: "no-address",
    722022: "tunnel-up", 722023: "tunnel-down", 722028: "stale-closed", 722033: "first-tunnel",
    722034: "tunnel-again", 722037: "closing", 722051: "address-given", 737007: "pool-empty",
    737013: "not-freed", 737016: "freed", 737019: "pool-empty", 737024: "in-use-already",
    737026: "assigned", 737028: "standby-unreached", 737029: "copied-to-standby",
    737030: "standby-has-it", 737031: "taken-from-standby", 737032: "standby-lacks-it",
}  # fmt: skip


def _written(message: Message) -> list[tuple[dict[str, str], str]]:
    """A message in each of its forms, with each value that decides."""
    texts = []
    named = {name: message.choices.get(name, (VALUES.get(name, f"some {name}"),))
             for name in message.fields}  # fmt: skip
    for nth in range(max([1, *map(len, named.values())])):
        fields = {name: choices[min(nth, len(choices) - 1)] for name, choices in named.items()}
        texts += [
            (fields, message.written(release, "Secondary", fields))
            for release in ((), *((0, 1) for _ in message.older))
        ]
    return texts


@pytest.mark.parametrize("number", sorted(CATALOGUE))
def test_what_an_emulated_unit_writes_is_understood(number: int):
    for fields, text in _written(CATALOGUE[number]):
        unit, said = read_text(number, safe_text(number, text))
        assert unit is (Role.SECONDARY if "Secondary)" in text[:20] else None)
        if number in NO_EVENTS:
            assert said[0].what is What.OPAQUE
            continue
        assert said[0].what is not What.OPAQUE
        assert said[0].what.value.startswith(EXPECTED.get(number, ""))
        for name in ("user", "public", "address", "interface"):
            # An operator's own address is his `source`.
            if name in fields and f"{fields[name]}" in text and number not in (199001, 605004):
                assert fields[name] in str(said[0].fields), name


@pytest.mark.parametrize(
    ("number", "field", "values"),
    [
        (720023, "presence", {"present": "peer-present", "not present": "peer-absent"}),
        (720024, "condition", {"up": "control-channel-up", "down": "control-channel-down"}),
        (720025, "condition", {"up": "data-channel-up", "down": "data-channel-down"}),
    ],
)
def test_one_id_with_two_meanings_is_told_by_its_words(
    number: int, field: str, values: dict[str, str]
):
    for value, what in values.items():
        text = CATALOGUE[number].written((), "Primary", {field: value})
        assert told(number, text)[0].what.value == what


# ── what real units wrote ──────────────────────────────────────────────────────────────


@pytest.mark.skipif(not SYSLOG.is_dir(), reason="the captures are not beside this clone")
def test_real_texts_fit_the_wordings_of_their_ids():
    """Whatever real line is in the table is read by a wording, and not loosely."""
    loose = []
    for path in sorted(SYSLOG.glob("*.log")):
        for line in path.read_text().splitlines():
            _, found, rest = line.partition("%ASA-")
            if not found:
                continue
            name, _, text = rest.partition(": ")
            row = MESSAGES.get(int(name[-6:]))
            if row is None:
                continue
            bare = text.strip()
            if bare.startswith("("):
                bare = bare.partition(") ")[2].strip()
            if not any(reading.pattern.match(bare) for reading in row.readings):
                loose.append(line)
    assert loose == []


def test_the_page_shows_every_row():
    page = messages_page("note\n")
    assert all(f"| {number} |" in page for number in MESSAGES)
