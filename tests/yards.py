"""Staging for tests: a pair, a repository, and what is brought from one to the other.

    yard = Yard(tmp_path, secondary={PACKAGE["win"]: "package B"})
    yard.stocks(anyconnect="package A")
    assert yard.stage().outcome is Outcome.STAGED

A file's content is its bytes, on the units and in the repository: equal words, equal SHA-512.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha512
from pathlib import Path

from nights import Firewall, Listening
from worlds import NEW_IMAGE, OLD_IMAGE, PACKAGE, config, scenario

from upgrader.access.emulated.carrier import EmulatedCarrier
from upgrader.access.emulated.shelf import FileShelf
from upgrader.access.emulated.world import EmulatedWorld
from upgrader.access.files.stock import FolderStock
from upgrader.access.guard.guarded import Charter, GuardedWorld
from upgrader.access.guard.guarded_files import GuardedCarrier
from upgrader.conduct.porter import Porter
from upgrader.conduct.staging import Prepared, Wanted, prepare
from upgrader.conduct.survey import plan_of, survey
from upgrader.dialect.manifests import merged, read_sums
from upgrader.dialect.versions import read_version
from upgrader.emulator.machine.files import sha512_of
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.scenario import ScenarioFile, Supply
from upgrader.judgement.staging.report import report_of_staging
from upgrader.model.names import Seat
from upgrader.model.plan import Failback, Plan, Target
from upgrader.model.report import Report
from upgrader.model.staging import NO_MANIFEST, Did, Manifest, Published, StagedFile
from upgrader.model.watch import UnwatchedStaging
from upgrader.ports import Carrier, Dropped

WIN = PACKAGE["win"]
NEW = "the bytes of 9.16(4)"
WHOLE = {OLD_IMAGE: "the bytes of 9.12(4)", NEW_IMAGE: NEW, WIN: "package A"}
"""A unit on which nothing is missing."""


def hexed(content: str) -> str:
    return sha512(content.encode()).hexdigest()


@dataclass
class Breaking:
    """A carrier that goes away after so many bytes of its first file."""

    inner: Carrier
    after: int
    how: Callable[[Seat], BaseException]

    def put(self, seat: Seat, source: Path, path: str, progress: Callable[[int], None]) -> None:
        def heard(so_far: int) -> None:
            progress(so_far)
            if so_far > self.after:
                raise self.how(seat)

        self.inner.put(seat, source, path, heard)


def drops(seat: Seat) -> BaseException:
    return Dropped(seat, "scp -t", "the copy broke off")


class Yard:
    """A pair in memory, and a repository on disk."""

    def __init__(
        self,
        folder: Path,
        *,
        primary: Mapping[str, str | None] | None = None,
        secondary: Mapping[str, str | None] | None = None,
        scopy: bool = True,
        more: tuple[str, ...] = (),
        served: Mapping[str, str] | None = None,
        **words: object,
    ) -> None:
        """`primary`, `secondary`: how a unit's flash differs from `WHOLE`; None: no such file."""
        lines = (*config(), *more, *(("ssh scopy enable",) if scopy else ()))
        told = scenario(lines=lines, **words)
        units = tuple(
            replace(unit, files=_files({**WHOLE, **(other or {})}))
            for unit, other in zip(told.units, (primary, secondary), strict=True)
        )
        supplies = tuple(
            Supply(url=url, bytes=len(content), content=content)
            for url, content in (served or {}).items()
        )
        self.pair = EmulatedPair.from_scenario(replace(told, units=units, repository=supplies))
        self.world = EmulatedWorld(self.pair)
        self.listening = Listening(self.world)
        self.folder = folder / "repository"
        self.folder.mkdir()
        self.shelf = FileShelf(folder / "shelf")
        self.staged: list[StagedFile] = []
        self.stop: str | None = None

    # ── the repository ──

    def stocks(self, **files: str) -> None:
        """Put files there: `image`, `package`, or another name with `_` for `.`."""
        names = {"image": NEW_IMAGE, "package": WIN}
        for name, content in files.items():
            path = names.get(name, name.replace("_", "."))
            (self.folder / path.rpartition("/")[2]).write_text(content)

    def listed(self, **files: str) -> Manifest:
        """A manifest that says so."""
        names = {"image": NEW_IMAGE, "package": WIN}
        lines = "".join(
            f"{hexed(content)}  {names.get(n, n.replace('_', '.')).rpartition('/')[2]}\n"
            for n, content in files.items()
        )
        return merged([("SHA512SUMS", read_sums(lines, "SHA512SUMS"))])

    # ── staging ──

    def wanted(
        self,
        manifest: Manifest = NO_MANIFEST,
        url: str | None = None,
        *,
        stock: bool = True,
        **target: str,
    ) -> Wanted:
        return Wanted(
            Target(read_version("9.16(4)"), **target),
            FolderStock(self.folder) if stock else None,
            manifest,
            None if url is None else lambda name: f"{url}{name}",
        )

    def prepared(self, manifest: Manifest = NO_MANIFEST, **words: object) -> Prepared:
        return prepare(
            self.wanted(manifest, **words), self.listening, UnwatchedStaging(), lambda: None
        )

    def stage(
        self,
        manifest: Manifest = NO_MANIFEST,
        *,
        through: Callable[[Carrier], Carrier] | None = None,
        chunk: int = 4,
        watcher: UnwatchedStaging | None = None,
        asked: Callable[[], str | None] | None = None,
        **words: object,
    ) -> Report:
        """One `upgrader stage`, with the guard in place."""
        wanted = self.wanted(manifest, **words)
        looks_on = watcher or UnwatchedStaging()
        prepared = prepare(wanted, self.listening, looks_on, lambda: None)
        ended = None
        if prepared.agenda.errands and not prepared.agenda.objections:
            seen = prepared.seen
            charter = Charter(
                (seen.primary.serial, seen.secondary.serial), None, may_stage=prepared.paths
            )
            carrier: Carrier = EmulatedCarrier(self.world, self.shelf, chunk)
            if through is not None:
                carrier = through(carrier)
            ended = Porter(
                wanted,
                prepared,
                GuardedWorld(self.listening, charter),
                GuardedCarrier(carrier, self.listening.access, charter),
                looks_on,
                asked or (lambda: self.stop),
                self.remember,
            ).carry_out()
        name = Firewall(self.pair).name
        return report_of_staging(name, prepared.seen, prepared.agenda, ended, "upgrader stage P")

    def remember(self, file: StagedFile) -> None:
        self.staged = [f for f in self.staged if (f.serial, f.path) != (file.serial, file.path)]
        self.staged.append(file)

    # ── afterwards ──

    def has(self, unit: int, path: str) -> str | None:
        """The SHA-512 of the file on that unit, the emulator's own truth; None: no such file."""
        file = self.pair.units[unit].flash.get(path.lower())
        return None if file is None else sha512_of(file)

    def plan(self, manifest: Manifest = NO_MANIFEST) -> Plan:
        target = Target(read_version("9.16(4)"))
        surveyed = survey(self.listening, target, {}, Published(manifest, tuple(self.staged)))
        plan = plan_of(surveyed, Firewall(self.pair).name, Failback.NEVER)
        assert plan is not None
        return plan

    @property
    def deeds(self) -> list[str]:
        """The changing lines that were typed."""
        return self.listening.changing


def did(report: Report) -> dict[tuple[str, str], Did]:
    """(last digit of the unit's serial, file name) → what became of it."""
    assert report.files is not None
    return {(f.unit[-1], f.path.rpartition("/")[2]): f.did for f in report.files}


def _files(contents: Mapping[str, str | None]) -> tuple[ScenarioFile, ...]:
    return tuple(
        ScenarioFile(path, len(content), content)
        for path, content in contents.items()
        if content is not None
    )
