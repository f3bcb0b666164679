"""What is to be brought to which unit, and why: from what both hold and what they should.

Nothing is guessed. Where no list and no repository says what a file should be, two equal files are
left alone, and two different ones are for a person to judge: nobody can tell from here which of
them is right. Whatever stands in the way is found before a byte is sent.
"""

from collections.abc import Mapping

from upgrader.dialect.manifests import is_plain_file_name
from upgrader.dialect.replies.webvpn import named_files
from upgrader.dialect.versions import asdm_version_in_file_name
from upgrader.judgement.path.builtin import built_in
from upgrader.judgement.path.files import is_image, minimum_asdm, spelt_asdm
from upgrader.judgement.staging.flash_room import room_for
from upgrader.model.plan import Target
from upgrader.model.staging import (
    Agenda,
    Did,
    Errand,
    FileLine,
    Holding,
    Kind,
    Manifest,
    Objection,
    Search,
    Sought,
    StagedFile,
    StockFile,
    loaded_stamp,
    name_of,
)
from upgrader.model.unit import path_key

# ── which files ────────────────────────────────────────────────────────────────────────


def search(
    active: Holding,
    standby: Holding,
    target: Target,
    stock: tuple[StockFile, ...],
    manifest: Manifest,
    *,
    fetches: bool,
) -> Search:
    """The files that the night needs on both units.

    `fetches`: the units fetch from a URL, so that a file which only the manifest names can be had.
    """
    names = tuple(dict.fromkeys((*(f.name for f in stock), *(manifest.listed if fetches else ()))))
    found: list[tuple[Kind, str, str]] = []
    objections: list[Objection] = []
    notes: list[str] = []
    for part in (
        _image(active, standby, target, names),
        _asdm(active, target, tuple(f.name for f in stock)),
    ):
        match part:
            case Objection():
                objections.append(part)
            case str():
                notes.append(part)
            case (kind, path, why):
                found.append((kind, path, why))
    found += [
        (kind, path, f"the configuration names it ({kind.value})")
        for kind, path in named_files(active.running)
    ]
    sought = tuple(_sought(kind, path, why, stock, manifest) for kind, path, why in found)
    if not manifest.origins and any(each.stock is not None for each in sought):
        notes.append(
            "there is no manifest: files are held against the repository's own bytes, and nobody "
            "says that those are what the vendor published"
        )
    unknown = [each.path for each in sought if each.stock is None and not each.listed]
    if unknown:
        notes.append(
            f"neither a list nor a file of the repository says what {', '.join(unknown)} should "
            "be: the two units are held against each other, and nothing else"
        )
    return Search(sought, tuple(objections), tuple(notes))


def _sought(
    kind: Kind, path: str, why: str, stock: tuple[StockFile, ...], manifest: Manifest
) -> Sought:
    name = name_of(path)
    exact = next((f for f in stock if f.name == name), None)
    file = exact or next((f for f in stock if f.name.lower() == name.lower()), None)
    return Sought(kind, path, why, file, manifest.of(name if file is None else file.name))


def _image(
    active: Holding, standby: Holding, target: Target, names: tuple[str, ...]
) -> tuple[Kind, str, str] | Objection | str:
    version, hardware = target.version, active.unit.version.hardware
    if active.unit.running == standby.unit.running == version:
        return f"both units run {version} already: no ASA image is staged"
    if target.image is not None:
        return Kind.IMAGE, _on_disk0(target.image), "named under [target]"
    on_flash = {file.path for holding in (active, standby) for file in holding.flash.files}
    for where, paths in (
        ("the repository", [f"disk0:/{name}" for name in names]),
        ("the flash", sorted(on_flash)),
    ):
        fitting = [path for path in paths if is_image(path, hardware, target.version)]
        if len(fitting) == 1:
            return Kind.IMAGE, fitting[0], f"the one image of {version} in {where}"
        if fitting:
            return Objection(
                f"several files in {where} may be {version}: {', '.join(sorted(fitting))}",
                'Name the right one under [target] of the pair file: image = "disk0:/…".',
            )
    return Objection(
        f"nothing in the repository or on flash is named like an image of {version} for {hardware}",
        f"Put the image of {version} into the repository under the name it was published by, or "
        "name it under [target].",
    )


