"""The gate of `bench.factory`: every TypeScript and JSON file below the working folder parses.

Exit 1 names one that does not.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import tree_sitter_typescript
from tree_sitter import Language, Parser

FOLDERS = ("src", "scripts")
PARSERS = {
    ".ts": Parser(Language(tree_sitter_typescript.language_typescript())),
    ".tsx": Parser(Language(tree_sitter_typescript.language_tsx())),
}


def main() -> int:
    """Parse everything; tell each file that fails."""
    files = [path for folder in FOLDERS for path in sorted(Path(folder).rglob("*")) if path.is_file()]
    bad = [path for path in files if not parses(path)]
    for path in bad:
        print(f"{path} does not parse")
    return 1 if bad else 0


def parses(path: Path) -> bool:
    """Whether a file is well formed; those of another kind are."""
    parser = PARSERS.get(path.suffix)
    if parser is not None:
        return not parser.parse(path.read_bytes()).root_node.has_error
    if path.suffix != ".json":
        return True
    try:
        json.loads(path.read_bytes())
    except ValueError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
