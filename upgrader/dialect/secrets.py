"""Where secrets stand in what a device prints and in what is typed."""

import re
from collections.abc import Iterable

_VALUE = r"(?P<secret>(?!\*+(?:\s|$))(?!<secret)(?![:=](?:\s|$))\S+)"
"""A word that is neither masked by the device (`*****`) nor by us, nor punctuation."""

_LINE_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\bfailover key (?:hex )?{_VALUE}",
        rf"\bpre-shared-key (?:(?:ascii-text|hex|[068]) )?{_VALUE}",
        # `password encryption aes` and `internal-password enable` are settings.
        rf"(?<!internal-)\bpassword (?!encryption\b)(?:[078] (?=\S))?{_VALUE}",
        rf"^\s*passwd {_VALUE}",
        rf"\bpassphrase {_VALUE}",
        rf"\bpkcs12 {_VALUE}",
        rf"\bisakmp key {_VALUE}",
        rf"^\s*aaa-server \S+ (?:\([^()]*\) )?host \S+ (?!timeout\b){_VALUE}",
        # Under aaa-server; `key chain NAME` names one, and its `key-string` is the secret.
        rf"^\s*key (?!chain\b|config-key\b)(?:[0678] (?=\S))?{_VALUE}",
        rf"\bconfig-key password-encryption {_VALUE}",
        rf"\bkey-string (?:[078] (?=\S))?{_VALUE}",
        rf"\bauthentication-key (?:\d+ [a-z][\w-]* )?(?:[08] (?=\S))?{_VALUE}",
        rf"\bmessage-digest-key \d+ md5 (?:[08] (?=\S))?{_VALUE}",
        rf"\bauthentication key (?:eigrp \d+ )?(?:[08] (?=\S))?{_VALUE}",
        rf"\bsnmp-server community (?:[08] (?=\S))?{_VALUE}",
        rf"\bsnmp-server host(?:-group)? .* community (?:[08] (?=\S))?{_VALUE}",
        rf"\bsnmp-server user .* auth (?:md5|sha\d*) {_VALUE}",
        rf"\bsnmp-server user .* priv (?:3?des|aes(?: \d+)?) {_VALUE}",
        rf"\bradius-common-pw {_VALUE}",
        rf"\bidtoken {_VALUE}",
        rf"\blogging ftp-server \S+ \S+ \S+ (?:[08] (?=\S))?{_VALUE}",
        # Under `vpn load-balancing`, `sso-server` and `scansafe general-options`.
        rf"^\s*cluster key (?:[08] (?=\S))?{_VALUE}",
        rf"\bpolicy-server-secret (?:[08] (?=\S))?{_VALUE}",
        r"^\s*license (?:[08] (?=\S))?(?P<secret>[0-9A-Fa-f]{16,})",
        r"\b(?:A|a)ctivation[- ](?:K|k)ey:? (?!<secret)(?P<secret>(?:0x)?[0-9A-Fa-f].*\S|\S)",
        r"://[^\s/:@]+:(?!<secret)(?!\*+@)(?P<secret>\S+)@",
    )
)

_MARKS = (
    *("key", "Key", "pass", "aaa-server", "snmp-server", "://", "idtoken", "-pw", "pkcs12"),
    *("ftp-server", "-secret", "license"),
)
"""Each pattern above needs one of these on its line: plain searching comes first."""

_LISTING_CHARACTERS = 100_000
_LISTING_BEGINS = "Session Type:"
_LISTING_ENDS = "\nAudt Sess ID"

_PRIVATE_KEY = "PRIVATE KEY-----"
_PRIVATE_KEY_BLOCK = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s(?P<secret>.*?)(?=-----END|\Z)", re.DOTALL
)

_OURS = re.compile(r"<secret[^<>\n]*>")
_COVER = "*****"
_LEAST_TELLING = 6
"""Characters of a secret that is known by itself. Our guess."""
_LEAST_LETTERS = 12
"""The same where all are letters: `cisco`, `firewall` and `management` are words. Our guess."""


def secret_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Start and end of every secret, sorted, never overlapping; `*****` is none.

    Patterns are those of configurations, of `show version` (activation keys) and of copied URLs.
    When in doubt a word is taken for a secret.
    """
    if _is_long_session_listing(text):
        return ()
    spans: list[tuple[int, int]] = []
    for start, end in _suspicious_lines(text):
        line = text[start:end]
        spans += (
            (start + found.start("secret"), start + found.end("secret"))
            for pattern in _LINE_PATTERNS
            for found in pattern.finditer(line)
        )
    if _PRIVATE_KEY in text:
        spans += (
            block.span("secret")
            for block in _PRIVATE_KEY_BLOCK.finditer(text)
            if not block["secret"].startswith("<secret")
        )
    return _merged(spans)


def masked(text: str) -> str:
    """The text with `*****` for every secret, whether it is plain or was redacted before.

    Masking twice changes nothing, so that a live and a redacted night give the same text.
    """
    pieces: list[str] = []
    done = 0
    for start, end in secret_spans(text):
        pieces += (text[done:start], _COVER)
        done = end
    pieces.append(text[done:])
    return _OURS.sub(_COVER, "".join(pieces))


def without_known(text: str, secrets: Iterable[str]) -> str:
    """The text with `*****` for each of these secrets, wherever it stands as a word of its own.

    For what we have typed ourselves, and a device shows in a log, a banner or a description. A
    secret that is a plain word (`cisco`) or a number is left to the patterns: there are files
    called so, and counters that read so. An underscore ends a word: `SECRET_old` tells it, too.
    """
    for secret in sorted(secrets, key=len, reverse=True):
        if _is_telling(secret) and secret in text:
            edges = rf"(?<![A-Za-z0-9]){re.escape(secret)}(?![A-Za-z0-9])"
            text = re.sub(edges, _COVER, text)
    return text


def _is_telling(secret: str) -> bool:
    """Whether a word that is the same is that secret: never a number, and no short word."""
    least = _LEAST_LETTERS if secret.isalpha() else _LEAST_TELLING
    return len(secret) >= least and not secret.isdigit()


def _is_long_session_listing(text: str) -> bool:
    """Whether this is `show vpn-sessiondb …` of hundreds of rows: labels, addresses, counters.

    It holds no secrets and is read again at every full look. Searching 7 MB for each mark takes
    40 ms, looking at both ends none.
    """
    return (
        len(text) > _LISTING_CHARACTERS
        and _LISTING_BEGINS in text[:200]
        and _LISTING_ENDS in text[-600:]
    )


def _suspicious_lines(text: str) -> list[tuple[int, int]]:
    """Start and end of each line with a mark on it."""
    lines: set[tuple[int, int]] = set()
    for mark in _MARKS:
        at = text.find(mark)
        while at != -1:
            start = text.rfind("\n", 0, at) + 1
            end = text.find("\n", at)
            end = len(text) if end == -1 else end
            lines.add((start, end))
            at = text.find(mark, end)
    return sorted(lines)


def _merged(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The same places, sorted, with overlapping ones made one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if start == end:
            continue
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
