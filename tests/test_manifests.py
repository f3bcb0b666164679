"""Lists of digests: what is believed, and what is refused in a sentence."""

import io
import tarfile
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from yards import hexed

from upgrader.access.files.bulkhash import (
    VENDOR,
    Anchor,
    NotTrusted,
    Trust,
    read_bulk_hash,
    trust_in,
)
from upgrader.access.files.stock import FolderStock, read_manifests
from upgrader.dialect.manifests import Unreadable, merged, read_bulk_table, read_sums
from upgrader.ports import NotBelieved, UsageFault

NOW = datetime(2026, 3, 14, tzinfo=UTC)
IMAGE = "asa9-16-4-lfbff-k8.SPA"
A, B = hexed("a"), hexed("b")
TABLE = f"Image,MD5,SHA512,Date,Status,Size\n{IMAGE},{'0' * 32},{A},2021-11-01,Active,146813952\n"

# ── plain lists ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text",
    [
        f"{A}  x.pkg\n",
        f"{A} *x.pkg\n",
        f"{A.upper()}  ./folder/x.pkg\r\n",
        f"\ufeff# of the change ticket\n\n{A}  x.pkg",
        f"SHA512 (x.pkg) = {A}\n",
    ],
)
def test_a_list_of_sha512sum_is_read_as_people_write_it(text: str):
    (line,) = read_sums(text, "SHA512SUMS")
    assert (line.name, line.sha512, line.origin) == ("x.pkg", A, "SHA512SUMS")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"{A}  x.pkg\n{A[:64]}  y.pkg\n", "line 2"),
        ("x.pkg\n", "line 1"),
        ("", "lists no file"),
        (f"{A}x.pkg\n", "line 1"),
    ],
)
def test_a_line_that_is_none_is_named_and_nothing_of_the_list_is_believed(text: str, why: str):
    with pytest.raises(Unreadable, match=why):
        read_sums(text, "SHA512SUMS")


def test_two_lists_that_contradict_one_another_say_so_and_equal_ones_are_one():
    manifest = merged(
        [
            ("one", read_sums(f"{A}  x\n{A}  y\n", "one")),
            ("two", read_sums(f"{B}  x\n{A}  y\n", "two")),
        ]
    )
    assert manifest.sha512_of("disk0:/x") is None
    assert [line.origin for line in manifest.of("disk0:/x")] == ["one", "two"]
    assert manifest.sha512_of("disk0:/y") == A


def test_the_vendor_s_table_gives_name_digest_and_size():
    (line,) = read_bulk_table(io.StringIO(TABLE), "BulkHash.tar")
    assert (line.name, line.sha512, line.bytes) == (IMAGE, A, 146_813_952)


def test_a_table_without_one_sha512_is_none():
    with pytest.raises(Unreadable, match="no row"):
        read_bulk_table(["a,b,c\n"], "BulkHash.tar")


# ── the signed one ─────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Authority:
    """A root, what it issued, and a signer."""

    root: x509.Certificate
    issuer: x509.Certificate
    signer: x509.Certificate
    key: rsa.RSAPrivateKey

    @property
    def trust(self) -> Trust:
        return Trust(_anchor("root.cer", self.root), _anchor("issuer.cer", self.issuer))

    def parts(self, table: str = TABLE) -> dict[str, bytes]:
        signed = tarred({"BulkHash.csv": table.encode()})
        return {
            "BulkHash.tar": signed,
            "BulkHash.tar.signature": self.key.sign(signed, PKCS1v15(), SHA512()),
            "BULKHASH-CCO_RELEASE.cer": self.signer.public_bytes(Encoding.PEM),
            "README": b"how to",
        }

    def anchors(self, folder: Path) -> None:
        (folder / "root.cer").write_bytes(self.root.public_bytes(Encoding.DER))
        (folder / "issuer.cer").write_bytes(self.issuer.public_bytes(Encoding.DER))


def _anchor(file: str, certificate: x509.Certificate) -> Anchor:
    return Anchor(file, certificate.fingerprint(SHA256()).hex())


def _certificate(who, key, by, by_key, *, ca: bool, days: int = 400) -> x509.Certificate:
    def named(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    return (
        x509.CertificateBuilder()
        .subject_name(named(who))
        .issuer_name(named(by))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=10))
        .not_valid_after(NOW - timedelta(days=10) + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .sign(by_key, SHA256())
    )


@cache
def keys() -> tuple[rsa.RSAPrivateKey, ...]:
    return tuple(rsa.generate_private_key(public_exponent=65_537, key_size=2048) for _ in range(3))


