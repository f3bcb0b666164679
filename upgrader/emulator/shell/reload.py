"""`write …` and `reload …`: what they ask, print and do.

Options and prompts: ASA command reference, `reload`; the console text of a shutdown: a real
ASA5506.
"""

from upgrader.emulator.machine import chassis
from upgrader.emulator.pairing import replication
from upgrader.emulator.screens import configuration
from upgrader.emulator.screens.failover import holds_active
from upgrader.emulator.screens.reloading import show_reload
from upgrader.emulator.shell.screens import unknown
from upgrader.emulator.shell.talk import (
    UNREACHABLE,
    Deed,
    Reply,
    Spoken,
    Talk,
    ask,
    confirm,
)
from upgrader.emulator.shell.words import INCOMPLETE
from upgrader.emulator.talk import Question
from upgrader.emulator.wall import wall_of

_SHUTDOWN = (
    "\n\n***\n"
    "*** --- START GRACEFUL SHUTDOWN ---\n"
    "Shutting down isakmp\n"
    "Shutting down webvpn\n"
    "Shutting down License Controller\n"
    "Shutting down File system\n"
    "\n\n\n***\n"
    "*** --- SHUTDOWN NOW ---\n"
)
_ABORTED = "\n\n***\n*** --- SHUTDOWN ABORTED ---\n"
_NOT_SCHEDULED = "No reload is scheduled.\n"
_SAVE = Question("System config has been modified. Save? [Y]es/[N]o:  ", offered="Y")
"""Its answer is a line: a real console shows `y` and a line's end behind it."""
_PROCEED = confirm("Proceed with reload? [confirm] ")
_ERASE = confirm("Erase configuration in flash memory? [confirm]")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS_IN = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MINUTE_MS = 60_000
_DAY_MIN = 1_440
_SHORT = ("noconfirm", "save-config", "quick", "in", "at", "max-hold-time", "reason")


def took(talk: Talk, due: int) -> str:
    """`0.670 secs`: how long a write takes."""
    ms = max(10, due - talk.pair.now)
    return f"{ms // 1_000}.{ms % 1_000:03d} secs"


def copied(talk: Talk, size: int, due: int) -> str:
    """`82593792 bytes copied in 211.300 secs (391439 bytes/sec)`: by whole seconds.

    What takes less than one has no rate (real 9.2(2)4 → 9.5(2) transcript, 2016); what a `write
    memory` of more has, a real ASA 5505 console shows.
    """
    seconds = (due - talk.pair.now) // 1_000
    rate = f" ({size // seconds} bytes/sec)" if seconds else ""
    return f"{size} bytes copied in {took(talk, due)}{rate}\n"


def save(talk: Talk) -> Spoken:
    """Save the running-config, as `write memory` says it."""
    due = chassis.write_memory(talk.pair, talk.u)
    lines = talk.unit.running
    size = configuration.text_bytes(talk.pair, talk.u, lines)
    text = f"Cryptochecksum: {configuration.checksum(lines)} \n\n{copied(talk, size, due)}"
    return Spoken(text, due)


