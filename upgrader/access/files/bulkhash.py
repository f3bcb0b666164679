"""The vendor's signed Bulk Hash file: opened, its signature checked without a network, and read.

What it is made of, as its README and the vendor's own script say:

    BulkHashFile.tar (or .zip)      what is downloaded
    ├── BulkHash.tar                the table, `BulkHash.csv`, in an archive of its own
    ├── BulkHash.tar.signature      RSA PKCS #1 v1.5 over BulkHash.tar, SHA-512
    ├── BULKHASH-CCO_RELEASE.cer    who signed: the end-entity certificate
    └── …                           a script and a README; not looked at

The signer's certificate is issued by `innerspace.cer`, and that by `crcam2.cer`; the script fetches
both from https://www.cisco.com/security/pki/certs/ and knows them by their SHA-256. We fetch
nothing: the two lie beside the file, and are known by the same SHA-256. Unpacked, the parts are
looked for beside `BulkHash.tar`.

Nothing is unpacked to disk, and no path inside an archive is believed. No file of the vendor's was
at hand: the shape is from the README and from the script's
text, the columns of the table are inferred (see `dialect.manifests`).
"""

import io
import tarfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA512

from upgrader.dialect.manifests import Unreadable, read_bulk_table
from upgrader.model.staging import Listed

_PKI = "https://www.cisco.com/security/pki/certs/"


@dataclass(frozen=True, slots=True)
class Anchor:
    """A certificate that is believed because of its SHA-256, and the name it is fetched by."""

    file: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose signature is believed."""

    root: Anchor
    issuer: Anchor | None
    """The one certificate between root and signer; None: any that the root has issued."""


VENDOR = Trust(
    Anchor("crcam2.cer", "cd85167b3935e27bcc3b0f5fa24c8457882d0bb994f88269a7f72829d957eae9"),
    Anchor("innerspace.cer", "f31e6b39dae6996fdf2045a61be8bd3688a86dfd06c46ce71af4af239f411c56"),
)
"""Source: constants of the vendor's cisco_x509_verify_release.py3. The root is asked for by its
digest *and* its issuer too: the same root has issued certificates for quite other purposes."""

_VENDORS = (VENDOR.root, VENDOR.issuer)

TABLE_MOST_BYTES = 1 << 30
"""A table above a gigabyte is none; the vendor's is some ten megabytes. Our choice."""
_SMALL = 1 << 20
"""A certificate or a signature is not larger than that."""
_PART = ".signature"
_CERTIFICATES = (".cer", ".pem", ".crt")


class NotTrusted(ValueError):
    """The file is unsigned, altered or wrongly signed: which of them, and what to do."""


@dataclass(frozen=True, slots=True)
class BulkHash:
    """A table that is what its signer signed."""

    lines: tuple[Listed, ...]
    signer: str
    """The subject of the signer's certificate."""


def looks_like_bulk_hash(path: Path) -> bool:
    """Whether a manifest is an archive, and not a list in plain text."""
    return path.suffix.lower() in {".tar", ".zip"}


def trust_in(root: Path) -> Trust:
    """The trust in a root certificate that a person names, in place of the vendor's.

    Raises:
        NotTrusted: the file is no certificate.
        OSError: it cannot be read.
    """
    certificate = _certificate(root.read_bytes(), root.name)
    return Trust(Anchor(root.name, certificate.fingerprint(SHA256()).hex()), None)


def read_bulk_hash(path: Path, at: datetime, trust: Trust = VENDOR) -> BulkHash:
    """Check and read a Bulk Hash file: the download itself, or the `BulkHash.tar` in it.

    `at` is the moment at which the certificates must be valid, aware of its zone.

    Raises:
        NotTrusted: see there. Nothing of the table was believed.
        Unreadable: signed well, but no table.
        OSError: it cannot be read.
    """
    try:
        parts = _parts(path)
        signed = parts.pop("")
        signer = _signer(path, parts, at, trust)
        _check_signature(path, signed, _signature(path, parts), signer)
        origin = f"{path.name}, signed by {signer.subject.rfc4514_string()}"
        return BulkHash(
            read_bulk_table(_table(path, signed), origin), signer.subject.rfc4514_string()
        )
    except (tarfile.TarError, zipfile.BadZipFile, EOFError) as fault:
        raise NotTrusted(f"{path}: is no whole archive ({fault})") from fault


# ── the parts, wherever they lie ───────────────────────────────────────────────────────


def _parts(path: Path) -> dict[str, bytes]:
    """The signed archive under "", signature and certificates by name: within, then beside."""
    beside = {
        file.name: file.read_bytes()
        for file in sorted(path.parent.iterdir())
        if file.is_file() and _is_small_part(file.name) and file.stat().st_size <= _SMALL
    }
    members = dict(_members(path))
    inner = [name for name in members if name.lower().endswith(".tar")]
    if not inner:
        return {**beside, "": path.read_bytes()}
    if len(inner) > 1:
        raise NotTrusted(f"{path}: holds several archives: {', '.join(sorted(inner))}")
    within = {name: data for name, data in members.items() if _is_small_part(name)}
    # What was downloaded with the table goes before what happens to lie beside it.
    certificates = {n: d for n, d in beside.items() if n.lower().endswith(_CERTIFICATES)}
    return {**certificates, **within, "": members[inner[0]]}


def _is_small_part(name: str) -> bool:
    return name.lower().endswith((_PART, *_CERTIFICATES))


