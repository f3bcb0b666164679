"""`show webvpn anyconnect`: the packages that the unit has loaded, whatever lies on flash now.

The version comes from the file's name, the build date from the package's content: packages of one
name and different bytes print different dates. Layout: the command reference; no capture exists.
"""

from functools import lru_cache
from hashlib import sha256

from upgrader.emulator.config import package_version
from upgrader.emulator.state import Package
from upgrader.emulator.tables import Pair
from upgrader.emulator.wall import date_of

_KIND = {
    "win": ("CISCO STC win2k+", "Windows NT"),
    "macos": ("CISCO STC Darwin_i386", "Intel Mac OS X"),
    "linux64": ("CISCO STC Linux_64", "Linux x86_64"),
}
_FIRST_DAY = 17_532
"""2018-01-01: build dates begin here. Invented; only their being different matters."""


def show_webvpn_anyconnect(pair: Pair, u: int) -> str:
    """One entry a package, in the order in which clients are matched."""
    loaded = sorted(pair.units[u].loaded, key=lambda package: package.order)
    texts = [_entry(pair, package) for package in loaded]
    return "".join(texts) + f"{len(loaded)} AnyConnect Client(s) installed\n"


def _entry(pair: Pair, package: Package) -> str:
    product, pattern = _KIND.get(package.platform, ("CISCO STC", "Mozilla"))
    version = package_version(package.path) or "0,0,0"
    built = pair.scenario.built(package.content) or build_date(package.content)
    return (
        f"{package.order}. {package.path} {package.order} dyn-regex=/{package.regex or pattern}/\n"
        f"  {product}\n"
        f"  {version}\n"
        f"  Hostscan Version {version.replace(',', '.')}\n"
        f"  {built}\n\n"
    )


@lru_cache(maxsize=64)
def build_date(content: str) -> str:
    """`Mon 10/15/2012 14:00:43.28`, from the bytes alone."""
    number = int.from_bytes(sha256(content.encode()).digest()[:8], "big")
    number, hundredth = divmod(number, 100)
    number, second = divmod(number, 60)
    number, minute = divmod(number, 60)
    number, hour = divmod(number, 24)
    day = _FIRST_DAY + number % 1_826
    weekday, _, date, year = date_of(day)
    month = _month_number(day)
    clock = f"{hour:02d}:{minute:02d}:{second:02d}.{hundredth:02d}"
    return f"{weekday} {month:02d}/{date:02d}/{year} {clock}"


def _month_number(day: int) -> int:
    names = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return names.index(date_of(day)[1]) + 1
