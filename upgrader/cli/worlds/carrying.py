"""The files of a night: where they come from, and who carries them to the units."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from upgrader.access.emulated.carrier import EmulatedCarrier
from upgrader.access.emulated.shelf import FileShelf
from upgrader.access.emulated.world import EmulatedWorld
from upgrader.access.files.stock import FolderStock, read_manifests
from upgrader.access.guard.guarded import Charter, GuardedWorld
from upgrader.access.guard.guarded_files import GuardedCarrier
from upgrader.access.live import LiveWorld
from upgrader.access.ssh.secrets import NoSecret, Secrets, of_this_process
from upgrader.cli.pairfile.pair import PairFile
from upgrader.cli.worlds.emulated import files_folder
from upgrader.cli.worlds.live import person_asked
from upgrader.model.names import Serial
from upgrader.model.reach import Address, Reach, SecretSource
from upgrader.model.staging import Manifest
from upgrader.ports import Carrier, Stock, UsageFault, World


def stock_in(folder: Path) -> Stock:
    """The repository in that folder.

    Raises:
        UsageFault: there is no such folder.
    """
    return FolderStock(folder)


def manifest_in(paths: Sequence[Path], root: Path | None, at: datetime) -> Manifest:
    """What those lists say together; a signed one must be valid at that moment.

    Raises:
        UsageFault: one cannot be read, or is no such list.
        NotBelieved: one is not signed by whom it must be.
    """
    return read_manifests(paths, root, at)


def armed(
    world: World,
    pair: PairFile,
    worlds: Path,
    serials: tuple[Serial, Serial],
    paths: tuple[str, ...],
) -> tuple[World, Carrier | None]:
    """World and carrier, guarded: just these files, on just these units.

    The carrier is None where nothing can be sent to that world.
    """
    charter = Charter(serials, None, may_stage=paths)
    carrier: Carrier | None = None
    if isinstance(world, EmulatedWorld):
        carrier = EmulatedCarrier(world, FileShelf(files_folder(pair, worlds)))
    elif isinstance(world, LiveWorld):
        carrier = world.carrier
    hands = None if carrier is None else GuardedCarrier(carrier, world.access, charter)
    return GuardedWorld(world, charter), hands


def password_of(source: SecretSource, user: str, server: str) -> str:
    """The password of a user on a file server, fetched now.

    Raises:
        UsageFault: it cannot be had.
    """
    reach = Reach(active=Address(server), user=user, password=source)
    try:
        return Secrets(reach, server, of_this_process(person_asked())).password()
    except NoSecret as fault:
        raise UsageFault(f"{fault}. Nothing was typed") from fault
