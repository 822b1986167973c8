"""What the language's own tools say of two versions of a symbol: one meaning or two. Nothing here asks tree-sitter.

Python: `ast`, docstrings without their white space. TypeScript and JavaScript: the compiler's printer without comments,
then prettier. Go: gofmt -s. Rust: rustfmt. Formatters keep some line breaks and commas as they find them, so their
output is compared token by token: without white space outside strings, comments, and commas before a closing bracket;
in Go a line end counts where the specification puts a semicolon. A symbol whose text no tool accepts has no label and
is counted apart.
"""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

SECONDS_MAX = 600
_WORDS = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<text>r(?P<hash>\#+)".*?"(?P=hash)|r?"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`"""
    r"""|'(?:\\.[^']*|[^'\\\n])')|(?P<end>\n)|(?P<space>[ \t\r]+)|(?P<word>\w+|.)""",
    re.DOTALL,
)
_ENDS = re.compile(r"\w+|[\])}\"'`]|\+\+|--")
_NOT_ENDS = frozenset(
    [
        "func",
        "if",
        "for",
        "switch",
        "select",
        "case",
        "const",
        "var",
        "type",
        "struct",
        "interface",
        "map",
        "chan",
        "go",
        "defer",
        "package",
        "import",
        "else",
        "range",
    ]
)
_CONTINUED = re.compile(r"(?<!\\)\\\n\s*")
"""Rust goes on with a string on the next line; rustfmt leaves that as it is."""
_USES = re.compile("(?:\0use(?:\0[^\0;]+)+\0;){2,}")
"""Imports of Rust in a row: their order means nothing, and rustfmt sorts them between blank lines only."""
_COMMA = re.compile("(?:\0,|\0;)+(?=\0[\\])}])")

WRAPS = {
    "go": (
        "package p\n%s\n",
        "package p\ntype T struct {\n%s\n}\n",
        "package p\ntype T interface {\n%s\n}\n",
        "package p\nfunc f() {\n%s\n}\n",
    ),
    "rust": ("%s\n", "impl X {\n%s\n}\n", "trait X {\n%s\n}\n", "struct X {\n%s\n}\n", "enum X {\n%s\n}\n"),
    "typescript": ("%s\n", "class X {\n%s\n}\n", "interface X {\n%s\n}\n", "enum X {\n%s\n}\n", "x = {\n%s\n}\n"),
}


class Tools(NamedTuple):
    """Programs to label with; empty where there is none. `modules` is a folder with `typescript` and `prettier`."""

    gofmt: str
    rustfmt: str
    modules: str


def tools(gofmt: str = "", modules: str = "") -> Tools:
    """What is on the machine."""
    return Tools(gofmt or shutil.which("gofmt") or "", shutil.which("rustfmt") or "", modules)


def canonical(language: str, texts: Sequence[str], using: Tools) -> dict[str, str]:
    """The one form of each text, for those that the language's tool accepts."""
    family = "typescript" if language in ("javascript", "tsx") else language
    found: dict[str, str] = {}
    for wrap in WRAPS[family]:
        left = [text for text in dict.fromkeys(texts) if text not in found]
        for text, made in zip(left, _formatted(family, [wrap % text for text in left], using), strict=True):
            if made:
                found[text] = squeezed(made, semicolons=family == "go")
    return found


def _formatted(family: str, sources: Sequence[str], using: Tools) -> list[str]:
    if not sources:
        return []
    if family == "typescript":
        return _by_node(sources, using)
    suffix = ".go" if family == "go" else ".rs"
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"case{number}{suffix}" for number in range(len(sources))]
        for path, source in zip(paths, sources, strict=True):
            path.write_text(source, encoding="utf-8")
        for at in range(0, len(paths), 200):
            accepted = _run_formatter(family, paths[at : at + 200], using)
            for path in set(paths[at : at + 200]) - accepted:
                path.write_text("", encoding="utf-8")
        return [path.read_text(encoding="utf-8") for path in paths]


def _run_formatter(family: str, paths: Sequence[Path], using: Tools) -> set[Path]:
    """Format files where they stand; those that the tool accepts."""
    argv = (using.gofmt, "-s", "-w") if family == "go" else (using.rustfmt, "--edition", "2021", "--quiet")
    ran = subprocess.run((*argv, *paths), capture_output=True, check=False, timeout=SECONDS_MAX)
    if not ran.returncode:
        return set(paths)
    if len(paths) == 1:
        return set()
    middle = len(paths) // 2
    return _run_formatter(family, paths[:middle], using) | _run_formatter(family, paths[middle:], using)


def _by_node(sources: Sequence[str], using: Tools) -> list[str]:
    script = Path(__file__).with_name("label.cjs")
    ran = subprocess.run(
        ("node", script, using.modules),
        input=json.dumps(list(sources)).encode(),
        capture_output=True,
        check=True,
        timeout=SECONDS_MAX,
    )
    found: list[str] = json.loads(ran.stdout)
    return found


def squeezed(text: str, *, semicolons: bool) -> str:
    """The tokens of a text, one behind the other."""
    found: list[str] = []
    for match in _WORDS.finditer(_CONTINUED.sub("", text)):
        if match["word"] is not None or match["text"] is not None:
            found.append(match[0].replace("\n", "\\n") if match[0].startswith('"') else match[0])
        ended = match["end"] is not None or "\n" in (match["comment"] or "")
        if semicolons and (ended or (match["comment"] or "").startswith("//")) and found and _ends(found):
            found.append(";")
    return _USES.sub(_sorted_uses, _COMMA.sub("", "".join("\0" + word for word in found)))


def _sorted_uses(run: re.Match[str]) -> str:
    return "\0;".join(sorted(run[0].split("\0;")))


def _ends(found: Sequence[str]) -> bool:
    last = found[-1]
    sign = last in "+-" and len(found) > 1 and found[-2] == last
    return sign or (last not in _NOT_ENDS and bool(_ENDS.match(last)))


def python_symbols(source: bytes) -> dict[tuple[str, ...], str] | None:
    """What each dotted name of a file means, as dumps of its syntax trees; None where this Python cannot read it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return None
    found: dict[tuple[str, ...], str] = {}
    stack: list[tuple[tuple[str, ...], ast.AST]] = [((), module)]
    while stack:
        prefix, node = stack.pop()
        for child in ast.iter_child_nodes(node):
            names = _python_names(child)
            for name in names:
                path = (*prefix, name)
                found[path] = found.get(path, "") + "\n" + _dumped(child)
            holds = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            if holds or isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
                stack.append(((*prefix, *names) if holds else prefix, child))
    return found


def _python_names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else []
    targets = [node.target] if isinstance(node, ast.AnnAssign | ast.AugAssign) else targets
    inner = [part for target in targets for part in _unpacked(target)]
    return [part.id for part in inner if isinstance(part, ast.Name)]


def _unpacked(target: ast.expr) -> list[ast.expr]:
    if isinstance(target, ast.Tuple | ast.List):
        return [part for element in target.elts for part in _unpacked(element)]
    return [target.value] if isinstance(target, ast.Starred) else [target]


def _dumped(node: ast.AST) -> str:
    for part in ast.walk(node):
        if isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant) and isinstance(part.value.value, str):
            part.value.value = " ".join(part.value.value.split())
        if isinstance(part, ast.Constant):
            part.kind = None
    return ast.dump(node)
