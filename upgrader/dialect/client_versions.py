"""Versions of AnyConnect clients, as file names and `show webvpn anyconnect` spell them."""

import re
from typing import TypeAlias

ClientVersion: TypeAlias = tuple[int, ...]
"""`(4, 10, 7061)`."""

_IN_NAME = re.compile(
    r"(?:anyconnect|cisco-secure-client|sslclient)-.*?-(\d{1,6}(?:\.\d{1,6}){2,3})(?=[-.])",
    re.ASCII | re.IGNORECASE,
)
_LOADED = re.compile(r"\d{1,6}(?:[,.]\d{1,6}){2,3}", re.ASCII)


def version_in_package_name(path: str) -> ClientVersion | None:
    """`disk0:/anyconnect-win-4.10.07061-webdeploy-k9.pkg` is 4.10.7061; None: the name is silent.

    Source: names of Cisco's packages, AnyConnect and Secure Client release notes.
    """
    found = _IN_NAME.match(path.strip().rpartition(":")[2].rpartition("/")[2])
    return None if found is None else _numbers(found[1])


def version_as_loaded(text: str) -> ClientVersion | None:
    """`4,10,07061` of `show webvpn anyconnect`; None: no version."""
    return _numbers(text) if _LOADED.fullmatch(text.strip()) else None


def spelled(version: ClientVersion) -> str:
    """`4.10.7061`: leading zeros of a build number are not kept."""
    return ".".join(map(str, version))


def _numbers(text: str) -> ClientVersion:
    return tuple(int(part) for part in text.strip().replace(",", ".").split("."))
