"""`copy` in all its forms: what it asks, how long it takes, and what it prints.

Questions, their order and the progress lines: real 9.2(2)4 → 9.5(2) transcript, 2016; what is
asked before a file is overwritten: ASA 5500 transcripts. A server that nobody knows times out;
one that is known and has no such file says so.
"""

from dataclasses import dataclass

from upgrader.emulator.config import path_of
from upgrader.emulator.machine import chassis, files
from upgrader.emulator.machine.repository import SCHEMES, Place, place_of
from upgrader.emulator.screens import configuration, flash
from upgrader.emulator.shell import outside
from upgrader.emulator.shell.config import merged
from upgrader.emulator.shell.files import name_of, options_of, place, renamed
from upgrader.emulator.shell.reload import copied, save
from upgrader.emulator.shell.screens import unknown
from upgrader.emulator.shell.talk import Deed, Reply, Spoken, Talk, ask, confirm
from upgrader.emulator.shell.words import INCOMPLETE
from upgrader.emulator.syslog import log, operators
from upgrader.emulator.talk import Question

_TIMEOUT_MS = 40_000
"""How long the device tries a server that does not answer. Inferred."""

_OVER_WRITE = confirm("Do you want to over write? [confirm]")
_EXISTS = "%Warning:There is a file already existing with this name\n"
_MARK_BYTES = 1_048_576
"""A `!` for so many bytes; the real number of them is not known."""

_DISKS = ("flash", "disk0")
_SYSTEMS = (*_DISKS, "disk1", "system", "nvram")
_CONFIGS = ("running-config", "startup-config")


@dataclass(frozen=True, slots=True)
class _End:
    """Where a copy comes from or goes to: a configuration, a URL, or a path on flash."""

    text: str
    """`running-config`, `startup-config`, `tftp://h/x`, `disk0:/x`."""
    url: Place | None = None

    @property
    def is_config(self) -> bool:
        return self.text in _CONFIGS

    @property
    def name(self) -> str:
        """What a prompt offers."""
        if self.url is not None:
            return self.url.path.rpartition("/")[2] if self.url.path else ""
        return name_of(self.text)


def _is_strange(word: str) -> bool:
    """Whether the word names a file system that there is not."""
    system, colon, _ = word.lower().partition(":")
    return bool(colon) and system not in {*SCHEMES, *_SYSTEMS}


def _end_of(talk: Talk, text: str) -> _End:
    if text.lower() in {*SCHEMES, *_DISKS}:
        # `copy tftp flash`: the colon may be left out, as in any word.
        text += ":"
    lower = text.lower().removeprefix("system:").removeprefix("nvram:")
    if ":" not in lower and "/" not in lower and lower:
        fits = [name for name in _CONFIGS if name.startswith(lower)]
        if len(fits) == 1:
            return _End(fits[0])
    url = place_of(text)
    return _End(text, url) if url is not None else _End(place(talk, text))


