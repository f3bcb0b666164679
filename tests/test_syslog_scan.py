"""Collectors' files: every line is a record, counted or listed, however the file is cut."""

import gzip
import io
import os
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upgrader.access.evidence import syslog as logs
from upgrader.access.evidence.files import Opened, open_file
from upgrader.access.evidence.opening import gather
from upgrader.access.evidence.syslog import Asked, read_logs, read_text
from upgrader.dialect.kinds import kind_of
from upgrader.dialect.syslog.harvest import MOST_RANGES, Harvest
from upgrader.dialect.syslog.scan import Scanner
from upgrader.model.evidence import Evidence, SourceKind, What
from upgrader.model.failover import Role
from upgrader.ports import UsageFault

CAPTURES = Path(__file__).resolve().parents[2] / "shared" / "captures"
here = pytest.mark.skipif(
    not CAPTURES.is_dir(), reason="the captures of real devices are not beside this clone"
)

OURS = "%ASA-1-105005: (Primary) Lost Failover communications with mate on interface dmz"
THEIRS = (
    "%ASA-6-302013: Built outbound TCP connection 7 for outside:192.0.2.1/443 (192.0.2.1/443) to "
    "inside:10.0.0.7/49579 (10.0.0.7/49579)"
)


def at(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp() * 1000)  # type: ignore[misc,arg-type]


def scanned(text: str | bytes, *pieces: int, **asked: object) -> Harvest:
    """What a file says that comes in pieces which end there."""
    data = text.encode() if isinstance(text, str) else text
    scanner = Scanner("fw.log", **asked)  # type: ignore[arg-type]
    ends = [0, *sorted(pieces), len(data)]
    for start, end in pairwise(ends):
        scanner.feed(data[start:end])
    return scanner.close()


def line(second: int, message: str = OURS, host: str = "fw1") -> str:
    hour, rest = divmod(second, 3600)
    clock = f"{22 + hour:02d}:{rest // 60:02d}:{rest % 60:02d}"
    return f"<166>Mar 14 2026 {clock} {host} : {message}\n"


def numbers(harvest: Harvest) -> list[int | None]:
    return [record.number for record in harvest.records]


# ── every line is accounted for ────────────────────────────────────────────────────────


def test_a_line_becomes_a_record_with_all_that_it_says():
    (record,) = scanned(line(5)).records
    assert record.what is What.HELLOS_LOST
    assert (record.place.file, record.place.line) == ("fw.log", 1)
    assert (record.number, record.severity, record.unit) == (105005, 1, Role.PRIMARY)
    assert record.at == at(2026, 3, 14, 22, 0, 5)
    assert (record.host, record.clock) == ("fw1", "fw.log fw1")
    assert record.fields == {"interface": "dmz"}
    assert record.text.startswith("(Primary) Lost")


def test_lines_that_concern_nobody_are_only_counted_and_the_first_are_kept():
    harvest = scanned("".join(line(n, THEIRS) for n in range(120)))
    assert numbers(harvest) == [302013] * 5
    assert {record.what for record in harvest.records} == {What.OPAQUE}
    (part,) = harvest.coverage
    assert (part.lines, part.ids) == (120, {302013: 120})
    assert [(m.lines, m.informational) for m in part.minutes.values()] == [(60, 60), (60, 60)]


def test_coverage_tells_which_minutes_had_lines_of_level_6():
    harvest = scanned(line(0) + line(1, THEIRS) + line(180))
    (part,) = harvest.coverage
    began = at(2026, 3, 14, 22, 0) // 60_000
    assert {m - began: (x.lines, x.informational) for m, x in part.minutes.items()} == {
        0: (2, 1),
        3: (1, 0),
    }


def test_lines_of_an_unknown_id_are_kept_as_opaque_events():
    harvest = scanned("".join(line(n, "%ASA-3-999999: what is that") for n in range(50)))
    assert len(harvest.records) == 50
    assert harvest.records[0].what is What.OPAQUE


def test_what_is_no_message_is_listed_as_ranges_with_the_reason():
    text = (
        "# a note of somebody\nand another\n" + line(1) + "%ASA-1-1050\n"
        "Mar 14 22:00:01 sw1 %SYS-5-CONFIG_I: Configured from console\n\n" + line(2)[:-1]
    )
    harvest = scanned(text)
    assert [(u.first, u.last, u.why) for u in harvest.unread] == [
        (1, 2, "no message of a firewall"),
        (4, 4, "cut short"),
        (5, 5, "no message of a firewall"),
    ]
    assert harvest.unread[0].sample == "# a note of somebody"
    assert (harvest.lines, harvest.unread_lines, harvest.known_lines) == (7, 4, 1)
    assert [record.place.line for record in harvest.records] == [3, 7]


def test_a_message_without_text_is_listed():
    (unread,) = scanned(line(1, "%ASA-1-105005:")).unread
    assert unread.why == "no text"


def test_a_secret_in_an_unread_line_is_masked():
    assert "hunter22" not in scanned("failover key hunter22\n").unread[0].sample


def test_so_many_unread_lines_are_counted_and_the_first_are_listed():
    harvest = scanned("".join(f"junk\n{line(n)}" for n in range(MOST_RANGES + 7)))
    assert len(harvest.unread) == MOST_RANGES
    assert harvest.unread_lines == MOST_RANGES + 7