def _asdm(
    active: Holding, target: Target, stock: tuple[str, ...]
) -> tuple[Kind, str, str] | Objection | str:
    if target.asdm is not None:
        return Kind.ASDM, _on_disk0(target.asdm), "named under [target]"
    configured, minimum = active.running.asdm_image, minimum_asdm(built_in(), target.version)
    if configured is None or minimum is None:
        return "ASDM stays as it is: none is configured, or which one is wanted is not known"
    present = asdm_version_in_file_name(configured)
    if present is not None and present >= minimum:
        return f"ASDM stays as it is: {configured} fits {target.version}"
    versions = {name: asdm_version_in_file_name(name) for name in stock}
    enough = {n: v for n, v in versions.items() if v is not None and v >= minimum}
    if not enough:
        return f"no ASDM {spelt_asdm(minimum)} or later is in the repository: ASDM stays"
    best = [name for name, v in enough.items() if v == max(enough.values())]
    if len(best) > 1:
        return Objection(
            f"several ASDM images in the repository are the latest: {', '.join(best)}",
            'Name the right one under [target] of the pair file: asdm = "disk0:/…".',
        )
    return Kind.ASDM, f"disk0:/{best[0]}", f"the latest ASDM in the repository; {configured} is old"


def _on_disk0(path: str) -> str:
    return path if ":" in path else f"disk0:/{path.lstrip('/')}"


# ── what to do about each ──────────────────────────────────────────────────────────────


def agenda(
    active: Holding,
    standby: Holding,
    found: Search,
    local: Mapping[str, str],
    target: Target,
    manifest: Manifest,
    *,
    place: str | None,
    fetches: bool,
) -> Agenda:
    """What is brought where. `local`: file name → SHA-512 of the repository's files.

    `place` is the repository, for people; None: there is none.
    """
    errands: list[Errand] = []
    kept: list[FileLine] = []
    objections = list(found.objections)
    for holding in (standby, active):
        for sought in found.sought:
            wanted = _wanted(sought, local, target, manifest)
            if isinstance(wanted, Objection):
                part: Errand | FileLine | Objection = wanted
            elif wanted is None:
                part = _unpublished(sought, holding, active, standby, place)
            else:
                size = _bytes_of(sought, wanted, (active, standby))
                part = _published(sought, holding, wanted, size, place, fetches=fetches)
            match part:
                case Errand():
                    errands.append(part)
                case FileLine():
                    kept.append(part)
                case Objection():
                    objections.append(part)
    for holding in (standby, active):
        objections += room_for(holding, [e for e in errands if e.serial == holding.unit.serial])
    notes = list(found.notes)
    unknown = sorted({errand.path for errand in errands if errand.bytes is None})
    if unknown:
        notes.append(f"how large it is was not known beforehand: {', '.join(unknown)}")
    return Agenda(tuple(errands), tuple(kept), tuple(dict.fromkeys(objections)), tuple(notes))


def expected_bytes(sought: Sought) -> int | None:
    """How large the file should be; None: nothing tells."""
    if sought.stock is not None:
        return sought.stock.bytes
    return sought.listed[0].bytes if len(sought.listed) == 1 else None


def _bytes_of(sought: Sought, wanted: str, holdings: tuple[Holding, ...]) -> int | None:
    """How large the file should be, also where only a unit that has it tells."""
    size = expected_bytes(sought)
    for holding in holdings:
        there = holding.file(sought.path)
        if size is None and there is not None and holding.sha512(sought.path) == wanted:
            size = there.bytes
    return size


def _wanted(
    sought: Sought, local: Mapping[str, str], target: Target, manifest: Manifest
) -> str | Objection | None:
    """The SHA-512 that the file should have; None: nothing says so."""
    name = name_of(sought.path)
    if len(sought.listed) > 1:
        told = ", ".join(f"{line.sha512[:12]}… in {line.origin}" for line in sought.listed)
        return Objection(
            f"the manifests contradict one another about {name}: {told}",
            "Find out which of them is right, and leave the other out.",
        )
    published = sought.listed[0].sha512 if sought.listed else None
    named = target.sha512 if sought.kind is Kind.IMAGE else None
    ours = None if sought.stock is None else local[sought.stock.name]
    for other, origin in ((published, _origin(sought)), (named, "[target]")):
        if ours is not None and other is not None and ours != other:
            return Objection(
                f"{name} in the repository is not what {origin} says: SHA-512 {ours[:12]}…, and "
                f"{other[:12]}… is wanted",
                f"Download {name} again; not a byte of it was sent.",
            )
    if published is not None and named is not None and published != named:
        return Objection(
            f"{_origin(sought)} and [target] contradict one another about {name}",
            "Correct the one that is wrong.",
        )
    if ours is not None and manifest.origins and published is None and named is None:
        return Objection(
            f"{name} is in the repository, and in no manifest ({', '.join(manifest.origins)})",
            f"Compare it with what its publisher says, then add it to a list of your own: "
            f"`sha512sum {name} >> SHA512SUMS`, and give that list as a manifest too.",
        )
    return ours or published or named


