"""What the screens of a night show of packages, files, releases and links, unit by unit."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from upgrader.dialect import commands
from upgrader.judgement.postmortem.facts.told import Told
from upgrader.model.evidence import Screen
from upgrader.model.failover import Failover, HistoryRow, Role
from upgrader.model.unit import Configuration, Flash, VersionReport, path_key
from upgrader.model.vpn import FileDigest, LoadedPackage

_T = TypeVar("_T")


@dataclass(frozen=True)
class Shown:
    """The screens of a night by what they show; no slots, for what is found is kept."""

    told: Told

    # ── packages ───────────────────────────────────────────────────────────────────────

    @cached_property
    def loaded(self) -> Mapping[Role, tuple[tuple[Screen, tuple[LoadedPackage, ...]], ...]]:
        """`show webvpn anyconnect` of each unit, in order."""
        found: dict[Role, list[tuple[Screen, tuple[LoadedPackage, ...]]]] = {}
        for screen in self.told.night.screens:
            packages = all_of(screen.value, LoadedPackage)
            if (
                screen.command == commands.SHOW_PACKAGES
                and screen.unit is not None
                and packages is not None
            ):
                found.setdefault(screen.unit, []).append((screen, packages))
        return {unit: tuple(seen) for unit, seen in found.items()}

    @cached_property
    def digests(self) -> Mapping[str, Mapping[Role, tuple[Screen, FileDigest]]]:
        """`verify`: file → unit → the first answer of the night."""
        found: dict[str, dict[Role, tuple[Screen, FileDigest]]] = {}
        for screen in self.told.night.screens:
            if isinstance(screen.value, FileDigest) and screen.unit is not None:
                by_unit = found.setdefault(path_key(screen.value.path), {})
                by_unit.setdefault(screen.unit, (screen, screen.value))
        return found

    def flash(self, unit: Role) -> tuple[Screen, Flash] | None:
        """The first `dir` of that unit."""
        return self._first(unit, Flash)

    # ── the units ──────────────────────────────────────────────────────────────────────

    @cached_property
    def failovers(self) -> tuple[tuple[Screen, Failover], ...]:
        """`show failover`, in order."""
        return tuple(
            (screen, screen.value)
            for screen in self.told.night.screens
            if isinstance(screen.value, Failover)
        )

    @cached_property
    def configurations(self) -> tuple[tuple[Screen, Configuration], ...]:
        """Running and startup configurations, in order."""
        return tuple(
            (screen, screen.value)
            for screen in self.told.night.screens
            if isinstance(screen.value, Configuration)
        )

    @cached_property
    def histories(self) -> tuple[tuple[Screen, tuple[HistoryRow, ...]], ...]:
        """`show failover history`, in order."""
        return tuple(
            (screen, rows)
            for screen in self.told.night.screens
            if screen.command.startswith(commands.SHOW_FAILOVER_HISTORY)
            for rows in (all_of(screen.value, HistoryRow),)
            if rows
        )

    @cached_property
    def versions(self) -> tuple[tuple[Screen, VersionReport], ...]:
        """`show version`, in order."""
        return tuple(
            (screen, screen.value)
            for screen in self.told.night.screens
            if isinstance(screen.value, VersionReport)
        )

    @cached_property
    def connections(self) -> tuple[tuple[Screen, int], ...]:
        """`show conn count`, in order: connections in use."""
        return tuple(
            (screen, screen.value)
            for screen in self.told.night.screens
            if screen.command == commands.SHOW_CONN_COUNT and isinstance(screen.value, int)
        )

    @cached_property
    def startup_errors(self) -> tuple[tuple[Screen, tuple[str, ...]], ...]:
        """`show startup-config errors` that name any, in order."""
        return tuple(
            (screen, lines)
            for screen in self.told.night.screens
            if screen.command == commands.SHOW_STARTUP_ERRORS
            for lines in (all_of(screen.value, str),)
            if lines
        )

    def _first(self, unit: Role, kind: type[Flash]) -> tuple[Screen, Flash] | None:
        for screen in self.told.night.screens:
            if screen.unit is unit and isinstance(screen.value, kind):
                return screen, screen.value
        return None


def all_of(value: object, kind: type[_T]) -> tuple[_T, ...] | None:
    """The value as a tuple of that kind; None: it is something else, or was not understood."""
    if not isinstance(value, tuple):
        return None
    return value if all(isinstance(one, kind) for one in value) else None
