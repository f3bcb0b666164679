"""Which releases lie on the flashes as images, and which files a hop wants."""

from collections.abc import Sequence

from upgrader.dialect.versions import family_of_hardware, image_family, version_in_file_name
from upgrader.model.releases import Releases, SignedAsdm
from upgrader.model.unit import Flash, FlashFile
from upgrader.model.version import Version


def is_image(path: str, hardware: str, release: Version) -> bool:
    """Whether a file is named like an image of the release, for such hardware.

    A name that is silent about the hardware fits; one that speaks of other hardware does not.
    """
    if version_in_file_name(path) != release:
        return False
    spoken, wanted = image_family(path), family_of_hardware(hardware)
    return spoken is None or wanted is None or spoken == wanted


def images_on(flash: Flash, hardware: str, release: Version) -> tuple[FlashFile, ...]:
    """The files on a flash that may be images of the release."""
    return tuple(file for file in flash.files if is_image(file.path, hardware, release))


def releases_on(flashes: Sequence[Flash], hardware: str) -> frozenset[Version]:
    """The releases whose images lie on all of these flashes; none where there is no flash."""
    found = [
        {
            release
            for file in flash.files
            if (release := version_in_file_name(file.path)) is not None
            and is_image(file.path, hardware, release)
        }
        for flash in flashes
    ]
    return frozenset(set.intersection(*found)) if found else frozenset()


def minimum_asdm(known: Releases, release: Version) -> Version | None:
    """The oldest ASDM that starts with a release; maintenance 0 means any of its train.

    None: not known here. ASDM is backward compatible: a later one starts, too.
    """
    train = known.train_of(release)
    if train is None or train.asdm is None:
        return None
    oldest = Version(*train.asdm, 0)
    signed = [row.asdm for row in known.signed_asdm if _wants_signed(row, release)]
    return max([oldest, *signed])


def _wants_signed(row: SignedAsdm, release: Version) -> bool:
    own = [first for first in row.since if first.train == release.train]
    if own:
        return any(release >= first for first in own)
    return bool(row.since) and release.train > max(row.since).train


def spelt_asdm(version: Version) -> str:
    """`7.16` where any of the train will do, else the whole version."""
    return str(version) if version.maintenance else f"{version.major}.{version.minor}"