PIECES = st.sampled_from(
    [
        *(line(n, m) for n in (1, 2, 61) for m in (OURS, THEIRS, "%ASA-4-999999: x")),
        *("\n", "\r\n", "junk\n", "%ASA-1-10", "<166>", "\0", "%", "Mar 14 22:00:01 fw2 ", "\xff"),
        "Mar 14 22:00:01 fw2 ASA-1-105005: (Secondary) Lost Failover communications\n",
        line(3)[:-1] + line(4),
        line(3, "%ASA-6-302013:"),
        line(3, "%ASA-6-106015: Deny TCP (no connection) from 192.0.2.1/80 to 10.0.0.1/5 flags "
             "ACK on interface outside"),
        line(3, "%ASA-1-104001: (Primary) Switching to ACTIVE - HELLO not heard from mate."),
    ]
)  # fmt: skip


@pytest.mark.slow
@settings(deadline=None, max_examples=150)
@given(st.lists(PIECES, max_size=40).map("".join), st.data())
def test_where_the_pieces_end_makes_no_difference(text: str, data: st.DataObject):
    whole = text.encode()
    cuts = data.draw(st.lists(st.integers(0, len(whole)), max_size=8))
    assert scanned(whole, *cuts) == scanned(whole)


@pytest.mark.slow
@settings(deadline=None, max_examples=150)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_every_line_is_a_message_or_known_or_listed(text: str):
    harvest = scanned(text)
    assert harvest.lines == text.count("\n") + (not text.endswith("\n") and text != "")
    # A line may hold two messages; no line holds none of the three.
    assert harvest.messages + harvest.known_lines + harvest.unread_lines >= harvest.lines
    listed = {n for u in harvest.unread for n in range(u.first, u.last + 1)}
    assert not listed & {record.place.line for record in harvest.records if record.number}
    assert sum(part.lines for part in harvest.coverage) >= harvest.messages


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=600))
def test_no_bytes_at_all_make_it_fall(data: bytes):
    harvest = scanned(data)
    assert harvest.messages + harvest.known_lines + harvest.unread_lines >= harvest.lines


def test_line_ends_zeros_and_bytes_that_are_no_text_are_read_over():
    text = line(1).replace("\n", "\r\n").encode() + b"\0\0" + line(2).encode() + b"\xff\xfe\n"
    text += line(3).encode()[:-1]
    harvest = scanned(text)
    assert [record.place.line for record in harvest.records] == [1, 2, 4]
    assert harvest.records[0].fields == {"interface": "dmz"}


def test_an_endless_line_is_held_in_part():
    """A file of one line must not be held as a whole."""
    scanner = Scanner("fw.log")
    scanner.feed(line(1)[:-1].encode())
    for _ in range(50):
        scanner.feed(b"x" * 100_000)
    scanner.feed(b"\n" + line(2).encode())
    harvest = scanner.close()
    assert [record.place.line for record in harvest.records] == [1, 2]
    assert len(harvest.records[0].text) <= 4_096