def _origin(sought: Sought) -> str:
    return sought.listed[0].origin if sought.listed else "the manifest"


def _published(
    sought: Sought,
    holding: Holding,
    wanted: str,
    size: int | None,
    place: str | None,
    *,
    fetches: bool,
) -> Errand | FileLine | Objection:
    """A file of which it is known what it should be."""
    unit, path, name = holding.unit, sought.path, name_of(sought.path)
    there, seen = holding.file(path), holding.sha512(path)
    if seen == wanted:
        stands = there.bytes if there is not None else size
        why = "the unit computed the SHA-512 that is wanted"
        return FileLine(unit.serial, path, stands, wanted, Did.ALREADY, why)
    if there is None:
        why = f"{unit.name} has no such file"
    elif size is not None and there.bytes != size:
        why = f"{unit.name} has {there.bytes} bytes of it, and {size} are wanted"
    elif seen is None:
        return Objection(
            f"{unit.name} did not tell the SHA-512 of {path}",
            f"Look at it by hand: verify /sha-512 {path}",
        )
    else:
        why = f"{unit.name} has other bytes: SHA-512 {seen[:12]}…, and {wanted[:12]}… is wanted"
    if not _can_be_brought(path):
        return Objection(
            f"{why}: {path} lies where nothing is staged",
            "Only files right under disk0:/ with plain names are brought. Copy it by hand.",
        )
    if unit.version.image is not None and path_key(unit.version.image) == path_key(path):
        return Objection(
            f"{unit.name} runs from {path}, which is not what it should be",
            "A running image is not overwritten. Find out how it came to differ.",
        )
    if sought.stock is None and not fetches:
        return Objection(f"{why}; the repository has none either", _put_into(name, place))
    source = None if fetches or sought.stock is None else sought.stock.path
    loaded = () if holding.loaded is None else holding.loaded
    return Errand(
        unit.serial,
        sought.kind,
        path,
        wanted,
        size,
        source,
        there,
        why,
        loaded=loaded_stamp(loaded, path),
        loaded_known=holding.loaded is not None,
    )


def _unpublished(
    sought: Sought, holding: Holding, active: Holding, standby: Holding, place: str | None
) -> FileLine | Objection:
    """A file of which nothing says what it should be: equal on both, or a person's to judge."""
    path, name = sought.path, name_of(sought.path)
    seen = [(one.unit.name, one.sha512(path)) for one in (active, standby)]
    if all(digest is None for _, digest in seen):
        return Objection(f"neither unit has {path}", _put_into(name, place))
    without = [who for who, digest in seen if digest is None]
    if without:
        return Objection(
            f"{without[0]} has no {path}, and the other unit has: whether that one is what it "
            "should be, nothing here says, and it cannot be fetched from there",
            _put_into(name, place),
        )
    digests = {digest for _, digest in seen}
    if len(digests) > 1:
        told = " and ".join(f"{(digest or '')[:12]}… on {who}" for who, digest in seen)
        return Objection(
            f"{path} differs, SHA-512 {told}: which of the two is right, nothing here says",
            _put_into(name, place),
        )
    file = holding.file(path)
    return FileLine(
        holding.unit.serial,
        path,
        None if file is None else file.bytes,
        holding.sha512(path),
        Did.ALREADY,
        "equal on both units; no list says what it should be",
    )


def _put_into(name: str, place: str | None) -> str:
    if place is None:
        return f"Say a --repository that holds the right {name}, or list it in a manifest."
    return f"Put the right {name} into {place} and stage again."


def _can_be_brought(path: str) -> bool:
    device, _, rest = path_key(path).partition(":/")
    return device == "disk0" and is_plain_file_name(rest)


def unloaded(errand: Errand) -> StagedFile | None:
    """What a later plan has to know of a package that is brought; None: nothing."""
    if errand.kind is not Kind.PACKAGE or not errand.loaded_known:
        return None
    return StagedFile(errand.serial, errand.path, errand.sha512, errand.loaded)
