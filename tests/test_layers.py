"""Directions of imports, read from the source and watched at run time."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("fp", "drift", "tarmac")
FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
}

PURE = {
    "fp.model", "fp.codec", "fp.event", "fp.chain", "fp.workflow", "fp.writers", "fp.transition", "fp.claim",
    "fp.graph", "fp.eligibility", "fp.proposing", "fp.kernel.frontmatter", "fp.kernel.yamlguard", "fp.kernel.markdown",
    "fp.kernel.text", "fp.kernel.schema", "fp.kernel.emit", "fp.kernel.problem", "fp.kernel.errors", "fp.kernel.trees",
    "fp.tree", "fp.board", "fp.standing", "fp.stats", "fp.charts",
    "fp.handle",
    "drift.anchors", "drift.fingerprint", "drift.model", "drift.compare",
    "tarmac.model", "tarmac.protocol.run", "tarmac.lease", "tarmac.schedule", "tarmac.diagnose", "tarmac.plan",
    "tarmac.trust", "tarmac.sim.protocol", "tarmac.sim.modelcheck", "tarmac.snapshot",
}  # fmt: skip
ADAPTERS = {
    "tarmac.adapters.issues": "fp.api",
    "tarmac.adapters.writing": "fp.api",
    "tarmac.adapters.docs": "drift.api",
}
IMPURE_MODULES = {"os", "subprocess", "time", "random", "socket", "sqlite3", "secrets", "shutil", "tempfile"}


def imports(path: Path, *, runtime_only: bool) -> set[str]:
    """Modules that a file imports, each name also as a submodule; those for type checking alone on request left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped: set[ast.AST] = set()
    if runtime_only:
        for node in ast.walk(tree):
            if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
                skipped.update(child for statement in node.body for child in ast.walk(statement))
    found: set[str] = set()
    for node in ast.walk(tree):
        if node in skipped:
            continue
        if isinstance(node, ast.Import):
            found.update(name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{name.name}" for name in node.names)
    return found


def allowed(importer: str, target: str) -> bool:
    """The directions of CONTRACT section 2."""
    mine, top = importer.split(".")[0], target.split(".")[0]
    if importer.startswith("fp.kernel"):
        return target == "fp" or target.startswith("fp.kernel") or top not in PACKAGES
    if top not in PACKAGES or top == mine:
        return True
    if mine == "drift":
        return target == "fp" or target.startswith("fp.kernel")
    if mine == "fp" or top == "tarmac":
        return False
    if target.startswith("fp.kernel") or target in ("fp", "drift"):
        return True
    return target.startswith(ADAPTERS.get(importer, "-"))


@pytest.mark.parametrize("importer", FILES)
def test_imports_go_down(importer: str) -> None:
    assert [name for name in imports(FILES[importer], runtime_only=False) if not allowed(importer, name)] == []


def test_there_is_no_import_cycle() -> None:
    edges = {name: imports(path, runtime_only=True) & FILES.keys() - {name} for name, path in FILES.items()}
    done: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, " -> ".join((*way[way.index(name) :], name))
        if name not in done:
            for target in sorted(edges[name]):
                visit(target, (*way, name))
            done.add(name)

    for name in FILES:
        visit(name, ())


@pytest.mark.parametrize("name", sorted(PURE & FILES.keys()))
def test_pure_modules_do_nothing(name: str) -> None:
    assert {target.split(".")[0] for target in imports(FILES[name], runtime_only=True)} & IMPURE_MODULES == set()


def test_only_two_modules_start_processes() -> None:
    users = {name for name, path in FILES.items() if "subprocess" in imports(path, runtime_only=True)}
    assert users == {"fp.kernel.git.run", "fp.kernel.process"}


def loaded_by(statement: str) -> set[str]:
    """Modules in `sys.modules` after a statement in a fresh interpreter."""
    code = f"import sys; {statement}; print(' '.join(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(ran.stdout.split())


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("import fp", {"click", "yaml", "fp.kernel"}),
        ("import fp.api", {"drift", "tarmac", "jinja2", "tree_sitter", "sqlite3"}),
        ("import drift.api", {"fp.model", "tarmac", "jinja2"}),
        ("import tarmac.worker.__main__", {"fp.api", "fp.model", "drift", "jinja2", "yaml", "click"}),
        ("import fp.kernel.cli", {"yaml", "json", "sqlite3", "subprocess"}),
    ],
)
def test_what_a_module_keeps_out_of_memory(statement: str, absent: set[str]) -> None:
    module = statement.split()[1]
    if module not in FILES:
        pytest.skip(f"{module} is not there yet")
    assert loaded_by(statement) & absent == set()