def test_two_messages_in_one_line_are_both_read():
    """A lost line's end, or lengths instead of it: `58 <166>… 61 <166>…`."""
    text = f"58 {line(1)[:-1]} 61 {line(2)}" + line(3)[:-1] + line(4)
    harvest = scanned(text)
    assert [(r.place.line, r.at and r.at // 1000 % 60) for r in harvest.records] == [
        (1, 1),
        (1, 2),
        (2, 3),
        (2, 4),
    ]
    assert {record.fields["interface"] for record in harvest.records} == {"dmz"}
    assert harvest.messages == 4


SWITCH = "(Secondary) Switching to ACTIVE - Set by the config command."
MESSAGE = f"%ASA-1-104001: {SWITCH}"


@pytest.mark.parametrize(
    "exported",
    [
        f'{{"@timestamp":"2026-11-21T01:10:05Z","message":"{MESSAGE}","host":"fw1"}}',
        f'{{"host":{{"name":"fw1"}},"message":"{MESSAGE}","timestamp":"2026-11-21T01:10:05Z"}},',
        f'[{{"result":{{"_raw":"{MESSAGE}","_time":"2026-11-21T02:10:05+0100","host":"fw1"}}}},',
        (
            f'{{"MESSAGE":"{MESSAGE}","__REALTIME_TIMESTAMP":"1795223405000000",'
            '"SYSLOG_IDENTIFIER":"fw1","_HOSTNAME":"relay"}'
        ),
        f'_raw,_time,host,index\n"{MESSAGE}","2026-11-21T02:10:05.000+0100",fw1,main',
        f'"timestamp";"source";"message"\n"2026-11-21 01:10:05 UTC";"fw1";"{MESSAGE}"',
        f'"2026-11-21T01:10:05Z","fw1","{MESSAGE}",cisco:asa',
        f"2026-11-21T01:10:05Z fw1 message repeated 3 times: [ {MESSAGE}]",
        f"2026-11-21T01:10:05Z fw1 : {MESSAGE}#015#012",
        f"<161>1 2026-11-21T01:10:05Z fw1 %ASA-1-104001 - - -  {SWITCH}",
        f"\x1b[1;31m2026-11-21T01:10:05Z \x1b[0mfw1 \x1b[4m%ASA-1-104001\x1b[0m: {SWITCH}",
    ],
)
def test_an_exported_line_says_what_the_log_said(exported: str):
    """What a search tool wraps around a line is no part of it, and what it puts behind counts."""
    (record,) = scanned(exported).records
    assert record.text == SWITCH
    assert record.unit is Role.SECONDARY
    assert record.host == "fw1"
    assert record.at == at(2026, 11, 21, 1, 10, 5)
    assert record.fields["reason"] == "Set by the config command"


def test_an_export_in_which_brackets_are_escaped_names_the_same_person():
    text = "Group \\u003cStaff\\u003e User \\u003cann\\u003e IP \\u003c192.0.2.7\\u003e AnyConnect "
    exported = f'{{"message":"%ASA-6-113039: {text}parent session started.","time":"1795223405"}}'
    (record,) = scanned(exported).records
    assert record.fields == {"group": "Staff", "user": "ann", "public": "192.0.2.7"}
    assert record.at == at(2026, 11, 21, 1, 10, 5)


def test_a_viewers_columns_are_read():
    """What ASDM's log viewer copies: level, day, time, id, addresses with ports, text."""
    harvest = scanned(
        f"1|Nov 21 2026|01:10:05|104001|||||{SWITCH}\n"
        "6|Nov 21 2026|01:10:06|302013|192.0.2.1|443|10.0.0.9|50303|Built outbound TCP connection\n"
    )
    assert next((r.number, r.at) for r in harvest.records) == (
        104_001,
        at(2026, 11, 21, 1, 10, 5),
    )
    assert harvest.messages == 2
    assert kind_of(f"1|Nov 21 2026|01:10:05|104001|||||{SWITCH}\n") is SourceKind.SYSLOG


@pytest.mark.parametrize(
    "said",
    [
        "rsyslogd-2177: imudp: begin to drop messages due to rate-limiting",
        "rsyslogd[612]: imudp: 3543 messages lost due to rate-limiting (500 allowed in 5 seconds)",
        "rsyslogd-2177: action 'files' lost 516 messages",
    ],
)
def test_where_a_collector_says_that_it_lost_lines_nothing_can_be_told_of_what_is_not_there(
    said: str,
):
    """Whose lines they were, it does not say: that minute counts as heard of nobody.

    The collector's clock is none of the firewalls': the line above tells when it was.
    """
    harvest = scanned(line(30) + f"Mar 14 23:00:31 relay {said}\n" + line(91), year=2026)
    above, lost, _ = harvest.records
    assert (lost.what, lost.place.line, lost.unit) == (What.LOG_LOST, 2, None)
    assert (lost.at, lost.clock, lost.host) == (above.at, above.clock, above.host)
    assert lost.fields["reason"].endswith(said)
    assert (harvest.unread, harvest.known_lines) == ((), 1)
    assert [part.host for part in harvest.coverage] == ["fw1"]


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ("fw1 last message repeated 12 times", "says that the line above it came again"),
        (
            "relay rsyslogd-2177: imuxsock lost 516 messages from pid 159386 due to rate-limiting",
            "a collector says that it lost lines of its own programs",
        ),
        (
            "relay systemd-journald[93]: Suppressed 44 messages from nginx.service",
            "a collector says that it lost lines of its own programs",
        ),
        (
            "relay CEF:0|Cisco|ASA||104001|Switching to ACTIVE|8|deviceExternalId=fw1",
            "an event (CEF or LEEF) without the firewall's own message",
        ),
    ],
)
def test_what_is_none_of_a_firewalls_lines_is_listed_for_what_it_is(told: str, why: str):
    harvest = scanned(line(1) + f"Mar 14 22:00:05 {told}\n")
    assert [(each.first, each.why) for each in harvest.unread] == [(2, why)]
    assert len(harvest.records) == 1


def test_a_collector_that_complains_without_end_is_bounded():
    said = "Mar 14 22:00:31 relay rsyslogd-2177: imudp: begin to drop messages\n"
    harvest = scanned(line(1) + said * 1_200, year=2026)
    assert len(harvest.records) == 1_001
    assert (harvest.known_lines, harvest.unread_lines) == (1_000, 200)


def test_messages_with_lengths_instead_of_lines_ends_are_read_to_the_letter():
    """As a TCP stream is saved (RFC 6587): a length must not become part of the text before it."""
    messages = [line(n, OURS + str(n))[:-1].encode() for n in range(300)]
    whole = b"".join(b"%d %s" % (len(each), each) for each in messages)
    harvest = scanned(whole)
    assert [r.fields["interface"] for r in harvest.records] == [f"dmz{n}" for n in range(300)]
    assert [r.place.line for r in harvest.records] == list(range(1, 301))
    assert (harvest.lines, harvest.unread_lines) == (300, 0)
    assert scanned(whole, 1, 3, 90, 91, 7_000) == harvest


def test_a_stream_with_lengths_that_was_damaged_is_read_on_behind_the_damage():
    messages = [line(n, OURS + str(n))[:-1].encode() for n in range(5)]
    framed = [b"%d %s" % (len(each), each) for each in messages]
    whole = b"".join((*framed[:2], framed[2][20:], *framed[3:])) + framed[0][:60]
    *records, cut = scanned(whole).records
    assert [r.fields["interface"] for r in records] == [f"dmz{n}" for n in range(5)]
    assert [r.at is None for r in records] == [n == 2 for n in range(5)]
    assert (cut.place.line, cut.text) == (6, "(Primary)")


def test_a_line_that_is_too_long_is_said_to_be_cut(tmp_path: Path):
    long = line(1)[:-1] + "x" * 30_000 + "\n"
    text = line(0) + long + line(2)
    harvest = scanned(text)
    assert [r.place.line for r in harvest.records] == [1, 2, 3]
    assert harvest.cut_lines == 1
    assert scanned(text, 20_000, 25_000) == harvest
    evidence = gather([written(tmp_path, text.encode())])
    assert "1 line longer than 16,384 bytes was cut" in evidence.sources[0].note


