"""`show crypto ca certificates` and `show crypto ca server`.

Certificates are those of the scenario, and those of the configuration's chains, of whose bytes
only the serial number is read: subject, issuer and dates of these are invented. Layout: ASA
configuration guides; not compared with a device.
"""

from collections.abc import Iterator

from upgrader.emulator.config import section
from upgrader.emulator.scenario.health import HeldCertificate
from upgrader.emulator.tables import Pair
from upgrader.emulator.wall import date_of

_DAY = 86_400
_LIFETIME_DAYS = 3_650
_KINDS = {"identity": "Certificate", "ca": "CA Certificate"}


def show_certificates(pair: Pair, u: int) -> str:
    """A block a certificate; nothing where there is none."""
    role = pair.scenario.units[u].role
    held = [one for one in pair.scenario.certificates if one.on in ("both", role)]
    known = {one.serial.lower() for one in held}
    chained = (one for one in _chained(pair, u) if one.serial.lower() not in known)
    return "\n".join(_block(one) for one in (*held, *chained))


def _chained(pair: Pair, u: int) -> Iterator[HeldCertificate]:
    """The certificates of `crypto ca certificate chain NAME`."""
    trustpoint = ""
    for line in section(pair.units[u].running, "crypto ca certificate chain"):
        match line.split():
            case ["crypto", "ca", "certificate", "chain", name]:
                trustpoint = name
            case ["certificate", "ca", serial]:
                yield _invented(pair, trustpoint, serial, "ca")
            case ["certificate", serial]:
                yield _invented(pair, trustpoint, serial, "identity")
            case _:
                pass


def _invented(pair: Pair, trustpoint: str, serial: str, kind: str) -> HeldCertificate:
    ends = pair.scenario.starts_at + _LIFETIME_DAYS // 2 * _DAY
    subject = f"cn={trustpoint}"
    return HeldCertificate(
        trustpoint, serial, subject, ends, kind="ca" if kind == "ca" else "identity"
    )


def _block(one: HeldCertificate) -> str:
    lines = [
        _KINDS[one.kind],
        "  Status: Available",
        f"  Certificate Serial Number: {one.serial}",
        "  Certificate Usage: General Purpose",
        "  Public Key Type: RSA (2048 bits)",
        "  Signature Algorithm: SHA256 with RSA Encryption",
        "  Issuer Name: ",
        "    cn=Example CA",
        "  Subject Name:",
        *(f"    {part.strip()}" for part in one.subject.split(",")),
        "  Validity Date: ",
        f"    start date: {_when(one.ends - _LIFETIME_DAYS * _DAY)}",
        f"    end   date: {_when(one.ends)}",
        "  Storage: config",
        f"  Associated Trustpoints: {one.trustpoint} ",
    ]
    return "".join(f"{line}\n" for line in lines)


def _when(seconds: int) -> str:
    """`23:59:59 UTC Aug 3 2027`."""
    day, second = divmod(seconds, _DAY)
    _, month, date, year = date_of(day)
    return (
        f"{second // 3_600:02d}:{second // 60 % 60:02d}:{second % 60:02d} UTC {month} {date} {year}"
    )


def show_local_ca(pair: Pair, u: int) -> str:
    """The local certificate authority: enabled where it is configured and not shut down."""
    lines = section(pair.units[u].running, "crypto ca server")
    is_on = bool(lines) and "shutdown" not in (line.strip() for line in lines)
    state = "enabled" if is_on else "disabled"
    issuer = f"CN={pair.units[u].settings.hostname}"
    return (
        "Certificate Server LOCAL-CA-SERVER:\n"
        f"    Status: {state}\n"
        f"    State: {state}\n"
        f"    Issuer name: {issuer}\n"
        "    CRL not present.\n"
        "    Current primary storage dir: flash:/LOCAL-CA-SERVER/\n"
    )
