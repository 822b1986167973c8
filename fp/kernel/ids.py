"""Random names. The standard library only."""

from __future__ import annotations

CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
"""Base 32 without i, l, o, u: read aloud and typed without mistakes."""
HEX = "0123456789abcdef"


class SystemIds:
    """`Ids` from the operating system's generator."""

    def text(self, alphabet: str, length: int) -> str:
        """`length` characters drawn evenly from `alphabet`."""
        import secrets  # cold start: hashing and base64 come along with it

        return "".join(secrets.choice(alphabet) for _ in range(length))