def test_a_hole_of_zeros_in_a_file_hides_no_line():
    """What a full disk or a crash of the collector leaves behind."""
    harvest = scanned(line(1).encode() + b"\0" * 50_000 + line(2).encode(), 40_000)
    assert [r.place.line for r in harvest.records] == [1, 2]
    assert harvest.cut_lines == 0


def test_minutes_of_one_hour_are_dated_as_if_each_were_read_alone():
    fronts = (
        "<166>Mar 14 2026 {} fw1 : ",
        "<166>:Mar 14 {}.25 EST: ",
        "2026-03-14T{}.123+05:30 fw1 ",
        "3/14/2026 {} PM,fw1,",
        "Mar 14 {} relay Mar 14 2026 {} fw1 : ",
    )
    lines = [
        f"{front.replace('{}', f'{hour:02d}:{minute:02d}:{second:02d}')}{OURS}\n"
        for front in fronts
        for hour in (9, 10)
        for minute in (0, 1, 59, 30)
        for second in (0, 59)
    ]
    together = scanned("".join(lines), year=2026).records
    alone = [scanned(each, year=2026).records[0] for each in lines]
    assert [(r.at, r.received, r.host) for r in together] == [
        (r.at, r.received, r.host) for r in alone
    ]


def test_days_before_months_are_known_by_the_first_day_past_the_twelfth(tmp_path: Path):
    path = tmp_path / "night.csv"
    path.write_text(f"12/11/2026 23:59:00,fw1,{MESSAGE}\n13/11/2026 00:01:00,fw1,{MESSAGE}\n")
    records = gather([str(path)]).records
    assert [r.at for r in records] == [
        at(2026, 11, 12, 23, 59),
        at(2026, 11, 13, 0, 1),
    ]


def test_many_heads_of_a_block_are_counted_as_few_are():
    """A line a second, in heads of one length whose seconds stand in different places."""
    fronts = (
        "<166>Mar 11 2026 {} fw1 : ",
        "<166>Mar  1 2026 {} fw1 : ",
        "<166>Mar 1 2026 {} fw12 : ",
        "2026-03-11T{}.123456+00:00 f : ",
        "2026-03-11T{}.654321+00:00 fw ",
        "Mar 11 {} fw1 Mar 11 2026 {} : ",
    )
    lines = [
        fronts[n % len(fronts)].replace("{}", f"02:{n // 60 % 60:02d}:{n % 60:02d}")
        + f"%ASA-{4 + n % 3}-302013: n\n"
        for n in range(6_000)
    ]
    at_once = scanned("".join(lines))
    scanner = Scanner("fw.log")
    for line in lines:
        scanner.feed(line.encode())
    assert at_once == scanner.close()


@pytest.mark.parametrize(
    "first", ['{"message":"x"}', "message,time,host", f"1|Nov 21 2026|01:10:05|104001|||||{SWITCH}"]
)
@given(
    st.lists(
        st.sampled_from(
            [
                '{"message":"',
                MESSAGE,
                '"',
                ",",
                "}",
                "[",
                "\\u00",
                "\n",
                "|",
                "1|Nov 21 2026|",
                "\r",
            ]
        )
        | st.text(max_size=5),
        max_size=12,
    ).map("".join)
)
@settings(max_examples=40, deadline=None)
def test_no_export_is_too_odd_and_no_line_of_it_is_lost(first: str, text: str):
    harvest = scanned(f"{first}\n{text}\n")
    assert harvest.lines == text.count("\n") + 2
    assert harvest.messages + harvest.known_lines + harvest.unread_lines >= harvest.lines


def test_a_line_that_stands_there_twice_counts_once():
    harvest = scanned(line(1) + line(2) + line(1))
    assert len(harvest.records) == 2
    assert harvest.duplicates == 1


def test_two_tunnels_that_close_in_one_second_are_two():
    """Parent and data tunnels say the same words: that is no copy of a line."""
    closing = "%ASA-5-722037: Group <g> User <u> IP <192.0.2.7> SVC closing connection: x."
    harvest = scanned(line(1, closing) + line(1, closing))
    assert (len(harvest.records), harvest.duplicates) == (2, 0)


def test_packets_of_lost_connections_are_kept_around_a_switchover_only():
    lost = (
        "%ASA-6-106015: Deny TCP (no connection) from 192.0.2.1/80 to 10.0.0.1/5 flags ACK on "
        "interface outside"
    )
    became = "%ASA-1-104001: (Primary) Switching to ACTIVE - HELLO not heard from mate."
    text = "".join(line(n, lost) for n in range(600)) + line(600, became)
    text += "".join(line(n, lost) for n in range(601, 1200))
    kept = [r.at for r in scanned(text).records if r.what is What.NO_CONNECTION]
    first, kept = kept[:5], kept[5:]
    assert first == [at(2026, 3, 14, 22, 0, n) for n in range(5)]
    switched = at(2026, 3, 14, 22, 10)
    assert {a is not None and abs(a - switched) <= 120_000 for a in kept} == {True}
    assert len(kept) == 240


# ── clocks ─────────────────────────────────────────────────────────────────────────────


def test_each_host_has_its_own_clock():
    harvest = scanned(line(1) + line(2, host="fw2"))
    assert {clock.name: clock.has_zone for clock in harvest.clocks} == {
        "fw.log fw1": False,
        "fw.log fw2": False,
    }


