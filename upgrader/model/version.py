"""The version of an ASA release, compared numerically."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """`9.16(4)`, `9.2(2)4`: major, minor, maintenance and interim, compared in that order.

    Reading one from text is the dialect's business (`dialect.versions`).
    """

    major: int
    minor: int
    maintenance: int
    interim: int = 0

    def __str__(self) -> str:
        """Spell it as `show version` does."""
        tail = str(self.interim) if self.interim else ""
        return f"{self.major}.{self.minor}({self.maintenance}){tail}"

    @property
    def train(self) -> tuple[int, int]:
        """Major and minor: what two units of a pair share when they are at rest."""
        return (self.major, self.minor)
