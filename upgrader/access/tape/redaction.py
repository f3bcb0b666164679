"""Secrets become tags before anything is written or handed upward.

`failover key s3cret` becomes `failover key <secret:5f0c9a12>`. Within one run equal secrets have
equal tags, so that "both units have the same key" can still be judged. The tag is an HMAC under a
key that only the unfinished run has; once that is deleted, a guess cannot be tried against a tag.
What is a secret, the dialect knows: it takes no tag for one.
"""

import hashlib
import hmac

from upgrader.dialect.secrets import masked, secret_spans


class Redactor:
    """Hides secrets under one run's key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    @property
    def tag(self) -> str:
        """Name the key, so that texts redacted under it are known; it tells nothing else."""
        return self._tag_of("")

    def redact(self, text: str) -> str:
        """Put a tag in the place of every secret."""
        parts: list[str] = []
        done = 0
        for start, end in secret_spans(text):
            parts += (text[done:start], f"<secret:{self._tag_of(text[start:end])}>")
            done = end
        return "".join((*parts, text[done:])) if parts else text

    def _tag_of(self, secret: str) -> str:
        return hmac.new(self._key, secret.encode(), hashlib.sha256).hexdigest()[:8]


def same_but_for_secrets(one: str, other: str) -> bool:
    """Whether two texts are equal once every secret and every tag is covered.

    For replay: the key is gone by then, so a secret typed today cannot be tagged like the night's.
    """
    return one == other or masked(one) == masked(other)