def test_seconds_and_fractions_of_heads_that_look_alike_are_not_mixed_up():
    text = "".join(
        f"<166>1 2026-03-14T22:{m:02d}:{s:02d}.{f:03d}Z fw1 - - - - {OURS}\n"
        for m in (0, 1) for s in (0, 59) for f in (0, 7, 999)
    )  # fmt: skip
    harvest = scanned(text)
    assert [record.at for record in harvest.records] == [
        at(2026, 3, 14, 22, m, s) + f for m in (0, 1) for s in (0, 59) for f in (0, 7, 999)
    ]
    assert [clock.precision_ms for clock in harvest.clocks] == [1]
    assert harvest.clocks[0].has_zone


def test_hosts_that_differ_where_seconds_might_stand_are_told_apart():
    text = "".join(f"Mar 14 2026 22:00:0{n} 2001:db8:10:20:{n}0 : {OURS}\n" for n in range(3))
    assert [r.host for r in scanned(text).records] == [
        "2001:db8:10:20:00", "2001:db8:10:20:10", "2001:db8:10:20:20",
    ]  # fmt: skip


def test_when_the_collector_got_a_line_is_kept_beside_the_units_own_stamp():
    text = f"Mar 14 2026 22:00:31 192.0.2.1 Mar 14 2026 22:00:01 fw1 : {OURS}\n"
    harvest = scanned(text)
    (record,) = harvest.records
    assert record.received is not None
    assert record.at is not None
    assert record.received - record.at == 30_000
    assert {c.name for c in harvest.clocks if c.collector} == {record.received_by}


def test_two_hosts_of_one_collectors_clock_share_it():
    text = "".join(f"Mar 14 22:00:0{n} fw{n} {OURS}\n" for n in (1, 2))
    harvest = scanned(text, modified=at(2026, 3, 20))
    assert {record.clock for record in harvest.records} == {"fw.log collector"}
    assert [clock.collector for clock in harvest.clocks] == [True]


def test_lines_without_stamp_have_their_order_only():
    harvest = scanned(f"{OURS}\n{OURS}\n")
    assert [record.at for record in harvest.records] == [None, None]
    assert [clock.has_date for clock in harvest.clocks] == [False]


def test_a_new_years_night_without_years_is_one_night():
    text = "".join(
        f"{day} {clock} fw1 : {OURS}\n"
        for day, clock in (("Dec 31", "23:59:59"), ("Jan  1", "00:00:01"))
    )
    first, last = scanned(text, modified=at(2026, 1, 9)).records
    assert first.at == at(2025, 12, 31, 23, 59, 59)
    assert last.at == at(2026, 1, 1, 0, 0, 1)


def test_a_year_may_be_said():
    (record,) = scanned(f"Mar 14 22:00:01 fw1 : {OURS}\n", year=2019).records
    assert record.at == at(2019, 3, 14, 22, 0, 1)


def test_only_the_hosts_that_are_asked_for_are_read():
    text = line(1, host="fw1.example.com") + line(2, host="fw2")
    harvest = scanned(text, hosts=("FW1",))
    assert {record.host for record in harvest.records} == {"fw1.example.com"}
    assert [part.host for part in harvest.coverage] == ["fw1.example.com"]
    assert harvest.left_out == 1


def test_a_window_is_by_the_digits_as_printed():
    """Whoever says `--since 22:01` reads it in the log, zone or not."""
    text = "".join(f"<166>:Mar 14 22:0{n}:00 EST: {OURS}\n" for n in range(4))
    harvest = scanned(
        text, modified=at(2026, 3, 20), since=at(2026, 3, 14, 22, 1), until=at(2026, 3, 14, 22, 2)
    )
    assert [record.place.line for record in harvest.records] == [2, 3]
    assert harvest.records[0].at == at(2026, 3, 15, 3, 1)


# ── too much to be kept ────────────────────────────────────────────────────────────────

PERSON = "%ASA-6-722022: Group <g> User <u{}> IP <192.0.2.7> TCP SVC connection established"
ACTIVE = "%ASA-1-104001: (Primary) Switching to ACTIVE - Set by the config command."


def test_single_persons_are_left_out_where_they_are_too_many():
    text = "".join(line(n, PERSON.format(n)) for n in range(50)) + line(60)
    harvest = scanned(text, most=20)
    assert numbers(harvest) == [105005]
    assert harvest.people_dropped
    assert harvest.coverage[0].ids[722022] == 50


def long_log(nights: int) -> str:
    """Some nights with two switchovers each, and a person's line every second of an hour."""
    text = ""
    for night in range(nights):
        for n in range(0, 3600, 2):
            day = f"<166>Mar {10 + night:2d} 2026 {22 + n // 3600}:{n // 60 % 60:02d}:{n % 60:02d}"
            text += f"{day} fw1 : {PERSON.format(n)}\n"
            if n in (600, 1200):
                text += f"{day} fw1 : {ACTIVE}\n"
    return text


def test_of_a_long_log_one_night_is_taken_and_the_others_are_named(tmp_path: Path):
    path = tmp_path / "fw.log"
    path.write_text(long_log(3))
    (part,), notes = read_logs([open_file("fw.log", path)], Asked(), most=2_500)
    days = {datetime.fromtimestamp((r.at or 0) / 1000, UTC).day for r in part.records}
    assert days == {12}
    assert sum(r.number == 722022 for r in part.records) == 1800
    assert "2026-03-12 20:10 to 2026-03-13 01:20" in notes[0]
    assert "2026-03-11 22:10 (2), 2026-03-10 22:10 (2)" in notes[1]