def _copy(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    """`copy [/noconfirm] SOURCE TARGET`."""
    options, rest = options_of(arguments[0].split(), ("/noconfirm",)) or (set(), [])
    strange = next((word for word in rest[:2] if _is_strange(word)), " ".join(rest[2:]))
    if strange:
        return unknown(talk, len("copy ") + arguments[0].rfind(strange))
    if len(rest) != 2:
        return Spoken(INCOMPLETE)
    source, target = (_end_of(talk, text) for text in rest)
    if not target.name and target.url is None and not target.is_config:
        # `copy … disk0:`: the name is the source's.
        target = _End(path_of(f"{target.text}{source.name}"))
    words = (source.text, target.text)
    if options:
        return _carry_out(talk, source, target)
    return ask(talk, "copy", words, *_questions(source, target))


def _questions(source: _End, target: _End) -> tuple[Question, ...]:
    asked = [(what, offered) for what, offered, _ in _asked(source, target)]
    return tuple(Question(f"\n{what} [{offered}]? ", offered=offered) for what, offered in asked)


def _asked(source: _End, target: _End) -> list[tuple[str, str, str]]:
    """(question, what is offered, what the answer settles), in the device's order."""
    asked: list[tuple[str, str, str]] = []
    if source.url is not None:
        asked.append(("Address or name of remote host", source.url.host, "source host"))
        asked.append(("Source filename", source.url.path, "source"))
    elif source.text != "startup-config" or not target.is_config:
        asked.append(("Source filename", source.name, "source"))
    if target.url is not None:
        asked.append(("Address or name of remote host", target.url.host, "target host"))
        offered = target.url.path or source.name
        asked.append(("Destination filename", offered, "target"))
    elif target.text != "startup-config" and (target.is_config or target.name or source.name):
        asked.append(("Destination filename", target.name or source.name, "target"))
    return asked


def _named(talk: Talk, words: tuple[str, ...], answers: tuple[str, ...]) -> Spoken:
    """All names are settled, but for one that depends on the others."""
    source, target = (_end_of(talk, word) for word in words)
    settled = zip((what for _, _, what in _asked(source, target)), answers, strict=True)
    for what, answer in settled:
        if what.startswith("source"):
            source = _settled(talk, source, what, answer)
        else:
            target = _settled(talk, target, what, answer)
    if target.url is None and not target.name:
        # `copy tftp: disk0:`: which name to offer is known only now.
        offered = source.name
        asked = Question(f"\nDestination filename [{offered}]? ", offered=offered)
        return ask(talk, "copy into", (source.text, target.text), asked)
    return _unless_there(talk, source, target)


def _named_late(talk: Talk, words: tuple[str, ...], answers: tuple[str, ...]) -> Spoken:
    source, target = (_end_of(talk, word) for word in words)
    return _unless_there(talk, source, _End(renamed(target.text, answers[0])))


def _unless_there(talk: Talk, source: _End, target: _End) -> Spoken:
    """Copy, but ask before a file is overwritten."""
    on_flash = target.url is None and not target.is_config
    if on_flash and files.file_at(talk.unit, target.text) is not None:
        asked = ask(talk, "copy over", (source.text, target.text), _OVER_WRITE)
        return Spoken(_EXISTS + asked.text)
    return _carry_out(talk, source, target)


def _settled(talk: Talk, end: _End, what: str, answer: str) -> _End:
    if end.url is None:
        if end.is_config:
            return end if answer == end.text else _end_of(talk, answer)
        return _End(renamed(end.text, answer))
    host = answer if what.endswith("host") else end.url.host
    path = end.url.path if what.endswith("host") else answer
    url = Place(end.url.scheme, host, path)
    return _End(url.url, url)


def _confirmed(talk: Talk, words: tuple[str, ...], answers: tuple[str, ...]) -> Spoken:
    del answers
    source, target = (_end_of(talk, word) for word in words)
    return _carry_out(talk, source, target)


# ── doing it ──────────


def _carry_out(talk: Talk, source: _End, target: _End) -> Spoken:
    if (source.text, target.text) == _CONFIGS:
        return save(talk)
    log.operator(talk.pair, talk.u, f"copy /noconfirm {source.text} {target.text}")
    if target.is_config:
        return _into_config(talk, source, target.text)
    if target.url is not None:
        return _send(talk, source, target.url)
    if source.url is not None:
        return _fetch(talk, source.url, target.text)
    if source.is_config:
        return _save_copy(talk, source.text, target.text)
    return _copy_file(talk, source.text, target.text)


def _accessing(talk: Talk, url: Place) -> str:
    del talk
    return f"\nAccessing {url.url}...\n"


def _not_there(talk: Talk, url: Place) -> Spoken:
    """Why nothing comes from a URL, and when the device knows."""
    if outside.is_server(talk.pair, url):
        return Spoken(
            f"{_accessing(talk, url)}%Error opening {url.url} (No such file or directory)\n"
        )
    return Spoken(
        f"{_accessing(talk, url)}%Error opening {url.url} (Timed out)\n",
        talk.pair.now + _TIMEOUT_MS,
    )


def _fetch(talk: Talk, url: Place, path: str) -> Spoken:
    """From a server to flash."""
    supplied = outside.find(talk.pair, url)
    if supplied is None:
        return _not_there(talk, url)
    if supplied.bytes > files.room_for(talk.pair, talk.u, path):
        return Spoken(_accessing(talk, url) + _no_space(path))
    ms = supplied.bytes * 1_000 // talk.pair.scenario.timings.copy_bytes_per_s
    due = talk.pair.now + ms
    files.write(talk.pair, talk.u, path, files.arrived(talk.pair, path, supplied, due), due)
    marks = "!" * max(1, supplied.bytes // _MARK_BYTES)
    return Spoken(
        f"{_accessing(talk, url)}{marks}\nWriting file {path}...\n{marks}\n"
        f"{copied(talk, supplied.bytes, due)}",
        due,
    )


def _send(talk: Talk, source: _End, url: Place) -> Spoken:
    """To a server. One that the scenario knows takes it, and gives it back when asked."""
    if source.url is not None:
        return Spoken("%Error: copying from a URL to a URL is not supported\n")  # Inferred.
    supplied = outside.outgoing(talk.pair, talk.u, source.text)
    if supplied is None:
        return Spoken(flash.missing(source.text))
    if not outside.is_server(talk.pair, url):
        error = f"%Error opening {url.url} (Timed out)\n"
        return Spoken(f"\n{error}", talk.pair.now + _TIMEOUT_MS)
    outside.send(talk.pair, url, supplied)
    due = talk.pair.now + supplied.bytes * 1_000 // talk.pair.scenario.timings.copy_bytes_per_s
    checksum = ""
    if source.is_config:
        lines = outside.config_of(talk.unit, source.text)
        checksum = f"Cryptochecksum: {configuration.checksum(lines)} \n"
    marks = "!" * max(2, supplied.bytes // _MARK_BYTES)
    return Spoken(f"{checksum}{marks}\n{copied(talk, supplied.bytes, due)}", due)


def _save_copy(talk: Talk, config: str, path: str) -> Spoken:
    """A configuration into a file of flash."""
    lines = outside.config_of(talk.unit, config)
    text = configuration.saved_copy(talk.pair, talk.u, lines)
    size = len(text.encode())
    if size > files.room_for(talk.pair, talk.u, path):
        return Spoken(_no_space(path))
    due = talk.pair.now + talk.pair.scenario.timings.write_memory_ms
    files.save_text(talk.pair, talk.u, path, text, due)
    return Spoken(
        f"\nCryptochecksum: {configuration.checksum(lines)} \n!!\n{copied(talk, size, due)}",
        due,
    )


def _copy_file(talk: Talk, source: str, target: str) -> Spoken:
    file = files.file_at(talk.unit, source)
    if file is None:
        return Spoken(flash.missing(source))
    if file.bytes > files.room_for(talk.pair, talk.u, target):
        return Spoken(_no_space(target))
    due = files.copy(talk.pair, talk.u, source, target)
    return Spoken(f"\nCopy in progress...CCCCC\n\n{copied(talk, file.bytes, due)}", due)


def _into_config(talk: Talk, source: _End, config: str) -> Spoken:
    """Into the running-config line by line, or in place of the startup-config."""
    head = ""
    if source.url is not None:
        supplied = outside.find(talk.pair, source.url)
        if supplied is None:
            return _not_there(talk, source.url)
        head = f"{_accessing(talk, source.url)}!\n"
    else:
        supplied = outside.outgoing(talk.pair, talk.u, source.text)
        if supplied is None:
            return Spoken(flash.missing(source.text))
    lines = outside.lines_of(supplied)
    if lines is None:
        return Spoken(f"{head}%Error reading {source.text} (Not a configuration)\n")  # Inferred.
    before = configuration.checksum(talk.unit.running)
    if config == "running-config":
        operators.read_in(talk.pair, talk.u, source.text)
    said = merged(talk, lines) if config == "running-config" else ""
    if config == "startup-config":
        chassis.replace_startup(talk.pair, talk.u, tuple(line for _, line in lines))
    due = talk.pair.now + talk.pair.scenario.timings.write_memory_ms
    now = configuration.checksum(outside.config_of(talk.unit, config))
    told = ""
    if config == "running-config":
        told = f" ({'unchanged' if now == before else 'changed'})"
    return Spoken(
        f"{head}{said}\nCryptochecksum{told}: {now} \n{copied(talk, supplied.bytes, due)}",
        due,
    )


def _no_space(path: str) -> str:
    # The wording inside the parentheses is inferred.
    return f"%Error writing {path_of(path)} (No space left on device)\n"


COPY: tuple[tuple[str, Deed], ...] = (("copy ...", _copy),)

COPY_REPLIES: dict[str, Reply] = {"copy": _named, "copy into": _named_late, "copy over": _confirmed}
