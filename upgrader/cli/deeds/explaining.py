"""What `explain` and the reference page show of the rules."""

from upgrader.judgement.check.rules import FAMILIES
from upgrader.views.rules import Shelf


def shelves() -> list[Shelf]:
    """The rules by families, as views show them."""
    return [
        Shelf(family.name, family.about, tuple(rule.text for rule in family.rules))
        for family in FAMILIES
    ]