def test_a_night_that_is_chosen_is_taken(tmp_path: Path):
    path = tmp_path / "fw.log"
    path.write_text(long_log(2))
    asked = Asked(since=at(2026, 3, 10), until=at(2026, 3, 11))
    (part,), notes = read_logs([open_file("fw.log", path)], asked, most=2_500)
    assert {datetime.fromtimestamp((r.at or 0) / 1000, UTC).day for r in part.records} == {10}
    assert notes == ()


def test_where_nothing_tells_of_a_night_that_is_said(tmp_path: Path):
    path = tmp_path / "fw.log"
    path.write_text("".join(line(n, PERSON.format(n)) for n in range(100)))
    (part,), notes = read_logs([open_file("fw.log", path)], Asked(), most=30)
    assert part.records == ()
    assert "--since" in notes[0]


def test_a_collectors_other_devices_are_left_out_and_named(tmp_path: Path):
    path = tmp_path / "all.log"
    path.write_text(
        line(1) + line(2, host="fw2") + line(3, THEIRS, host="edge") + line(4, THEIRS, host="lab")
    )
    evidence = gather([str(path)])
    assert {record.host for record in evidence.records} == {"fw1", "fw2"}
    assert "edge, lab: left out" in evidence.notes[0]
    named = gather([str(path)], hosts=("edge",))
    assert {record.host for record in named.records} == {"edge"}


def test_two_senders_are_a_pair_though_one_is_silent_about_itself(tmp_path: Path):
    path = tmp_path / "all.log"
    path.write_text(line(1) + line(2, THEIRS, host="fw2"))
    assert {part.host for part in gather([str(path)]).coverage} == {"fw1", "fw2"}


# ── files ──────────────────────────────────────────────────────────────────────────────

LOG = "".join(line(n, OURS if n % 3 else THEIRS) for n in range(90))


def written(folder: Path, data: bytes, name: str = "fw.log") -> str:
    path = folder / name
    path.write_bytes(data)
    return str(path)


def said(evidence: Evidence) -> list[tuple[int | None, int | None]]:
    return [(record.number, record.at) for record in evidence.records]


PLAIN = said(read_text("fw.log", LOG))


@pytest.mark.parametrize(
    "packed",
    [
        gzip.compress(LOG.encode()),
        gzip.compress(LOG[:3000].encode()) + gzip.compress(LOG[3000:].encode()),
        gzip.compress(LOG.encode()) + b"\0" * 512,
        LOG.encode("utf-16"),
        LOG.encode("utf-16-le"),
        LOG.encode("utf-16-be"),
        LOG.encode("utf-8-sig"),
        LOG.replace("\n", "\r\n").encode(),
        LOG.replace("\n", "\r").encode(),
        gzip.compress(LOG.replace("\n", "\r").encode("utf-16")),
    ],
    ids=["gzip", "twice", "padded", "utf-16", "little", "big", "signed", "crlf", "cr", "all"],
)
def test_a_file_says_the_same_however_it_is_packed(tmp_path: Path, packed: bytes):
    assert said(gather([written(tmp_path, packed)])) == PLAIN


