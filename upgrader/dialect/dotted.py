"""IPv4 addresses as numbers, and back: pools are ranges of them."""


def is_dotted(text: str) -> bool:
    """Whether it is an IPv4 address."""
    parts = text.split(".")
    return len(parts) == 4 and all(part.isdecimal() and int(part) < 256 for part in parts)


def number_of(address: str) -> int:
    """`10.0.0.1` as a number. The text is an address: whoever read it has seen to that."""
    return int.from_bytes(bytes(map(int, address.split("."))), "big")


def dotted(number: int) -> str:
    """The other way."""
    return ".".join(map(str, number.to_bytes(4, "big")))
