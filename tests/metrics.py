"""Prints the sizes that `docs/ARCHITECTURE.md` promises: `make metrics`."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def row(name: str, folder: str) -> str:
    """Modules, lines and functions of one package."""
    paths = sorted((ROOT / folder).rglob("*.py"))
    lines = [sum(bool(line.strip()) for line in path.read_text(encoding="utf-8").splitlines()) for path in paths]
    sizes = sorted(
        (node.end_lineno or node.lineno) - node.lineno + 1
        for path in paths
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    )
    p95 = sizes[int(len(sizes) * 0.95)]
    median = statistics.median(lines)
    return (
        f"{name:8} {len(paths):4} modules {sum(lines):6} lines (median {median:.0f}, most {max(lines)}); "
        f"{len(sizes):4} functions (median {statistics.median(sizes):.0f}, 95 % within {p95}, most {sizes[-1]})"
    )


if __name__ == "__main__":
    for package in ("fp", "drift", "tarmac", "tests"):
        print(row(package, package))
