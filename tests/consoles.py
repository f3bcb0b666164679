"""People at a unit's command line: time passes until each answer is complete."""

from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.talk import Answer, Conversation, Expects


class Person:
    """Somebody who types lines, and reads what comes back."""

    def __init__(self, pair: EmulatedPair, conversation: Conversation | None) -> None:
        assert conversation is not None, "nobody answers"
        self.pair = pair
        self.number = conversation.number
        self.last = Answer("", "", pair.now)

    def __call__(self, *lines: str) -> str:
        """Type lines one after another; what the last one gave."""
        for line in lines:
            self.last = self.pair.receive(self.number, line)
            self.pair.advance(max(self.pair.now, self.last.due))
        return self.last.text

    @property
    def prompt(self) -> str:
        """What stands in front of the cursor."""
        return self.last.prompt

    @property
    def expects(self) -> Expects:
        """What the console waits for."""
        return self.last.expects

    @property
    def conversation(self) -> Conversation:
        """His session."""
        return self.pair.conversations[self.number]


def at_the_console(pair: EmulatedPair, seat: str = "active") -> Person:
    """Somebody in privileged EXEC, as the tool is."""
    return Person(pair, pair.open(seat))


def over_ssh(pair: EmulatedPair, seat: str = "active", user: str = "admin") -> Person:
    """Somebody who has logged in, in user EXEC; the greeting is in `last`."""
    person = Person(pair, pair.log_in(seat, user, "192.0.2.9"))
    person("")
    return person
