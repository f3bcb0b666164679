"""Whether what is to be copied fits onto a flash, and what lies there that nobody needs."""

from collections.abc import Sequence

from upgrader.dialect.replies.webvpn import named_files
from upgrader.judgement.room import RESERVE_BYTES, room_wanted
from upgrader.model.staging import Errand, Holding, Objection, name_of
from upgrader.model.unit import path_key


def room_for(holding: Holding, errands: Sequence[Errand]) -> list[Objection]:
    """Whether all of it fits. That an overwritten file gives its room back first is inferred."""
    new = sum(errand.bytes or 0 for errand in errands)
    if not errands:
        return []
    back = sum(errand.over.bytes for errand in errands if errand.over is not None)
    wanted = room_wanted(new) - back
    free = holding.flash.free_bytes
    if free >= wanted:
        return []
    unused = _unused(holding, {path_key(errand.path) for errand in errands})
    told = f" No line names {', '.join(unused)}." if unused else ""
    return [
        Objection(
            f"{holding.unit.name}: {free:,} bytes are free, and {wanted:,} are wanted for "
            f"{', '.join(name_of(e.path) for e in errands)} (a tenth and "
            f"{RESERVE_BYTES:,} bytes in reserve)",
            f"Make room on that unit.{told} A plain delete on the active unit is replicated: "
            "for the standby alone type failover exec mate delete /noconfirm disk0:/NAME.",
        )
    ]


def _unused(holding: Holding, wanted: set[str]) -> list[str]:
    """Images and packages that no line of the configuration names, largest first."""
    running = holding.running
    named = {
        *wanted,
        *(path_key(path) for path in running.boot),
        *(path_key(path) for _, path in named_files(running)),
    }
    for path in (running.asdm_image, holding.unit.version.image):
        if path is not None:
            named.add(path_key(path))
    files = [f for f in holding.flash.files if path_key(f.path) not in named and _is_big(f.path)]
    files.sort(key=lambda file: (-file.bytes, file.path))
    return [f"{file.path} ({file.bytes:,} bytes)" for file in files[:5]]


def _is_big(path: str) -> bool:
    return name_of(path).lower().endswith((".bin", ".spa", ".pkg"))
