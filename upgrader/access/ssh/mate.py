"""The mate, through the console of the other unit: `failover exec mate`.

Its lines run over the failover link, and are printed plainly in the terminal of the unit that
passes them on: nothing in a reply says whose it is. So whoever reads one asks for the serial
number first, on this very console, as on any other.
"""

from collections.abc import Callable

from upgrader.dialect.commands import LineKind, classify, on_mate
from upgrader.dialect.mate import mate_was_silent, why_not_on_mate, why_not_passed_on
from upgrader.model.names import Seat
from upgrader.ports import Console, Dropped, NoAnswer, Unlawful


class MateConsole:
    """A console that lends its unit's voice to the other unit."""

    def __init__(self, inner: Console, seat: Seat, no_other_way: str = "") -> None:
        """`no_other_way`: why no address of its own led there; "": it has none."""
        self._inner = inner
        self._seat = seat
        self._no_other_way = no_other_way

    @property
    def seat(self) -> Seat:
        """The seat that it stands for."""
        return self._seat

    @property
    def prompt(self) -> str:
        """What a line is typed behind: the other unit's prompt, and the words that pass it on."""
        return f"{self._inner.prompt} {on_mate('').rstrip()}"

    def ask(self, line: str) -> str:
        """Have a line typed on the mate; its reply.

        Raises:
            Unlawful: it cannot be passed on; not a byte of it was sent.
            NoAnswer: the mate does not answer, or the unit that passes it on does not.
            Dropped: the conversation ended; whether the line arrived is not known.
        """
        why = why_not_on_mate(line)
        if why is not None:
            also = f"; and no other way leads there: {self._no_other_way}"
            raise Unlawful(
                f"not typed at {self._seat}: {line!r}: {self._through(why)}"
                f"{also if self._no_other_way else ''}"
            )
        try:
            reply = self._inner.ask(on_mate(line))
        except Dropped as fault:
            raise Dropped(self._seat, line, self._through(fault.why)) from fault
        except NoAnswer as fault:
            raise NoAnswer(self._seat, line, self._through(fault.why)) from fault
        silent = mate_was_silent(line, reply) or why_not_passed_on(line, reply)
        if silent is not None:
            raise NoAnswer(self._seat, line, self._through(silent))
        return reply

    def close(self) -> None:
        """Let go of the console that passes lines on."""
        self._inner.close()

    def _through(self, why: str) -> str:
        return f"asked through {self._inner.seat}: {why}"


class MateFirst:
    """The mate through the other unit's console; where it is silent there, by another way.

    Only for the first line: whoever has answered is asked on, or nobody.
    """

    def __init__(self, mate: MateConsole, otherwise: Callable[[NoAnswer], Console]) -> None:
        """`otherwise` opens another way, given why this one is none. It may raise NoAnswer."""
        self._inner: Console = mate
        self._otherwise: Callable[[NoAnswer], Console] | None = otherwise

    @property
    def seat(self) -> Seat:
        """The seat that it was opened for."""
        return self._inner.seat

    @property
    def prompt(self) -> str:
        """The prompt of the way that is gone."""
        return self._inner.prompt

    def ask(self, line: str) -> str:
        """Type a line; its reply.

        Raises:
            Unlawful, NoAnswer, Dropped: as the console of the way that is gone. A line that may
                have changed anything is not typed by another way.
        """
        otherwise, self._otherwise = self._otherwise, None
        try:
            return self._inner.ask(line)
        except NoAnswer as fault:
            if otherwise is None or classify(line) is not LineKind.SHOW:
                raise
            self._inner.close()
            try:
                self._inner = otherwise(fault)
            except NoAnswer as nowhere:
                # To whoever asks, it is the line that was not answered, and not an opening.
                raise type(nowhere)(nowhere.seat, line, nowhere.why) from fault
        return self._inner.ask(line)

    def close(self) -> None:
        """Hang up."""
        self._inner.close()
