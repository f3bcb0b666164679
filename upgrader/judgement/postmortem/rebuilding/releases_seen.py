"""Which releases a night was about, and under which names their images lay."""

from collections.abc import Sequence
from dataclasses import dataclass

from upgrader.dialect.versions import read_version, version_in_file_name
from upgrader.judgement.postmortem.rebuilding.hardware import Hardware, image_name
from upgrader.judgement.postmortem.rebuilding.setting import Image
from upgrader.judgement.postmortem.rebuilding.typed_again import Line
from upgrader.model.evidence import What
from upgrader.model.failover import Role
from upgrader.model.night import Night
from upgrader.model.version import Version

_OLD, _NEW = "9.12(4)", "9.16(4)"
"""The fixtures' releases, where the records name none."""


def names_releases(night: Night) -> bool:
    """Whether the records name any release."""
    return bool(_named_by(night))


def _named_by(night: Night) -> tuple[Version, ...]:
    """All releases that the records name, from the oldest."""
    told: list[str] = []
    for event in night.events:
        if event.what in (What.VERSIONS_DIFFER, What.VERSIONS_INCOMPATIBLE):
            told += [event.fields.get("ours", ""), event.fields.get("theirs", "")]
    for known in night.units:
        told += [known.version_first or "", known.version_last or ""]
    for one in night.absences:
        told += [one.version_before or "", one.version_after or ""]
    return tuple(sorted({version for text in told if (version := _read(text)) is not None}))


def versions_of(night: Night, notes: list[str]) -> tuple[str, str | None]:
    """The release of both units at the start, and the one that the night went to."""
    known = _named_by(night)
    first = _first_known(night)
    if not known:
        if all(event.what is not What.VERSIONS_DIFFER for event in night.events):
            notes.append(f"both units ran {_OLD} throughout: the records name no release")
            return _OLD, None
        notes.append(f"the releases were {_OLD} and {_NEW}: the records name none")
        return _OLD, _NEW
    before = first or known[0]
    later = [one for one in known if one != before]
    if not later:
        return str(before), None
    after = later[-1] if later[-1] > before else later[0]
    if first is None:
        notes.append(f"the night began on {before}, the older of the releases that are named")
    return str(before), str(after)


def _first_known(night: Night) -> Version | None:
    """The release at the start, where a unit is known by it."""
    texts = [known.version_first for known in night.units]
    texts += [one.version_before for one in night.absences]
    found = [version for text in texts if text and (version := _read(text)) is not None]
    return min(found, default=None)


def _read(text: str) -> Version | None:
    try:
        return read_version(text) if text else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Files:
    """Which image files the night needs, named as its lines name them."""

    hardware: Hardware
    before: str
    after: str | None
    lines: Sequence[Line]

    @property
    def old(self) -> str:
        """Where the image lies that runs at the start."""
        return self._named(self.before)

    def images(self, lacks: tuple[Role, ...]) -> tuple[Image, ...]:
        """All images; `lacks`: on whose flash the new one is not."""
        found = [Image(self.old, self.before)]
        if self.after is not None:
            found.append(Image(self._named(self.after), self.after, lacks))
        return tuple(found)

    def boots(self, *, typed_again: bool) -> tuple[str, ...]:
        """The lines at the start: the new image first, unless somebody sets it in the night."""
        if self.after is None or typed_again:
            return (self.old,)
        return (self._named(self.after), self.old)

    def _named(self, version: str) -> str:
        wanted = read_version(version)
        for line in self.lines:
            words = line.text.removeprefix("no ").split()
            if words[:2] == ["boot", "system"] and len(words) == 3:
                path = words[2] if ":" in words[2] else f"disk0:/{words[2]}"
                if version_in_file_name(path) == wanted:
                    return path
        return image_name(self.hardware, wanted)
