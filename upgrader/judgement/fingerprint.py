"""The fingerprint: what a plan was drawn from, field by field, so that drift can be named.

In are the things that a plan relies on; out is whatever moves by itself (instants, uptimes,
counters, sessions, leases, free bytes, history).
"""

import hashlib
import json

from upgrader.model.names import Digest
from upgrader.model.plan import DIGEST_OF, Drift, Fingerprint, PinnedField, Plan
from upgrader.model.unit import Dark, Snapshot, Unit

NOTHING = "(nothing)"
UNSEEN = "(not seen)"


def fingerprint(seen: Snapshot, files: tuple[str, ...]) -> Fingerprint:
    """Pin a full look; `files` are the paths whose digests the plan relies on."""
    fields = [
        *_unit_fields(seen.primary, files),
        *_unit_fields(seen.secondary, files),
        *_pair_fields(seen),
    ]
    fields.sort(key=lambda pinned: (pinned.unit, pinned.field))
    canonical = json.dumps(
        [[pinned.unit, pinned.field, pinned.value] for pinned in fields],
        ensure_ascii=False,
        separators=(",", ":"),
    )
    digest = Digest(f"sha256:{hashlib.sha256(canonical.encode()).hexdigest()}")
    return Fingerprint(digest, tuple(fields))


def drift(planned: Fingerprint, now: Fingerprint) -> tuple[Drift, ...]:
    """The fields that no longer hold, each with both values."""
    before = {(f.unit, f.field): f.value for f in planned.fields}
    after = {(f.unit, f.field): f.value for f in now.fields}
    return tuple(
        Drift(field, unit, before.get((unit, field), NOTHING), after.get((unit, field), NOTHING))
        for unit, field in sorted(before.keys() | after.keys())
        if before.get((unit, field)) != after.get((unit, field))
    )


def pinned_files(plan: Plan) -> tuple[str, ...]:
    """The paths whose digests a plan relies on."""
    names = {f.field for f in plan.drawn_from.fields if f.field.startswith(DIGEST_OF)}
    return tuple(sorted(name.removeprefix(DIGEST_OF) for name in names))


def _unit_fields(unit: Unit | Dark, files: tuple[str, ...]) -> list[PinnedField]:
    name = unit.role.value
    match unit:
        case Dark(serial=serial):
            return [
                PinnedField(name, "serial", serial or UNSEEN),
                PinnedField(name, "state", "dark"),
            ]
        case Unit():
            pass
    full = unit.full
    running = None if full is None else full.running
    saved = None if full is None else full.saved
    values = {
        "serial": unit.serial,
        "model": unit.version.hardware,
        "role": unit.role.value,
        "state": unit.state.value,
        "running version": str(unit.running),
        "boot order, running": UNSEEN if running is None else _list(running.boot),
        "boot order, saved": UNSEEN if saved is None else _list(saved.boot),
        "ASDM image": UNSEEN if running is None else running.asdm_image or NOTHING,
        "AnyConnect list": UNSEEN
        if running is None
        else _list(tuple(f"{p.order} {p.path}" for p in running.packages)),
    }
    for path in files:
        told = None if full is None else full.digest_of(path)
        if told is None:
            values[f"{DIGEST_OF}{path}"] = UNSEEN
        else:
            values[f"{DIGEST_OF}{path}"] = told.digest or "(no such file)"
    return [PinnedField(name, field, value) for field, value in values.items()]


def _pair_fields(seen: Snapshot) -> list[PinnedField]:
    active = seen.active
    full = None if active is None else active.full
    running = None if full is None else full.running
    if running is None:
        return [PinnedField("pair", "configuration", UNSEEN)]
    pools = tuple(f"{p.name} {p.first}-{p.last} {p.mask or ''}".rstrip() for p in running.pools)
    # The unit's own role is not the pair's: the active unit may be the other one by now.
    failover = tuple(
        line for line in running.failover.lines if not line.startswith("failover lan unit")
    )
    return [
        PinnedField("pair", "failover lines", _list(failover)),
        PinnedField("pair", "webvpn lines", _list(running.webvpn_lines)),
        PinnedField("pair", "address pools", _list(pools)),
    ]


def _list(values: tuple[str, ...]) -> str:
    return " | ".join(value.strip() for value in values) or NOTHING
