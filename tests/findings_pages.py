"""Write `docs/findings/` from the rules of the catalogue: `python tests/findings_pages.py`."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "findings"


def main() -> int:
    sys.path.insert(0, str(ROOT))
    from tarmac.findings.catalogue import RULES
    from tarmac.report.page import pages

    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages(RULES).items():
        (FOLDER / name).write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
