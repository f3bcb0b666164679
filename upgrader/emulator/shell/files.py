"""Files on flash: `dir`, `more`, `verify`, `delete`, `rename`, `mkdir`, `rmdir`, `cd`, `pwd`.

What `delete` asks: real 9.2(2)4 → 9.5(2) transcript, 2016. What the other commands ask and print
is inferred from the ASA command reference's description of them.
"""

from functools import partial

from upgrader.emulator.config import path_of
from upgrader.emulator.machine import files
from upgrader.emulator.screens import configuration, flash
from upgrader.emulator.shell.screens import unknown
from upgrader.emulator.shell.talk import Deed, Reply, Spoken, Talk, ask, confirm
from upgrader.emulator.shell.words import INCOMPLETE
from upgrader.emulator.talk import Question

_NEEDS_RECURSIVE = "%Error deleting {} (Is a directory)\n"
_EXISTS = "%Error Creating dir {} (File exists)\n"
_NOT_EMPTY = "%Error Removing dir {} (Directory not empty)\n"
_NO_FOLDER = "%Error Removing dir {} (No such file or directory)\n"


def place(talk: Talk, text: str) -> str:
    """A path as the device shows it: a name alone is looked for in the current directory."""
    if ":" in text or text.startswith("/"):
        return path_of(text)
    folder = "disk0:/" if talk.remote else talk.conversation.folder
    return path_of(f"{folder}{text}")


def name_of(path: str) -> str:
    """The last part of a path."""
    return path.rpartition("/")[2].rpartition(":")[2]


def renamed(path: str, answer: str) -> str:
    """The path that an answer to `… filename [x]? ` means: a name replaces the offered one."""
    if answer == name_of(path):
        return path
    if ":" in answer:
        return path_of(answer)
    head = path.rpartition("/")[0]
    return path_of(answer) if answer.startswith("/") else f"{head}/{answer}"


def options_of(words: list[str], known: tuple[str, ...]) -> tuple[set[str], list[str]] | None:
    """The options that lead the words, written out, and the rest; None: one is unknown."""
    options: set[str] = set()
    while words and words[0].startswith("/"):
        fits = [name for name in known if name.startswith(words[0].lower())]
        if len(fits) != 1:
            # `/x.bin` is a path of the root directory.
            break
        options.add(fits[0])
        words = words[1:]
    return options, words


# ── reading ──────────


