"""Which rules are asked, with which parameters, and which only leave a record."""

from dataclasses import dataclass

from upgrader.model.names import RuleName


@dataclass(frozen=True, slots=True)
class SetParameter:
    """A parameter of a rule, set by a person: `flash-space`, `margin_percent`, 20."""

    rule: RuleName
    name: str
    value: int | str


@dataclass(frozen=True, slots=True)
class Selection:
    """What a pair's or a site's `[checks]` come to. All rules are asked but those left out."""

    left_out: tuple[RuleName, ...] = ()
    """Sorted. A rule of the core is never among them: it is waived, with a reason, or heeded."""
    record_only: tuple[RuleName, ...] = ()
    """Sorted. They are asked, and stop nothing: what they say is written down as a note."""
    parameters: tuple[SetParameter, ...] = ()
    """Sorted by rule and name."""

    def parameter(self, rule: str, name: str) -> int | str | None:
        """What a person set; None: nobody did, and the rule's default counts."""
        for known in self.parameters:
            if known.rule == rule and known.name == name:
                return known.value
        return None


LEFT_OUT = "left out by [checks]"
"""Why a rule is not asked that a person left out."""

ALL = Selection()
"""Every rule, with its defaults."""
