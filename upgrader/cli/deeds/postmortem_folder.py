"""A postmortem, written down: the files of `replay -o`, and the folder of its scenario."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from shlex import quote

from upgrader.cli.deeds.postmortems import AS_FILES, Held
from upgrader.journal.disk import DiskFault, write_pieces
from upgrader.judgement.postmortem.rebuilding.paper import PAIR_FILE
from upgrader.model.postmortem import Postmortem
from upgrader.ports import UsageFault

PAGE = "postmortem.html"
TICKET = "postmortem.md"
OBJECT = "postmortem.json"
SCENARIO = "scenario"
"""What `-o` writes: three files, and the folder of the scenario."""

_PIECES_AT_ONCE = 2_000


def write(held: Held, folder: Path) -> Held:
    """Write it all into a folder; what was there under these names is replaced.

    Raises:
        UsageFault: the folder cannot be made or written.
    """
    from upgrader.views.postmortem import objects, page, ticket  # noqa: PLC0415  where it is asked

    where = folder / SCENARIO
    pair = where / PAIR_FILE
    told = held.postmortem
    # Whoever has it written down needs not be told how.
    commands = tuple(c for c in told.next.commands if not c.endswith(AS_FILES))
    written = [folder / PAGE, folder / TICKET, folder / OBJECT]
    shown = told = replace(told, next=replace(told.next, commands=commands))
    if held.scenario:
        written.append(where)
        shown = _rehearsed(told, pair)
        # Folders above it may be called after somebody.
        told = _rehearsed(told, pair.relative_to(folder)) if told.anonymised else shown
    texts = {where / name: iter((text.encode(),)) for name, text in sorted(held.scenario.items())}
    texts[folder / OBJECT] = _in_blocks(objects.pieces(told))
    for name, render in ((TICKET, ticket.render), (PAGE, page.render)):
        texts[folder / name] = iter((render(told).encode(),))
    replaced = _write_all(folder, texts)
    notes = told.notes
    if any((folder / name) in replaced for name in (PAGE, TICKET, OBJECT)):
        notes = (*notes, f"an older postmortem in {folder} was replaced")
    return Held(replace(shown, written=tuple(map(str, written)), notes=notes), held.scenario)


def _rehearsed(told: Postmortem, pair: Path) -> Postmortem:
    """The same, and how its scenario is run."""
    commands = (*told.next.commands, f"upgrader rehearse {quote(str(pair))}")
    return replace(told, next=replace(told.next, commands=commands))


def _write_all(folder: Path, texts: Mapping[Path, Iterator[bytes]]) -> frozenset[Path]:
    """Write files in their order, each whole or not at all; those that replaced an older one.

    Raises:
        UsageFault: one could not be written. What is new was taken away again.
    """
    replaced = frozenset(path for path in texts if path.exists())
    folders = dict.fromkeys((*(path.parent for path in texts), folder))
    made = [path for path in folders if not path.exists()]
    done: list[Path] = []
    try:
        for path, pieces in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_pieces(path, pieces)
            done.append(path)
    except (OSError, DiskFault) as fault:
        with suppress(OSError):
            for path in done:
                if path not in replaced:
                    path.unlink()
            for path in made:
                path.rmdir()
        stays = ", ".join(str(path) for path in done if path in replaced)
        said = f"replaced before that: {stays}" if stays else "nothing of it was kept"
        raise UsageFault(
            f"-o {folder}: cannot be written ({fault}); {said}; name a folder of yours with room"
        ) from fault
    return replaced


def _in_blocks(pieces: Iterable[str]) -> Iterator[bytes]:
    """Pieces of a text as few long ones."""
    held: list[str] = []
    for n, piece in enumerate(pieces, start=1):
        held.append(piece)
        if n % _PIECES_AT_ONCE == 0:
            yield "".join(held).encode()
            held.clear()
    yield "".join(held).encode()