def _members(path: Path) -> Iterator[tuple[str, bytes]]:
    """The files of the outer archive that matter, by their last name."""
    if path.suffix.lower() == ".zip":
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                name = info.filename.rpartition("/")[2]
                if _matters(name) and info.file_size <= TABLE_MOST_BYTES:
                    yield name, archive.read(info)
        return
    with tarfile.open(path) as tar:
        for member in tar:
            name = member.name.rpartition("/")[2]
            if member.isfile() and _matters(name) and member.size <= TABLE_MOST_BYTES:
                stream = tar.extractfile(member)
                assert stream is not None  # it is a file
                yield name, stream.read()


def _matters(name: str) -> bool:
    return name.lower().endswith(".tar") or _is_small_part(name)


def _signature(path: Path, parts: Mapping[str, bytes]) -> bytes:
    found = {name: data for name, data in parts.items() if name.lower().endswith(_PART)}
    own = f"{path.name}{_PART}"
    if own in found:
        return found[own]
    wanted = [name for name in found if name.lower().endswith(f".tar{_PART}")]
    if len(wanted) != 1:
        many = f"several signatures: {', '.join(sorted(wanted))}" if wanted else "no signature"
        raise NotTrusted(
            f"{path}: {many}, and an unsigned table is not believed. BulkHash.tar{_PART} belongs "
            "into the archive, or beside BulkHash.tar"
        )
    return found[wanted[0]]


def _table(path: Path, signed: bytes) -> Iterator[str]:
    """The lines of the one `.csv` in the signed archive."""
    with tarfile.open(fileobj=io.BytesIO(signed)) as tar:
        tables = [m for m in tar if m.isfile() and m.name.lower().endswith(".csv")]
        if len(tables) != 1 or tables[0].size > TABLE_MOST_BYTES:
            raise Unreadable(f"{path}: the signed archive has not one table, a .csv")
        stream = tar.extractfile(tables[0])
        assert stream is not None  # it is a file
        yield from _text(stream)


def _text(stream: IO[bytes]) -> Iterator[str]:
    for line in stream:
        yield line.decode("utf-8-sig", errors="replace")


# ── who signed ─────────────────────────────────────────────────────────────────────────


def _signer(path: Path, parts: Mapping[str, bytes], at: datetime, trust: Trust) -> x509.Certificate:
    """The signer's certificate, whose chain ends in the root that is believed."""
    known = {
        name: _certificate(data, name)
        for name, data in parts.items()
        if name.lower().endswith(_CERTIFICATES)
    }
    root = _anchored(path, known, trust.root)
    if trust.issuer is None:
        issuers = [c for c in known.values() if c != root and _is_issuer(c) and _issued(c, root)]
        issuers.append(root)
    else:
        issuers = [_anchored(path, known, trust.issuer)]
        if not _issued(issuers[0], root):
            raise NotTrusted(f"{path}: {trust.issuer.file} was not issued by {trust.root.file}")
    signers = [
        (certificate, issuer)
        for certificate in known.values()
        if not _is_issuer(certificate)
        for issuer in issuers
        if _issued(certificate, issuer)
    ]
    if len(signers) != 1:
        told = "no certificate that is" if not signers else "several certificates that are"
        raise NotTrusted(
            f"{path}: has {told} issued by the one that is believed ({_names(issuers)})"
        )
    signer, issuer = signers[0]
    for certificate in (root, issuer, signer):
        _check_dates(path, certificate, at)
    return signer


def _anchored(
    path: Path, known: Mapping[str, x509.Certificate], wanted: Anchor
) -> x509.Certificate:
    for certificate in known.values():
        if certificate.fingerprint(SHA256()).hex() == wanted.sha256:
            return certificate
    if wanted.file in known:
        there = f"{wanted.file} beside it is another certificate than the one that is believed"
    else:
        there = f"the certificate {wanted.file} is wanted beside it, and is not there"
    fetch = f" Fetch it once from {_PKI}{wanted.file}; nothing is fetched here."
    raise NotTrusted(
        f"{path}: {there} (SHA-256 {wanted.sha256[:16]}…).{fetch if wanted in _VENDORS else ''}"
    )


def _certificate(data: bytes, name: str) -> x509.Certificate:
    """PEM or DER."""
    try:
        if b"-----BEGIN CERTIFICATE-----" in data:
            return x509.load_pem_x509_certificate(data)
        return x509.load_der_x509_certificate(data)
    except ValueError as fault:
        raise NotTrusted(f"{name}: is no X.509 certificate ({fault})") from fault


def _is_issuer(certificate: x509.Certificate) -> bool:
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    except (x509.ExtensionNotFound, ValueError):
        return False
    return constraints.value.ca


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    if not _is_issuer(issuer):
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _check_dates(path: Path, certificate: x509.Certificate, at: datetime) -> None:
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not begins <= at <= ends:
        raise NotTrusted(
            f"{path}: the certificate of {certificate.subject.rfc4514_string()} is valid from "
            f"{begins:%Y-%m-%d} to {ends:%Y-%m-%d}, and not today; download the file again"
        )


def _check_signature(path: Path, signed: bytes, signature: bytes, signer: x509.Certificate) -> None:
    key = signer.public_key()
    who = signer.subject.rfc4514_string()
    if not isinstance(key, RSAPublicKey):
        raise NotTrusted(f"{path}: {who} has no RSA key, and the vendor's signatures are RSA")
    try:
        key.verify(signature, signed, PKCS1v15(), SHA512())
    except InvalidSignature as fault:
        raise NotTrusted(
            f"{path}: was altered, or {who} did not sign it: the signature does not fit. "
            "Download it again; nothing of it is believed"
        ) from fault


def _names(certificates: Sequence[x509.Certificate]) -> str:
    return "; ".join(c.subject.rfc4514_string() for c in certificates)
