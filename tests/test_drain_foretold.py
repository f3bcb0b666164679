"""What is foretold of a drain comes about, on pairs that nobody thought of."""

import pytest
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st
from nights import Firewall
from test_foretold import pairs
from worlds import pair

from upgrader.judgement.account import surprises
from upgrader.model.drain import Drain
from upgrader.model.finding import Severity
from upgrader.model.outcome import Outcome

DRAINS = st.builds(Drain, batch=st.sampled_from([1, 3, 20]), hold_logins=st.booleans())
MECHANISMS = st.sampled_from(["anchor", "anchor", "verify-at-join"])


def is_foretold(words, drain: Drain) -> None:
    firewall = Firewall.of(pair(**words))
    findings = firewall.surveyed(drain=drain).findings
    assume(not any(f.severity is Severity.UNKNOWN for f in findings))
    blockers = tuple(sorted({f.rule for f in findings if f.stops}))
    plan = firewall.planned(in_spite_of=blockers, drain=drain)
    assume(plan.drain is not None)
    night = firewall.conducted(plan)
    note(f"{words}\n{plan.prediction}\n{night.sessions}\n{night.verdict}")
    assert night.outcome is Outcome.UPGRADED, night.verdict
    assert surprises(plan.prediction, night.sessions) == ()
    assert not any(
        "vpn-simultaneous-logins 0" in line for unit in firewall.pair.units for line in unit.running
    )
    if drain.hold_logins or words["mechanism"] == "anchor":
        assert not any(
            row.token is None for unit in firewall.pair.units for row in unit.rows.values()
        )


@pytest.mark.slow
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(pairs(), DRAINS, MECHANISMS)
def test_a_drain_comes_out_as_foretold(drawn, drain, mechanism) -> None:
    words, _ = drawn
    is_foretold({**words, "mechanism": mechanism}, drain)
