"""A line of configuration mode: what it is kept as, what is asked for, and what is remarked."""

from upgrader.emulator.config import ConfigFault, InvalidInput, masked, path_of
from upgrader.emulator.pairing import replication
from upgrader.emulator.shell.session import widen
from upgrader.emulator.shell.talk import Reply, Spoken, Talk, ask
from upgrader.emulator.talk import Question

Section = tuple[str, ...]

_NOT_KNOWN = "ERROR: % Invalid input detected at '^' marker.\n"

_KEY_FOLLOWS = ("ssh", "authentication", "pkf")
_KEY_FORM = (
    'Enter an SSH public key formatted file.\nEnd with the word "quit" on a line by itself:\n'
)


def configured(talk: Talk, section: Section, line: str) -> tuple[Spoken, Section | None] | None:
    """Type a line in a section: what was printed, and the section that the console is in then.

    None for the whole: no mode knows the line. None for the section: it stays as it was.
    """
    typed = " ".join(line.split())
    if typed.split()[:2] == ["terminal", "width"]:
        refused = widen(talk, typed)
        if refused is not None:
            return Spoken(refused), None
    if section and tuple(typed.split()) == _KEY_FOLLOWS:
        ask(talk, "pkf", section, Question(""))
        return Spoken(_KEY_FORM), None
    return _typed(talk, section, line)


def _typed(talk: Talk, section: Section, typed: str) -> tuple[Spoken, Section | None] | None:
    try:
        done = replication.type_in(talk.pair, talk.u, section, typed)
    except InvalidInput:
        return None
    except ConfigFault as fault:
        return Spoken(f"{fault.problem}\n"), None
    remark = done.remark + _conversion(typed, done.line) + _remark(talk, done.line)
    return Spoken(remark), done.section


def merged(talk: Talk, lines: tuple[tuple[int, str], ...]) -> str:
    """Type the lines of a file; what the device says of those that fail.

    Each is typed in the section that its indentation says.

    A line that fails is told as at boot (`*** Output from config line …`), and the others go on.
    That a merge tells it in this form is inferred.
    """
    text = ""
    section: Section = ()
    for number, line in lines:
        body = line.strip()
        done = _typed(talk, section[: len(line) - len(line.lstrip(" "))], body)
        said = _NOT_KNOWN if done is None else done[0].text
        if said.startswith("ERROR"):
            text += f'*** Output from config line {number}, "{masked(body)[:24]}"\n{said}'
        if done is not None and done[1] is not None:
            section = done[1]
    return text


def _conversion(typed: str, kept: str) -> str:
    """What the unit says of an image whose place it writes down otherwise (real ASA console)."""
    given, path = typed.split()[-1:], kept.split()[-1:]
    if not kept.startswith("boot system ") or not given[0].lower().startswith("flash:"):
        return ""
    return f"INFO: Converting {given[0]} to {path[0]}\n"


def _remark(talk: Talk, typed: str) -> str:
    """What the unit says of an accepted line that names a file which it does not have."""
    words = typed.split()
    boots = words[:2] == ["boot", "system"] and words[-1].lower().startswith("disk")
    if boots and words[-1].lower() not in talk.unit.flash:
        # Real ASAv console.
        return f"WARNING: BOOT variable added, but unable to find {words[-1]}\n"
    if words[:2] == ["anyconnect", "image"] and len(words) > 2:
        path = path_of(words[2])
        if all(package.path != path for package in talk.unit.loaded):
            # That the line stands and loads nothing is inferred, and so is the text.
            return f"ERROR: Unable to load AnyConnect image {path}: no such file\n"
    return ""


def _take_key(talk: Talk, words: tuple[str, ...], answers: tuple[str, ...]) -> Spoken:
    """The lines of a public key in SSH2 form, until `quit`. `words`: the section, then they."""
    depth = next(n for n, word in enumerate(words, start=1) if word.startswith("username "))
    section, lines = words[:depth], (*words[depth:], answers[0])
    if answers[0].strip().lower() != "quit":
        return ask(talk, "pkf", (*section, *lines), Question(""))
    blob = _blob(lines[:-1])
    if not blob:
        return Spoken("ERROR: Invalid SSH public key\n")  # The wording is inferred.
    done = _typed(talk, section, f"ssh authentication publickey {blob}")
    return Spoken("") if done is None else done[0]


def _blob(lines: tuple[str, ...]) -> str:
    """The base64 of a key in SSH2 form (RFC 4716): its headers and their continuations left out."""
    kept: list[str] = []
    continues = False
    for line in lines:
        text = line.strip()
        is_header = continues or ":" in text
        continues = is_header and text.endswith("\\")
        if text and not is_header and not text.startswith("----"):
            kept.append(text)
    return "".join(kept)


CONFIG_REPLIES: dict[str, Reply] = {"pkf": _take_key}