def _dir(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    words = arguments[0].split() if arguments else []
    read = options_of(words, ("/all", "/recursive"))
    if read is None:
        return Spoken(INCOMPLETE)
    options, rest = read
    if len(rest) > 1:
        return unknown(talk, len("dir ") + arguments[0].rfind(" ".join(rest[1:])))
    where = rest[0] if rest else ("disk0:/" if talk.remote else talk.conversation.folder)
    if where.lower() == "all-filesystems":
        where = "disk0:/"
    path = place(talk, where)
    text = flash.dir_(talk.pair, talk.u, path, recursive="/recursive" in options)
    return Spoken(text)


def _more(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    """Only texts that somebody holds; other files are named, not held."""
    _, rest = options_of(arguments[0].split(), ("/ascii", "/binary", "/ebcdic")) or (set(), [])
    if len(rest) != 1:
        return Spoken(INCOMPLETE)
    path = rest[0]
    if path.lower() == "system:running-config":
        return Spoken(configuration.more_running_config(talk.pair, talk.u))
    if path.lower() in {"nvram:startup-config", "startup-config"}:
        return Spoken(configuration.saved_copy(talk.pair, talk.u, talk.unit.startup))
    where = place(talk, path)
    file = files.file_at(talk.unit, where)
    if file is None:
        return Spoken(flash.missing(where))
    text = files.text_of(file)
    if text is None:
        # An ASA would print the bytes; nobody holds them here.
        return Spoken(f"%Error reading {where} (Not a text file)\n")
    return Spoken(text if text.endswith("\n") else f"{text}\n")


def _verify(algorithm: str, talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    """Reading a file takes its size by `verify_bytes_per_s`; one that is not there, no time."""
    path, *expected = arguments
    if not algorithm and path.startswith("/"):
        return unknown(talk, len("verify "))  # An option that is not modelled.
    where = place(talk, path)
    file = files.file_at(talk.unit, where)
    if file is None:
        return Spoken(flash.missing(where))
    due = talk.pair.now + file.bytes * 1_000 // talk.pair.scenario.timings.verify_bytes_per_s
    if not algorithm:
        return Spoken(flash.verify_image(where, file), due)
    return Spoken(flash.verify(where, file, algorithm, expected[0] if expected else None), due)


def _pwd(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    del arguments
    return Spoken(f"{talk.conversation.folder}\n")


def _cd(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    wanted = arguments[0] if arguments else "disk0:/"
    if wanted == "..":
        head = talk.conversation.folder.rstrip("/").rpartition("/")[0]
        wanted = f"{head}/" if ":" in head else "disk0:/"
    path = place(talk, wanted)
    if not files.is_folder(talk.unit, path):
        return Spoken(f"%Error changing dir to {path} (No such file or directory)\n")
    talk.conversation.folder = path.rstrip("/") + "/"
    return Spoken("")


# ── changing ──────────


def _delete(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    """`delete [/noconfirm] [/recursive] [/replicate] PATH`, the options in any order."""
    known = ("/noconfirm", "/recursive", "/replicate")
    options, rest = options_of(arguments[0].split(), known) or (set(), [])
    if len(rest) > 1:
        return unknown(talk, len("delete ") + arguments[0].rfind(" ".join(rest[1:])))
    if len(rest) != 1:
        return Spoken(INCOMPLETE)
    path = place(talk, rest[0])
    words = (path, "recursive" if "/recursive" in options else "")
    if "/noconfirm" in options:
        return _deleted(talk, words, ())
    offered = name_of(path)
    return ask(talk, "delete", words, Question(f"\nDelete filename [{offered}]? ", offered=offered))


def _delete_named(talk: Talk, words: tuple[str, ...], answers: tuple[str, ...]) -> Spoken:
    path = renamed(words[0], answers[0])
    return ask(talk, "delete for good", (path, words[1]), confirm(f"\nDelete {path}? [confirm]"))


def _deleted(talk: Talk, words: tuple[str, ...], answers: tuple[str, ...]) -> Spoken:
    del answers
    path, recursive = words
    if files.file_at(talk.unit, path) is not None:
        files.delete(talk.pair, talk.u, path)
        return Spoken("")
    if path.rstrip("/") == "disk0:" or not files.is_folder(talk.unit, path):
        return Spoken(flash.missing(path).replace("opening", "deleting"))
    if not recursive:
        return Spoken(_NEEDS_RECURSIVE.format(path))
    head = path.rstrip("/").lower() + "/"
    inside = [written for key, written in sorted(talk.unit.paths.items()) if key.startswith(head)]
    for written in inside:
        files.delete(talk.pair, talk.u, written)
    files.remove_folder(talk.pair, talk.u, path)
    return Spoken("")


def _rename(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    options, rest = options_of(arguments[0].split(), ("/noconfirm",)) or (set(), [])
    if len(rest) != 2:
        return Spoken(INCOMPLETE)
    source, target = (place(talk, name) for name in rest)
    if options:
        return _renamed(talk, (source, target), (source, target))
    return ask(
        talk,
        "rename",
        (source, target),
        Question(f"\nSource filename [{name_of(source)}]? ", offered=name_of(source)),
        Question(f"\nDestination filename [{name_of(target)}]? ", offered=name_of(target)),
    )


def _renamed(talk: Talk, words: tuple[str, ...], answers: tuple[str, ...]) -> Spoken:
    source, target = renamed(words[0], answers[0]), renamed(words[1], answers[1])
    if files.file_at(talk.unit, source) is None:
        return Spoken(flash.missing(source).replace("opening", "renaming"))
    files.rename(talk.pair, talk.u, source, target)
    return Spoken("")


def _mkdir(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    return _on_folder(talk, arguments, "mkdir", "\nCreate directory filename [{}]? ")


def _rmdir(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    return _on_folder(talk, arguments, "rmdir", "\nRemove directory filename [{}]? ")


def _on_folder(talk: Talk, arguments: tuple[str, ...], deed: str, prompt: str) -> Spoken:
    options, rest = options_of(arguments[0].split(), ("/noconfirm",)) or (set(), [])
    if len(rest) != 1:
        return Spoken(INCOMPLETE)
    path = place(talk, rest[0]).rstrip("/")
    if options:
        return FILE_REPLIES[deed](talk, (path,), (name_of(path),))
    offered = name_of(path)
    return ask(talk, deed, (path,), Question(prompt.format(offered), offered=offered))


def _made(talk: Talk, words: tuple[str, ...], answers: tuple[str, ...]) -> Spoken:
    path = renamed(words[0], answers[0])
    if files.is_folder(talk.unit, path) or files.file_at(talk.unit, path) is not None:
        return Spoken(_EXISTS.format(path))
    files.make_folder(talk.pair, talk.u, path)
    return Spoken(f"\nCreated dir {path}\n")


def _unmade(talk: Talk, words: tuple[str, ...], answers: tuple[str, ...]) -> Spoken:
    path = renamed(words[0], answers[0])
    folder = files.folder_at(talk.unit, path)
    if folder is None or path.rstrip("/") == "disk0:":
        return Spoken(_NO_FOLDER.format(path))
    if folder.files or folder.folders:
        return Spoken(_NOT_EMPTY.format(path))
    files.remove_folder(talk.pair, talk.u, path)
    return Spoken(f"\nRemoved dir {path}\n")


FILES: tuple[tuple[str, Deed], ...] = (
    ("dir", _dir),
    ("dir ...", _dir),
    ("more ...", _more),
    ("verify <path>", partial(_verify, "")),
    ("verify /sha-512 <path>", partial(_verify, "SHA-512")),
    ("verify /sha-512 <path> <hash>", partial(_verify, "SHA-512")),
    ("verify /md5 <path>", partial(_verify, "MD5")),
    ("verify /md5 <path> <hash>", partial(_verify, "MD5")),
    ("pwd", _pwd),
    ("cd", _cd),
    ("cd <path>", _cd),
    ("delete ...", _delete),
    ("rename ...", _rename),
    ("mkdir ...", _mkdir),
    ("rmdir ...", _rmdir),
)
"""`delete` on the active unit replicates with and without `/replicate`; `copy` never does."""

FILE_REPLIES: dict[str, Reply] = {
    "delete": _delete_named,
    "delete for good": _deleted,
    "rename": _renamed,
    "mkdir": _made,
    "rmdir": _unmade,
}
