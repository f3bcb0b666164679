"""Reports for tests of what shows them: a night that left an orphan, and words that mean harm."""

from dataclasses import replace
from ipaddress import IPv4Address

from upgrader.model.aftermath import OrphanedSession, StuckLease, Suspect
from upgrader.model.failover import Role
from upgrader.model.finding import Fact, Finding, Severity
from upgrader.model.names import Digest, Instant, RuleName, Seat, Serial
from upgrader.model.outcome import ExitCode, Next, Outcome
from upgrader.model.plan import (
    Failback,
    Fingerprint,
    Plan,
    PlannedStep,
    Purpose,
    ReloadStandby,
    SetBootOrder,
    Target,
    TypedLines,
)
from upgrader.model.prediction import Foretold, Prediction
from upgrader.model.report import (
    Band,
    LookPoint,
    Report,
    SessionCounts,
    StepLine,
    Story,
    TimelineKind,
    TimelineLine,
    UnitLine,
    UnitPoint,
)
from upgrader.model.version import Version

ONE, TWO = Serial("JAD1"), Serial("JAD2")
EVIL = '\x1b[2Jrm -rf\x07 <script>alert(1)</script> \u202eevil & "quoted"'


def finding(rule: str, severity: Severity, waived: str | None = None) -> Finding:
    return Finding(
        RuleName(rule),
        severity,
        f"what {rule} saw",
        "people would be cut off",
        "type this instead",
        (Fact("file", "disk0:/x.pkg"),),
        waived,
    )


def plan() -> Plan:
    lines = ("configure terminal", "boot system disk0:/asa9-16-4-lfbff-k8.SPA", "end")
    wanted = ("disk0:/asa9-16-4-lfbff-k8.SPA",)
    return Plan(
        purpose=Purpose.UPGRADE,
        pair="edge",
        pair_path="/pairs/edge.toml",
        pair_digest=Digest("sha256:" + "1" * 64),
        seats=(Seat("10.0.0.1"), Seat("10.0.0.2")),
        target=Target(Version(9, 16, 4)),
        image="disk0:/asa9-16-4-lfbff-k8.SPA",
        asdm=None,
        serials=(ONE, TWO),
        first_active=ONE,
        failback=Failback.NEVER,
        drawn_from=Fingerprint(Digest("sha256:" + "2" * 64), ()),
        sessions=41,
        findings=(),
        waivers=(),
        steps=(
            PlannedStep(
                SetBootOrder(ONE, wanted, ()),
                TypedLines("active Primary JAD1", lines),
                "the new image first",
            ),
            PlannedStep(
                ReloadStandby(TWO, final=False),
                TypedLines("active Primary JAD1", ("failover reload-standby",)),
                "nobody is served by it",
            ),
        ),
        prediction=prediction(),
    )


def prediction() -> Prediction:
    return Prediction(
        before=41,
        reconnected=29,
        kept=12,
        lost=0,
        orphaned=0,
        stuck_leases=0,
        suspects=0,
        reasons=(Foretold("reconnected", 29, "each client rebuilds its tunnel"),),
        connections="TCP and UDP connections go on",
        minutes=17,
        minutes_why="two reloads of 5 minutes",
    )


def story() -> Story:
    def look(at: int, state: str, sessions: int) -> LookPoint:
        return LookPoint(
            Instant(at),
            (
                UnitPoint(Role.PRIMARY, ONE, "Active", "9.12(4)", sessions),
                UnitPoint(Role.SECONDARY, TWO, state, "9.16(4)", None),
            ),
        )

    return Story(
        bands=(
            Band("planned", Instant(0), Instant(60_000), "the run began"),
            Band("standby-reloading", Instant(60_000), None, "the line was answered"),
        ),
        looks=(
            look(0, "Standby Ready", 41),
            look(70_000, "dark", 41),
            look(400_000, "Bulk Sync", 40),
        ),
        steps=(
            StepLine(
                1,
                "reload-standby",
                "active Primary JAD1",
                ("failover reload-standby",),
                "standby first",
                "done",
                Instant(60_000),
            ),
        ),
        timeline=(
            TimelineLine(Instant(60_000), "Primary JAD1", TimelineKind.ACT, "reloads its mate"),
            TimelineLine(Instant(70_000), None, TimelineKind.WAIT, "it is dark"),
        ),
        cause="the images differed",
        prevented_by="anyconnect-images-match",
    )


def night(**changes: object) -> Report:
    """A run that left an orphan and its lease."""
    report = Report(
        command="run",
        outcome=Outcome.UPGRADED,
        exit_code=ExitCode.NEEDS_PERSON,
        pair="edge",
        verdict="both units run 9.16(4); one orphan is left",
        run="2026-11-22T2104-edge-k3f9",
        units=(
            UnitLine(ONE, Role.PRIMARY, "Standby Ready", "9.16(4)", 1, 41),
            UnitLine(TWO, Role.SECONDARY, "Active", "9.16(4)", 1, 42),
        ),
        sessions=SessionCounts(41, 12, 28, 0, 1, 1),
        residue=(
            OrphanedSession(
                TWO, 57, "alice", IPv4Address("10.1.8.12"), "02:21 Thu", "a1", "two looks"
            ),
            StuckLease(TWO, "VPN", IPv4Address("10.1.8.12"), 57),
        ),
        suspects=(Suspect(TWO, 58, "bob", None, "02:22 Thu", "asleep, perhaps"),),
        findings=(
            finding("http-replication", Severity.WARNING),
            finding("anyconnect-images-match", Severity.BLOCKER, "lab"),
        ),
        checked=("http-replication", "anyconnect-images-match", "pair-healthy"),
        outage_seconds=0.8,
        device_seconds=694.0,
        wall_seconds=0.4,
        next=Next(("upgrader cleanup edge.toml",), ("vpn-sessiondb logoff index 57 noconfirm",)),
        plan=plan(),
        prediction=prediction(),
        story=story(),
    )
    return replace(report, **changes)  # type: ignore[arg-type]
