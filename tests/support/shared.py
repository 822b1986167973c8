"""Real data that lies beside the checkout, for tests that compare with it; it is not part of the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.guards import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path


def shared(path: str) -> Path:
    """A file or folder of `../shared`, to be read only; skips the test where it is absent."""
    found = CHECKOUT.parent / "shared" / path
    if not found.exists():
        pytest.skip(f"{found} is not there: real data lies beside the checkout, not in it")
    return found