def test_of_a_cut_gzip_what_was_there_is_read(tmp_path: Path):
    lines = "".join(
        line(n, f"%ASA-1-105005: (Primary) Lost Failover communications with mate on interface {n}")
        for n in range(3_000)
    )  # fmt: skip
    packed = gzip.compress(lines.encode())
    evidence = gather([written(tmp_path, packed[: len(packed) // 2])])
    assert 500 < len(evidence.records) < 3_000
    assert evidence.sources[0].note == "gzip, cut short: read as far as it goes"


def test_of_a_damaged_gzip_what_comes_before_the_damage_is_read(tmp_path: Path):
    packed = bytearray(gzip.compress(LOG.encode()) + gzip.compress(LOG.encode()))
    packed[len(packed) // 2 + 12] ^= 0xFF
    evidence = gather([written(tmp_path, bytes(packed))])
    assert said(evidence)[: len(PLAIN)] == PLAIN
    assert "gzip" in evidence.sources[0].note


@settings(deadline=None, max_examples=30)
@given(st.binary(max_size=300))
def test_any_file_is_read_or_refused_in_words(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
):
    source = written(tmp_path_factory.mktemp("any"), data)
    with suppress(UsageFault):
        assert gather([source]).sources[0].name == source


def test_the_standard_input_is_read_as_a_file(tmp_path: Path):
    evidence = gather(["-"], stdin=io.BytesIO(gzip.compress(LOG.encode())))
    assert said(evidence) == PLAIN
    assert evidence.sources[0].name == "standard input"


def test_a_folder_is_read_file_by_file_with_the_names_of_its_files(tmp_path: Path):
    (tmp_path / "b").mkdir()
    written(tmp_path / "b", line(2).encode(), "two.log")
    written(tmp_path, line(1).encode(), "one.log")
    written(tmp_path, line(3).encode(), ".hidden")
    evidence = gather([f"{tmp_path}/"])
    assert [record.place.file for record in evidence.records] == [
        f"{tmp_path}/one.log",
        f"{tmp_path}/b/two.log",
    ]


def test_a_file_that_is_named_twice_is_read_once(tmp_path: Path):
    source = written(tmp_path, LOG.encode())
    assert len(gather([source, str(tmp_path), source]).sources) == 1


def test_a_log_of_december_that_was_copied_in_autumn_keeps_its_order(tmp_path: Path):
    text = "".join(f"{day} fw1 : {OURS}\n" for day in ("Dec 31 23:59:59", "Jan  1 00:00:01"))
    source = written(tmp_path, text.encode())
    copied = datetime(2026, 10, 1, tzinfo=UTC).timestamp()
    os.utime(source, (copied, copied))
    evidence = gather([source])
    assert [record.at for record in evidence.records] == [
        at(2025, 12, 31, 23, 59, 59),
        at(2026, 1, 1, 0, 0, 1),
    ]
    assert "no year is printed: taken for 2025 and 2026" in evidence.sources[0].note


@pytest.mark.slow
def test_a_log_is_read_in_pieces_and_never_as_a_whole(tmp_path: Path):
    """What is held does not grow with the file: pieces of a megabyte, and what they were worth."""
    path = tmp_path / "fw.log"
    path.write_text(LOG * 700)
    sizes = [len(chunk) for chunk in open_file("fw.log", path).chunks()]
    assert max(sizes) <= 1 << 20
    packed = Opened("fw.gz", None, 0, io.BytesIO(gzip.compress(b"\n" * 30_000_000)))
    assert max(len(chunk) for chunk in packed.chunks()) <= 1 << 20


# ── what cannot be used ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "it is empty"),
        (gzip.compress(b"", mtime=0), "it is empty (gzip); expected is"),
        (bytes(4_096), "there is no text in it: zeros or the like"),
        (gzip.compress(bytes(4_096), mtime=0), "no text in it: zeros or the like (gzip); expected"),
        (b"Dear diary\nit rained\n", "none of 2 lines is a firewall's"),
        (b"Dear diary\n", "its only line is no firewall's"),
        (b"PK\x03\x04rest", "packed with zip, and only gzip is read; type: unzip -p"),
        (b"\x28\xb5\x2f\xfdrest", "packed with zstd, and only gzip is read; type: zstd -dc"),
        (b"\xfd7zXZ\0rest", "| upgrader replay -"),
        (b"fw.log".ljust(257, b"\0") + b"ustar\0rest", "tar archive; type: mkdir night; tar -xf"),
        (gzip.compress(b"fw.log".ljust(257, b"\0") + b"ustar  rest", mtime=0), "a tar archive"),
    ],
)
def test_what_is_of_no_use_is_refused_and_told_what_is_expected(
    tmp_path: Path, data: bytes, words: str
):
    source = written(tmp_path, data)
    with pytest.raises(UsageFault) as refused:
        gather([source])
    assert source in str(refused.value)
    assert words in str(refused.value)


def test_a_missing_source_is_named_with_what_may_stand_there(tmp_path: Path):
    with pytest.raises(UsageFault, match=r"nowhere\.log: there is no such file, folder or run"):
        gather([str(tmp_path / "nowhere.log")])


def test_a_link_that_leads_nowhere_is_told_to_be_one(tmp_path: Path):
    (tmp_path / "self").symlink_to("self")
    (tmp_path / "dead").symlink_to("nowhere")
    for name in ("self", "dead"):
        with pytest.raises(UsageFault, match=f"{name}: is a link that leads nowhere"):
            gather([str(tmp_path / name)])


def test_what_of_a_folder_cannot_be_read_is_named_and_the_rest_is_read(tmp_path: Path):
    """An archive or a dead link beside a log is no reason to tell nothing of the night."""
    written(tmp_path, LOG.encode())
    written(tmp_path, b"PK\x03\x04rest", "shots.zip")
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "dead").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe")
    evidence = gather([str(tmp_path)])
    assert said(evidence) == PLAIN
    assert [source.name for source in evidence.sources] == [f"{tmp_path}/fw.log"]
    odd, packed = evidence.notes
    assert odd.endswith("a pipe or a device: again, dead, pipe")
    assert packed.startswith(f"left out: {tmp_path}/shots.zip: it is packed with zip")


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is locked for the superuser")
def test_a_locked_folder_in_a_folder_is_named_and_the_rest_is_read(tmp_path: Path):
    written(tmp_path, LOG.encode())
    (tmp_path / "locked").mkdir(mode=0)
    evidence = gather([str(tmp_path)])
    assert said(evidence) == PLAIN
    assert "locked: cannot be read: Permission denied" in evidence.notes[0]


def test_a_folder_of_nothing_that_can_be_read_is_told_why(tmp_path: Path):
    written(tmp_path, b"PK\x03\x04rest", "shots.zip")
    with pytest.raises(UsageFault, match=r"it holds no record \(left out: .*zip"):
        gather([str(tmp_path)])


def test_no_source_at_all_is_told_what_is_expected():
    with pytest.raises(UsageFault, match="%ASA"):
        gather([])


def test_a_pipe_is_not_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageFault, match="standard input"):
        gather([str(tmp_path / "pipe")])
    with pytest.raises(UsageFault, match="standard input"):
        gather(["/dev/zero"])


def test_a_host_that_nobody_is_leaves_nothing_and_that_is_said(tmp_path: Path):
    with pytest.raises(UsageFault, match="nothing is left with --host nobody"):
        gather([written(tmp_path, LOG.encode())], hosts=("nobody",))


def test_a_window_that_ends_before_it_begins_is_refused(tmp_path: Path):
    with pytest.raises(UsageFault, match="--since is later than --until"):
        gather([written(tmp_path, LOG.encode())], since=2, until=1)


def monitored(host: str, role: str, second: int) -> str:
    return (
        f"Mar 14 2026 22:00:{second:02} {host} : %ASA-1-105003: ({role}) "
        "Monitoring on interface outside waiting\n"
    )


def test_two_pairs_in_one_file_are_told(tmp_path: Path):
    hosts = ("paris", "rome")
    log = "".join(
        monitored(hosts[n % 2], role, n) for n in range(12) for role in ("Primary", "Secondary")
    )
    source = written(tmp_path, log.encode())
    (note,) = gather([source]).notes
    assert "paris and rome speak by turns" in note
    assert "--host" in note
    assert gather([source], hosts=["rome"]).notes == ()


def test_senders_that_change_with_the_roles_are_one_pair(tmp_path: Path):
    log = "".join(
        monitored("one" if (role == "Primary") == (n < 6) else "two", role, n)
        for n in range(12)
        for role in ("Primary", "Secondary")
    )
    assert gather([written(tmp_path, log.encode())]).notes == ()


def test_an_unusable_file_beside_a_good_one_is_no_fault(tmp_path: Path):
    written(tmp_path, b"Dear diary\n", "notes.txt")
    written(tmp_path, LOG.encode())
    evidence = gather([str(tmp_path)])
    assert said(evidence) == PLAIN
    assert len(evidence.sources) == 2


# ── kinds ──────────────────────────────────────────────────────────────────────────────


def test_a_reply_to_show_logging_behind_a_prompt_is_a_terminals_log():
    assert kind_of("fw1/pri/act# show logging\n" + LOG) is SourceKind.TRANSCRIPT
    assert kind_of(LOG) is SourceKind.SYSLOG
    assert kind_of("Failover On\n") is None


def test_a_shared_collectors_file_is_syslog_though_few_lines_are_ours():
    other = "Mar 14 22:00:01 sw1 %SYS-5-CONFIG_I: Configured from console by bob\n"
    assert kind_of(other * 500 + LOG) is SourceKind.SYSLOG


def test_firewalls_lines_far_behind_in_a_shared_file_are_found(tmp_path: Path):
    other = b"Mar 14 22:00:01 sw1 %SYS-5-CONFIG_I: Configured from console by bob\n"
    source = written(tmp_path, other * 6_000 + LOG.encode())
    evidence = gather([source])
    assert said(evidence) == PLAIN
    assert (evidence.unread[0].first, evidence.unread[0].last) == (1, 6_000)


# ── real lines ─────────────────────────────────────────────────────────────────────────


def _real() -> list[Path]:
    return [
        *sorted((CAPTURES / "syslog").glob("*.log")),
        *sorted((CAPTURES / "ntc-templates" / "show_logging").glob("*.raw")),
    ]


@here
def test_real_lines_are_read_without_loss():
    """Each line with an id: its id, text and place; the settings of `show logging` are known."""
    for path in _real():
        text = path.read_text()
        lines = text.splitlines()
        harvest = scanned(text, modified=at(2026, 9, 1))
        by_line: Counter[int] = Counter()
        for record in harvest.records:
            by_line[record.place.line] += 1
            written_there = lines[record.place.line - 1]
            assert f"-{record.severity}-{record.number}" in written_there
            assert written_there.endswith(record.text)
            assert record.host in written_there
            tagged = [
                role
                for role in Role
                for tag in ("({})", "-{})", "({}_group_1)")
                if tag.format(role.value) in written_there
            ]
            assert [record.unit] == (tagged or [None])
        with_id = {n for n, each in enumerate(lines, 1) if "%ASA-" in each}
        assert set(by_line) == with_id
        assert harvest.unread_lines == sum(each.startswith("(Cisco") for each in lines)


@here
def test_real_stamps_are_read_to_the_second():
    lines = (CAPTURES / "syslog" / "failover_10400x_10500x_real.log").read_text().splitlines()
    stamped = [each for each in lines if each.startswith("<")]
    harvest = scanned("\n".join(stamped))
    for record in harvest.records:
        assert record.at is not None
        spelled = datetime.fromtimestamp(record.at / 1000, UTC).strftime("%b %d %Y %H:%M:%S")
        assert spelled in stamped[record.place.line - 1]
    assert {record.host for record in harvest.records} == {
        "192.168.1.254", "192.168.1.253", "10.125.1.28", "192.168.59.254", "192.168.59.253",
    }  # fmt: skip


def test_the_bounds_fit_into_what_is_promised():
    """300 MB whatever the size: records at about a kilobyte, minutes, and a piece of the file."""
    from upgrader.dialect.syslog.keeping import MOST_RECORDS
    from upgrader.dialect.syslog.scan import MOST_MINUTES

    assert MOST_RECORDS * 1_000 + MOST_MINUTES * 150 < 200_000_000
    assert logs.MOST_RECORDS == MOST_RECORDS


def test_what_many_messages_say_of_one_person_is_held_once():
    texts = ("First TCP SVC connection established", "TCP SVC connection established")
    lines = [
        line(n, f"%ASA-6-{number}: Group <g> User <u> IP <192.0.2.7> {text}")
        for n, (number, text) in enumerate(zip((722033, 722022), texts, strict=True))
    ]
    first, again = scanned("".join(lines)).records
    assert first.what is not again.what
    assert first.fields == again.fields
    assert first.fields is again.fields
