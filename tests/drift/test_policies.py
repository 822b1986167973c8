"""What a stamp covers by its policy, and that its name says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from drift.content import Ask, Found, known, policy_of, seen
from drift.model import Body, Comments, Docstrings, Policy
from drift.policy import policy_for
from drift.restamp import restamped
from drift.scheme import read_scheme
from drift.settings import read_settings
from drift.workspace import open_workspace
from tests.support.drifting import edit, linked

if TYPE_CHECKING:
    from tests.support.repo import Command, Repo

SIGNATURE, CONSTANTS = Policy(Body.SIGNATURE), Policy(Body.CONSTANTS)
COMMENTS, UNDOCUMENTED = Policy(comments=Comments.INCLUDE), Policy(docstrings=Docstrings.IGNORE)

PYTHON = '''\
LIMIT = 3

# Opens.
def load(key: str, size=1) -> int:
    """Load."""
    return size  # now

class Store:
    field: int = 1
    def method(self, a):
        return a
'''
TYPESCRIPT = "const pick = (a: string): number => 1;\nenum Color { Red, Green, Blue = 5, Pink }\nconst a = 1, b = 2;\n"
GO = "package a\n\n// Load loads.\nfunc Load(key string) int { return 1 }\n\nconst Limit = 3\n"
RUST = "/// Loads.\n#[inline]\nfn load(key: u8) -> u8 { 1 }\nimpl A { fn go(&self) { x() } }\n"


def stamp(path: str, source: str, fragment: str, policy: Policy) -> str:
    """The stamp of a symbol by a policy."""
    ask = Ask(fragment, policy=policy)
    found = seen(path, source.encode(), [ask])[ask]
    assert isinstance(found, Found)
    return found.stamp.text


EDITS = [
    ("a.py", PYTHON, "load", SIGNATURE, "return size", "return 0", False),
    ("a.py", PYTHON, "load", SIGNATURE, "size=1", "size=2", True),
    ("a.py", PYTHON, "load", SIGNATURE, "-> int", "-> str", True),
    ("a.py", PYTHON, "LIMIT", SIGNATURE, "= 3", "= 4", False),
    ("a.py", PYTHON, "LIMIT", CONSTANTS, "= 3", "= 4", True),
    ("a.py", PYTHON, "Store", SIGNATURE, "return a", "return 0", False),
    ("a.py", PYTHON, "Store", SIGNATURE, "self, a", "self, b", True),
    ("a.py", PYTHON, "Store", SIGNATURE, "int = 1", "int = 2", False),
    ("a.py", PYTHON, "Store", CONSTANTS, "int = 1", "int = 2", True),
    ("a.py", PYTHON, "", SIGNATURE, "return size", "return 0", False),
    ("a.py", PYTHON, "load", COMMENTS, "# Opens.", "# Closes.", True),
    ("a.py", PYTHON, "load", COMMENTS, "# now", "# later", True),
    ("a.py", PYTHON, "load", Policy(), "# Opens.", "# Closes.", False),
    ("a.py", PYTHON, "load", UNDOCUMENTED, '"""Load."""', '"""Read."""', False),
    ("a.py", PYTHON, "load", Policy(), '"""Load."""', '"""Read."""', True),
    ("a.ts", TYPESCRIPT, "pick", SIGNATURE, "=> 1", "=> 2", False),
    ("a.ts", TYPESCRIPT, "pick", SIGNATURE, "a: string", "a: number", True),
    ("a.ts", TYPESCRIPT, "Color.Green", Policy(), "Red, ", "", True),
    ("a.ts", TYPESCRIPT, "Color.Pink", Policy(), "Red, ", "", False),
    ("a.ts", TYPESCRIPT, "Color.Pink", Policy(), "= 5", "= 6", True),
    ("a.ts", TYPESCRIPT, "a", Policy(), ", b = 2", "", False),
    ("a.go", GO, "Load", SIGNATURE, "return 1", "return 2", False),
    ("a.go", GO, "Load", SIGNATURE, "key string", "key int", True),
    ("a.go", GO, "Load", COMMENTS, "Load loads", "Load reads", True),
    ("a.go", GO, "Limit", SIGNATURE, "= 3", "= 4", False),
    ("a.rs", RUST, "load", SIGNATURE, "{ 1 }", "{ 2 }", False),
    ("a.rs", RUST, "load", SIGNATURE, "inline", "cold", True),
    ("a.rs", RUST, "load", COMMENTS, "Loads", "Reads", True),
    ("a.rs", RUST, "A.go", SIGNATURE, "x()", "y()", False),
    ("a.rs", RUST, "A.go", SIGNATURE, "&self", "&mut self", True),
]


@pytest.mark.parametrize(("path", "source", "fragment", "policy", "old", "new", "counts"), EDITS)
def test_a_policy_says_what_counts(
    path: str, source: str, fragment: str, policy: Policy, old: str, new: str, counts: bool
) -> None:
    assert old in source
    before, after = (stamp(path, text, fragment, policy) for text in (source, source.replace(old, new, 1)))
    assert (before != after) is counts


ALL = Policy(Body.SIGNATURE, Comments.INCLUDE, Docstrings.IGNORE)


@pytest.mark.parametrize("policy", [Policy(), SIGNATURE, CONSTANTS, COMMENTS, UNDOCUMENTED, ALL])
def test_the_name_of_a_stamp_tells_its_policy(policy: Policy) -> None:
    scheme = stamp("a.py", PYTHON, "load", policy).rpartition(":")[0]
    assert known(scheme, "a.py")
    assert policy_of(scheme, "a.py") == policy


@pytest.mark.parametrize("name", ["n1+signature/go-1", "n3/go-1", "n2+odd/go-1", "n2/go-2", "n2", "", "n1/bytes"])
def test_a_name_that_says_another_thing_is_not_known(name: str) -> None:
    assert read_scheme(name, "go-1") is None


def test_the_edition_before_is_computed_as_it_was() -> None:
    ask = Ask("Color.Green", "n1/typescript-0.23.2")
    one, other = (seen("a.ts", text.encode(), [ask])[ask] for text in (TYPESCRIPT, TYPESCRIPT.replace("Red, ", "")))
    assert one == other


SETTINGS = b"""\
body = "signature"
[[policies]]
docs = ["docs/api/"]
body = "whole"
[[policies]]
targets = ["src/**/*.py"]
comments = "include"
"""


def test_later_policies_go_before_earlier_ones_and_leave_the_rest() -> None:
    settings, problems = read_settings(SETTINGS)
    assert problems == []
    assert policy_for(settings, "README.md", "a.go") == SIGNATURE
    assert policy_for(settings, "docs/api/x.md", "src/a/b.py") == COMMENTS


UNCLEAR = [b"[[policies]]\nbody = 'whole'\n", b"[[policies]]\ndocs = ['a']\nodd = 1\n", b"policies = 1\n"]


@pytest.mark.parametrize("text", UNCLEAR)
def test_a_policy_that_says_nothing_clear_is_a_problem(text: bytes) -> None:
    assert [problem.code for problem in read_settings(text)[1]] == ["settings-value"]


def test_migrating_keeps_what_is_fresh_fresh_and_what_is_stale_stale(repo: Repo, command: Command) -> None:
    linked(repo, command, "src/auth.py#LIMIT", "src/auth.py#Session.open")
    edit(repo, "drift.lock", "n2/python-0.25.0", "n1/python-0.24.0")
    repo.commit("bound by an older version")
    edit(repo, "src/auth.py", "LIMIT = 3", "LIMIT = 4")
    assert command("drift", "migrate", "--scheme", cwd=repo.path).out == (
        "2 stamped again, 0 of today's scheme already, 0 left\n"
    )
    ran = command("drift", "check", cwd=repo.path)
    assert "src/auth.py#LIMIT: changed" in ran.out
    assert "1 fresh, 1 stale" in ran.out


def test_what_cannot_be_known_is_left_with_the_reason(repo: Repo, command: Command) -> None:
    linked(repo, command, "src/auth.py#LIMIT")
    lines = [line for line in repo.read("drift.lock").splitlines(keepends=True) if not line.startswith("blob")]
    repo.write("drift.lock", "".join(lines).replace("n2/python-0.25.0", "n1/python-0.24.0"))
    found = restamped(open_workspace(repo.path))
    assert [(item.state, item.why) for item in found] == [
        ("left", "git has no text of the stamp, and its scheme is not known here")
    ]
