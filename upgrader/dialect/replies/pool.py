"""`show ip local pool NAME`: the addresses of a pool, and which are in use."""

import re

from upgrader.dialect.commands import show_pool
from upgrader.dialect.replies.addresses import read_address
from upgrader.dialect.replies.screen import lines_of
from upgrader.model.vpn import AddressPool
from upgrader.ports import Unparsed

_HEADING = re.compile(r"Begin\s+End\s+Mask\s+Free\s+Held\s+In use")
_COUNTS = re.compile(
    r"([\d.]+)\s+([\d.]+)\s+([\d.]+)\s+(\d{1,18})\s+(\d{1,18})\s+(\d{1,18})", re.ASCII
)
_LIST = re.compile(r"(\S.*) Addresses:")
_ADDRESS = re.compile(r"\d+(?:\.\d+){3}", re.ASCII)
_IN_USE = "In Use"
_AVAILABLE = "Available"


def read_pool(name: str, text: str) -> AddressPool:
    """Read `show ip local pool NAME`; the screen itself does not say the name.

    Free + held + in use equals the pool's size, and the addresses listed as in use are as many as
    are counted; a reply where they are not is not believed. Held addresses wait out the reuse
    delay and are not stuck.

    Raises:
        Unparsed: the table is missing, its sums do not add up, or an address lies outside.

    Source: Cisco's command reference; no capture was found.
    """
    line = show_pool(name)
    rows = lines_of(line, text)
    # Ten thousand rows are one address each: only those with a blank in them are a table's.
    table = [row for row in rows if " " in row or "\t" in row]
    counts = [found for found in map(_COUNTS.fullmatch, table) if found is not None]
    if len(counts) != 1 or not any(_HEADING.fullmatch(row) for row in table):
        raise Unparsed(line, text, "no table of one pool")
    begin, end, mask, free, held, counted = counts[0].groups()
    lists = _lists(line, text, rows)
    try:
        first, last = read_address(begin), read_address(end)
        # By number: addresses compare ten times as slowly.
        in_use = tuple(sorted(map(read_address, set(lists.get(_IN_USE, ()))), key=int))
    except ValueError as fault:
        raise Unparsed(line, text, str(fault)) from fault
    pool = AddressPool(name, first, last, mask, free=int(free), held=int(held), in_use=in_use)
    disbelief = _disbelief(pool, int(counted), lists)
    if disbelief is not None:
        raise Unparsed(line, text, disbelief)
    return pool


def _lists(line: str, text: str, rows: list[str]) -> dict[str, list[str]]:
    """The lists of addresses below the table, by their headings."""
    lists: dict[str, list[str]] = {}
    listed: list[str] | None = None
    for row in rows:
        if listed is not None and _ADDRESS.fullmatch(row):
            listed.append(row)
        elif (heading := _LIST.fullmatch(row)) is not None:
            if heading[1] in lists:
                raise Unparsed(line, text, f"two lists of {heading[1]} addresses")
            listed = lists[heading[1]] = []
    return lists


def _disbelief(pool: AddressPool, counted: int, lists: dict[str, list[str]]) -> str | None:
    """Why the reply is not believed; None: it adds up."""
    if pool.first > pool.last:
        return "the pool ends before it begins"
    if pool.free + pool.held + counted != pool.size:
        return (
            f"{pool.free} free + {pool.held} held + {counted} in use "
            f"is not the pool's size, {pool.size}"
        )
    in_use = lists.get(_IN_USE, [])
    if len(in_use) != counted or len(pool.in_use) != counted:
        return f"{counted} are counted in use, and {len(pool.in_use)} addresses are listed"
    if pool.in_use and not pool.first <= pool.in_use[0] <= pool.in_use[-1] <= pool.last:
        outside = [str(a) for a in pool.in_use if not pool.first <= a <= pool.last]
        return f"in use, but outside of the pool: {', '.join(outside)}"
    available = lists.get(_AVAILABLE)
    if available is None:
        return None
    # Whether a held address is listed as available is not documented: both are believed.
    if len(available) not in {pool.free, pool.free + pool.held}:
        return f"{pool.free} are counted free, and {len(available)} addresses are listed"
    if not set(available).isdisjoint(in_use):
        return "an address is listed as available and in use"
    return None