@cache
def authority() -> Authority:
    root_key, issuer_key, key = keys()
    return Authority(
        _certificate("A root", root_key, "A root", root_key, ca=True),
        _certificate("An issuer", issuer_key, "A root", root_key, ca=True),
        _certificate("BULKHASH", key, "An issuer", issuer_key, ca=False),
        key,
    )


def tarred(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def downloaded(folder: Path, parts: dict[str, bytes], *, anchors: bool = True) -> Path:
    path = folder / "BulkHashFile.tar"
    path.write_bytes(tarred(parts))
    if anchors:
        authority().anchors(folder)
    return path


@pytest.mark.slow
def test_a_well_signed_file_is_believed_as_it_was_downloaded(tmp_path):
    bulk = read_bulk_hash(downloaded(tmp_path, authority().parts()), NOW, authority().trust)
    assert bulk.signer == "CN=BULKHASH"
    assert bulk.lines[0].sha512 == A
    assert "signed by CN=BULKHASH" in bulk.lines[0].origin


def test_it_is_believed_as_a_zip_too(tmp_path):
    path = tmp_path / "BulkHash.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in authority().parts().items():
            archive.writestr(f"folder/{name}", data)
    authority().anchors(tmp_path)
    assert read_bulk_hash(path, NOW, authority().trust).lines[0].name == IMAGE


def test_it_is_believed_unpacked(tmp_path):
    for name, data in authority().parts().items():
        (tmp_path / name).write_bytes(data)
    authority().anchors(tmp_path)
    assert read_bulk_hash(tmp_path / "BulkHash.tar", NOW, authority().trust).lines


def test_nothing_is_unpacked_to_disk_whatever_paths_an_archive_has(tmp_path):
    parts = {f"../../{name}": data for name, data in authority().parts().items()}
    path = downloaded(tmp_path, parts)
    before = sorted(tmp_path.rglob("*"))
    read_bulk_hash(path, NOW, authority().trust)
    assert sorted(tmp_path.rglob("*")) == before


def refusal(path: Path, trust: Trust | None = None, at: datetime = NOW) -> str:
    with pytest.raises(NotTrusted) as refused:
        read_bulk_hash(path, at, trust or authority().trust)
    return str(refused.value)


def test_an_unsigned_file_is_not_believed(tmp_path):
    parts = authority().parts()
    del parts["BulkHash.tar.signature"]
    assert "an unsigned table is not believed" in refusal(downloaded(tmp_path, parts))


@pytest.mark.parametrize("at", [0, 600, 1_000, -1])
def test_an_altered_file_is_not_believed(tmp_path, at: int):
    parts = authority().parts()
    data = bytearray(parts["BulkHash.tar"])
    data[at] ^= 1
    parts["BulkHash.tar"] = bytes(data)
    assert "was altered" in refusal(downloaded(tmp_path, parts))


def test_an_altered_signature_is_not_believed(tmp_path):
    parts = authority().parts()
    parts["BulkHash.tar.signature"] = bytes(256)
    assert "does not fit" in refusal(downloaded(tmp_path, parts))


def test_a_table_that_somebody_else_signed_is_not_believed(tmp_path):
    """Well signed, by a certificate that nobody we believe has issued."""
    stranger = keys()[0]
    parts = authority().parts()
    parts["BULKHASH-CCO_RELEASE.cer"] = _certificate(
        "BULKHASH", stranger, "BULKHASH", stranger, ca=False
    ).public_bytes(Encoding.PEM)
    signed = parts["BulkHash.tar"]
    parts["BulkHash.tar.signature"] = stranger.sign(signed, PKCS1v15(), SHA512())
    assert "no certificate that is issued by" in refusal(downloaded(tmp_path, parts))


def test_a_certificate_of_the_same_root_but_another_issuer_is_not_believed(tmp_path):
    """The root has issued for other purposes as well."""
    root_key, _, key = keys()
    parts = authority().parts()
    parts["BULKHASH-CCO_RELEASE.cer"] = _certificate(
        "BULKHASH", key, "A root", root_key, ca=False
    ).public_bytes(Encoding.PEM)
    assert "no certificate that is issued by" in refusal(downloaded(tmp_path, parts))


def test_a_certificate_that_has_run_out_is_not_believed_and_its_dates_are_told(tmp_path):
    parts = authority().parts()
    parts["BULKHASH-CCO_RELEASE.cer"] = _certificate(
        "BULKHASH", keys()[2], "An issuer", keys()[1], ca=False, days=11
    ).public_bytes(Encoding.PEM)
    path = downloaded(tmp_path, parts)
    assert read_bulk_hash(path, NOW, authority().trust).lines
    told = refusal(path, at=NOW + timedelta(days=30))
    assert "valid from 2026-03-04 to 2026-03-15, and not today" in told


def test_a_signer_without_an_rsa_key_is_not_believed(tmp_path):
    own = ec.generate_private_key(ec.SECP256R1())
    parts = authority().parts()
    parts["BULKHASH-CCO_RELEASE.cer"] = _certificate(
        "BULKHASH", own, "An issuer", keys()[1], ca=False
    ).public_bytes(Encoding.PEM)
    assert "no RSA key" in refusal(downloaded(tmp_path, parts))


def test_what_is_missing_for_the_check_is_named_with_where_it_is_fetched(tmp_path):
    """Nothing is fetched here: the check works in a network without a way out."""
    told = refusal(downloaded(tmp_path, authority().parts(), anchors=False), VENDOR)
    assert "crcam2.cer" in told
    assert "https://www.cisco.com/security/pki/certs/crcam2.cer" in told


def test_another_certificate_under_the_vendor_s_name_is_not_believed(tmp_path):
    path = downloaded(tmp_path, authority().parts(), anchors=False)
    (tmp_path / "crcam2.cer").write_bytes(authority().root.public_bytes(Encoding.DER))
    assert "is another certificate" in refusal(path, VENDOR)


@pytest.mark.parametrize("data", [b"", b"no archive", tarred({"README": b"x"})[:700]])
def test_what_is_no_archive_is_refused_in_a_sentence(tmp_path, data: bytes):
    path = tmp_path / "BulkHashFile.tar"
    path.write_bytes(data)
    authority().anchors(tmp_path)
    assert str(path) in refusal(path)


def test_a_root_of_one_s_own_may_be_believed_in_place_of_the_vendor_s(tmp_path):
    path = downloaded(tmp_path, authority().parts())
    manifest = read_manifests([path], tmp_path / "root.cer", NOW)
    assert manifest.sha512_of(IMAGE) == A
    assert trust_in(tmp_path / "root.cer").issuer is None


def test_a_command_hears_of_it_as_something_that_is_not_believed(tmp_path):
    parts = authority().parts()
    parts["BulkHash.tar.signature"] = bytes(256)
    with pytest.raises(NotBelieved, match="not believed"):
        read_manifests([downloaded(tmp_path, parts)], tmp_path / "root.cer", NOW)
    with pytest.raises(UsageFault, match="No such file"):
        read_manifests([tmp_path / "nothing"], None, NOW)


def test_a_root_that_is_none_is_called_a_root_and_no_manifest(tmp_path):
    """It is the pair file that is wrong: nobody has to wonder which list is not believed."""
    path = downloaded(tmp_path, authority().parts())
    with pytest.raises(UsageFault, match=r"the root certificate .*nowhere\.cer: No such file"):
        read_manifests([path], tmp_path / "nowhere.cer", NOW)
    (tmp_path / "prose.cer").write_text("hello")
    with pytest.raises(UsageFault, match=r"the root certificate prose\.cer: is no X\.509"):
        read_manifests([path], tmp_path / "prose.cer", NOW)


def test_several_lists_stand_side_by_side(tmp_path):
    """The vendor's for images, one's own for profiles."""
    path = downloaded(tmp_path, authority().parts())
    own = tmp_path / "SHA512SUMS"
    own.write_text(f"{B}  staff.xml\n")
    manifest = read_manifests([path, own], tmp_path / "root.cer", NOW)
    assert manifest.sha512_of(IMAGE) == A
    assert manifest.sha512_of("disk0:/staff.xml") == B
    assert len(manifest.origins) == 2


# ── the repository ─────────────────────────────────────────────────────────────────────


def test_a_repository_is_listed_without_being_read_and_hashed_piece_by_piece(tmp_path):
    (tmp_path / "big.bin").write_bytes(b"x" * ((1 << 20) + 5))
    (tmp_path / ".hidden").write_text("x")
    (tmp_path / "folder").mkdir()
    stock = FolderStock(tmp_path)
    (file,) = stock.files()
    heard: list[int] = []
    assert stock.sha512(file, heard.append) == hexed("x" * ((1 << 20) + 5))
    assert heard == [1 << 20, (1 << 20) + 5]


def test_a_file_that_is_still_being_written_is_not_believed(tmp_path):
    (tmp_path / "x.bin").write_text("half")
    stock = FolderStock(tmp_path)
    (tmp_path / "x.bin").write_text("half and more")
    with pytest.raises(UsageFault, match="being written"):
        stock.sha512(stock.files()[0], lambda _: None)


def test_a_repository_that_is_not_there_is_a_mistake_of_usage(tmp_path):
    with pytest.raises(UsageFault, match="cannot be read"):
        FolderStock(tmp_path / "nowhere")
