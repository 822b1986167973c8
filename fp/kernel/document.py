"""JSON documents: one object a call, its first key names its schema (`fp.list.v1`), additive within a version.

The schemas stand in `docs/schemas/`. Pure; imports json.
"""

from __future__ import annotations

import json
from typing import Any


def document(schema: str, **fields: Any) -> dict[str, Any]:
    """The envelope."""
    return {"schema": schema, **fields}


def render(value: dict[str, Any]) -> str:
    """Text of a document. ASCII only: no control, bidirectional or lone surrogate character can reach a terminal."""
    return json.dumps(value, ensure_ascii=True, indent=2, default=str) + "\n"
