"""What a person sees who waits for the postmortem of a long log."""

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from upgrader.access.evidence.opening import gather
from upgrader.views.postmortem.along import Along, along_on

LINE = "Mar 14 2026 22:16:57 fw1 : %ASA-1-104001: (Secondary) Switching to ACTIVE - mate want me\n"


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class _Clock:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@contextmanager
def waiting(
    stream: io.StringIO, environment: Mapping[str, str] = {"TERM": "xterm"}
) -> Iterator[tuple[Along, _Clock]]:
    clock = _Clock()
    with along_on(stream, clock, environment) as along:
        yield along, clock


def test_a_postmortem_of_two_seconds_needs_no_word() -> None:
    stream = _Terminal()
    with waiting(stream) as (along, clock):
        along.reading("collector.log", 1 << 20, 3 << 20)
        clock.seconds = 1.9
        along.doing("judging what happened")
    assert stream.getvalue() == ""


def test_a_long_log_says_how_far_it_is_read_and_leaves_nothing_behind() -> None:
    stream = _Terminal()
    with waiting(stream) as (along, clock):
        clock.seconds = 2.5
        along.reading("collector.log", 120 << 20, 2_048 << 20)
        assert "reading collector.log: 120 of 2,048 MB …" in stream.getvalue()
        clock.seconds = 2.6
        along.doing("judging what happened")
        assert "judging what happened …" in stream.getvalue()
    assert stream.getvalue().endswith("\x1b[2K")


def test_a_terminal_without_colour_gets_a_plain_line_now_and_then() -> None:
    stream = _Terminal()
    with waiting(stream, {"TERM": "xterm", "NO_COLOR": "1"}) as (along, clock):
        for second in range(2, 14):
            clock.seconds = second
            along.reading("collector.log", second << 20, 99 << 20)
    assert stream.getvalue().splitlines() == [
        "reading collector.log: 2 of 99 MB …",
        "reading collector.log: 7 of 99 MB …",
        "reading collector.log: 12 of 99 MB …",
    ]


def test_a_pipe_hears_nothing() -> None:
    stream = io.StringIO()
    with waiting(stream) as (along, clock):
        clock.seconds = 60
        along.reading("collector.log", 1 << 20, 3 << 20)
        along.doing("judging what happened")
    assert stream.getvalue() == ""


def test_a_name_of_a_file_cannot_steer_the_terminal() -> None:
    stream = _Terminal()
    with waiting(stream, {"TERM": "dumb"}) as (along, clock):
        clock.seconds = 3
        along.reading("\x1b[2Jcollector.log", 10, 10)
    assert "\x1b" not in stream.getvalue()


def test_each_piece_of_a_file_is_heard_of(tmp_path: Path) -> None:
    log = tmp_path / "collector.log"
    log.write_text(LINE * 30_000)
    size = log.stat().st_size
    heard: list[tuple[str, int, int]] = []
    gather([str(log)], heard=lambda *piece: heard.append(piece))
    assert heard[-1] == (str(log), size, size)
    assert (str(log), 1 << 20, size) in heard