def _write_memory(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    del arguments
    saved = save(talk)
    return Spoken(f"Building configuration...\n{saved.text}[OK]\n", saved.due)


def _write_standby(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    del arguments
    if not holds_active(talk.unit):
        # Synthetic text: none was found for the standby.
        return Spoken("ERROR: write standby is only available on the active unit\n")
    if not replication.write_standby(talk.pair, talk.u):
        return Spoken(UNREACHABLE)
    return Spoken("Building configuration...\n[OK]\n")


def _write_terminal(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    del arguments
    return Spoken(configuration.show_running_config(talk.pair, talk.u))


def _write_erase(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    del arguments
    return ask(talk, "write erase", (), _ERASE)


def _erase(talk: Talk, words: tuple[str, ...], answers: tuple[str, ...]) -> Spoken:
    del words, answers
    chassis.erase_startup(talk.pair, talk.u)
    return Spoken("[OK]\n")


# ── reload ──────────


def _reload(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    """`reload [OPTIONS]`, in any order."""
    options = _read_options(arguments[0].split() if arguments else [])
    if options is None:
        return Spoken(INCOMPLETE)
    if isinstance(options, str):
        return unknown(talk, arguments[0].find(options) + len("reload "))
    if "at" in options or "in" in options:
        after = _delay(talk, options)
        if after is None:
            return unknown(talk, len("reload in "))
        options["after"] = str(after)
    words = tuple(part for name in sorted(options) for part in (name, options[name]))
    if "save-config" in options and talk.unit.modified:
        saved = save(talk)
        return _confirmed(talk, words, saved)
    if "noconfirm" in options or not talk.unit.modified:
        return _confirmed(talk, words, Spoken(""))
    if talk.remote:
        return ask(talk, "reload", words, _SAVE)
    return ask(talk, "save", words, _SAVE)


def _read_options(words: list[str]) -> dict[str, str] | str | None:
    """The options by name; a word: the one that is none; None: one misses its time."""
    options: dict[str, str] = {}
    rest = list(words)
    while rest:
        typed = rest.pop(0)
        fits = [name for name in _SHORT if name.startswith(typed.lower())]
        if len(fits) != 1:
            return typed
        name = fits[0]
        if name == "reason":
            options[name], rest = " ".join(rest), []
        elif name in ("in", "max-hold-time", "at"):
            if not rest:
                return None
            options[name] = rest.pop(0)
            if name == "at" and rest and _month_and_day(rest):
                options["date"] = f"{rest.pop(0)} {rest.pop(0)}"
        else:
            options[name] = ""
    return options


def _month_and_day(words: list[str]) -> bool:
    """Whether `mar 15` or `15 mar` stands there."""
    pair = [word.lower() for word in words[:2]]
    return (
        len(pair) == 2
        and sum(word[:3] in _MONTHS for word in pair) == 1
        and sum(word.isdigit() for word in pair) == 1
    )


def _delay(talk: Talk, options: dict[str, str]) -> int | None:
    """Milliseconds from now; None: no such time."""
    hours, colon, minutes = options.get("in", options.get("at", "")).rpartition(":")
    if not minutes.isdigit() or not (hours.isdigit() or not hours):
        return None
    count = int(hours or 0) * 60 + int(minutes)
    if "in" in options:
        return count * _MINUTE_MS
    if not colon or int(hours or 0) > 23 or int(minutes) > 59:
        return None
    wall = wall_of(talk.pair, talk.u)
    today, _, _ = wall.parts(talk.pair.now)
    midnight = today * _DAY_MIN * _MINUTE_MS - wall.offset_ms
    at = midnight + count * _MINUTE_MS
    if "date" in options:
        day = _day_of(wall.date(today), options["date"])
        return None if day is None else at + day * _DAY_MIN * _MINUTE_MS - talk.pair.now
    return at - talk.pair.now if at > talk.pair.now else at - talk.pair.now + _DAY_MIN * _MINUTE_MS


def _day_of(today: str, date: str) -> int | None:
    """In how many days that `mar 15` is, counted from `Sat Mar 14 2026`; None: no such day."""
    _, month, day, year = today.split()
    words = date.lower().split()
    number = next(int(word) for word in words if word.isdigit())
    wanted = _MONTHS.index(next(word for word in words if not word.isdigit())[:3])
    if not 1 <= number <= _DAYS_IN[wanted]:
        return None
    leap = int(year) % 4 == 0
    days = [length + (leap and n == 1) for n, length in enumerate(_DAYS_IN)]
    passed = sum(days[: _MONTHS.index(month.lower())]) + int(day)
    ahead = sum(days[:wanted]) + number - passed
    return ahead if ahead >= 0 else ahead + sum(days)


def _save_or_not(talk: Talk, words: tuple[str, ...], answers: tuple[str, ...]) -> Spoken:
    """`[Y]es/[N]o`; whatever is no yes saves nothing, and the reload is asked for all the same."""
    if answers[0][:1].lower() == "y":
        return _confirmed(talk, words, save(talk))
    return _confirmed(talk, words, Spoken(""))


def _confirmed(talk: Talk, words: tuple[str, ...], saved: Spoken) -> Spoken:
    """Ask whether to proceed, or do it at once with `noconfirm`."""
    if "noconfirm" in words[::2]:
        done = _go(talk, words, ())
        return Spoken(saved.text + done.text, saved.due)
    asked = ask(talk, "reload", words, _PROCEED)
    return Spoken(saved.text + asked.text, saved.due)


def _go(talk: Talk, words: tuple[str, ...], answers: tuple[str, ...]) -> Spoken:
    del answers
    options = dict(zip(words[::2], words[1::2], strict=True))
    if "after" not in options:
        chassis.order_reload(talk.pair, talk.u)
        return Spoken(_SHUTDOWN)
    if talk.unit.reload_at is not None:
        chassis.cancel_reload(talk.pair, talk.u)
    # The hour that was named is meant, however long the question stood unanswered.
    after = _delay(talk, options) if "at" in options else None
    chassis.order_reload(talk.pair, talk.u, int(options["after"]) if after is None else after)
    # Its announcement: ASA command reference, `reload`.
    told = show_reload(talk.pair, talk.u).removeprefix("Reload scheduled for ").rstrip()
    return Spoken(f"\n\n***\n*** --- SHUTDOWN in {_left(told)} ---\n")


def _left(told: str) -> str:
    """`0 hours and 10 minutes` of `… (in 0 hours and 10 minutes)`."""
    return told.rpartition("(in ")[2].rstrip(")")


def _reload_cancel(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    del arguments
    cancelled = chassis.cancel_reload(talk.pair, talk.u)
    return Spoken(_ABORTED if cancelled else _NOT_SCHEDULED)


RELOAD: tuple[tuple[str, Deed], ...] = (
    ("write", _write_memory),
    ("write memory", _write_memory),
    ("write standby", _write_standby),
    ("write terminal", _write_terminal),
    ("write erase", _write_erase),
    ("reload", _reload),
    ("reload cancel", _reload_cancel),
    ("reload ...", _reload),
)

RELOAD_REPLIES: dict[str, Reply] = {
    "write erase": _erase,
    "save": _save_or_not,
    "reload": _go,
}
