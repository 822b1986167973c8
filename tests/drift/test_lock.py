"""The lock: one text for the same bindings, comments kept, every kind of damage named with its line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drift.anchors import parse_anchor
from drift.lock import bind, read_lock, unbind, write_lock
from drift.lockform import read_stamp
from drift.model import Binding, Lock, Stamp

SIG = "n1/python-0.25.0:0123456789abcdef0123456789abcdef"
SMALL = f"""\
# Ours.
version = 1

# Why this one.
[[bindings]]
doc = "docs/a.md"
sig = "{SIG}"
target = "src/a.py#A.b"

[[bindings]]
doc = "docs/b.md#part"
sig = "n1/bytes:0123456789abcdef"
blob = "{"a" * 40}"
origin = "github:owner/name"
target = "Makefile"

# The end.
"""


def lock_of(text: str) -> Lock:
    lock, problems = read_lock(text.encode(), "drift.lock")
    assert problems == []
    return lock


def binding(doc: str, target: str, digest: str = "0" * 32) -> Binding:
    return Binding(parse_anchor(doc), parse_anchor(target), Stamp("n1/bytes", digest))


def test_reading_what_was_written_writes_the_same() -> None:
    assert write_lock(lock_of(SMALL)).decode() == SMALL


def test_a_lock_without_bindings_is_one_line() -> None:
    assert write_lock(Lock()) == b"version = 1\n"
    assert lock_of("version = 1\n") == Lock()


def test_fields_are_read() -> None:
    first, second = lock_of(SMALL).bindings
    assert (first.target.path, first.target.fragment, first.sig) == ("src/a.py", "A.b", read_stamp(SIG))
    assert (second.blob, second.origin, second.doc.fragment) == ("a" * 40, "github:owner/name", "part")
    assert (first.notes, first.line, second.line) == (("# Why this one.",), 5, 10)


def test_blocks_may_stand_in_any_order_with_their_keys_in_any_order() -> None:
    blocks = SMALL.split("\n\n")
    shuffled = "\n\n".join(
        [blocks[0], blocks[2].replace('doc = "docs/b.md#part"\n', "") + '\ndoc = "docs/b.md#part"', blocks[1]]
    )
    assert write_lock(lock_of(shuffled)).decode() == SMALL.replace("\n# The end.\n", "")


def test_windows_line_ends_and_a_byte_order_mark_are_read() -> None:
    lock, problems = read_lock(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode(), "drift.lock")
    assert (problems, write_lock(lock).decode()) == ([], SMALL)


def test_comments_inside_a_block_move_above_it() -> None:
    text = 'version = 1\n\n[[bindings]]\n# inside\ndoc = "a.md"\ntarget = "b"\n'
    assert write_lock(lock_of(text)).decode() == 'version = 1\n\n# inside\n[[bindings]]\ndoc = "a.md"\ntarget = "b"\n'


def test_a_signature_without_a_scheme_is_read_as_such() -> None:
    assert read_stamp("1a2b3c4d5e6f7890") == Stamp("", "1a2b3c4d5e6f7890")
    assert read_stamp("sig") is None


BLOCK = '[[bindings]]\ndoc = "a.md"\ntarget = "b"\n'
BROKEN = [
    ("", 1, "lock-version"),
    ("version = 2\n", 1, "lock-version"),
    ('version = "1"\n', 1, "lock-version"),
    ("version = 1\nversion = 1\n", 2, "lock-duplicate"),
    ("version = 1\nformat = 1\n", 2, "lock-unknown-key"),
    ("version = 1\n[settings]\n", 2, "lock-syntax"),
    ("version = 1\n<<<<<<< HEAD\n", 2, "lock-conflict"),
    (f"version = 1\n{BLOCK}||||||| base\n", 5, "lock-conflict"),
    (f"version = 1\n{BLOCK}=======\n", 5, "lock-conflict"),
    (f"version = 1\n{BLOCK}>>>>>>> topic\n", 5, "lock-conflict"),
    (f"version = 1\n{BLOCK}{BLOCK}", 5, "lock-duplicate"),
    (f'version = 1\n{BLOCK}doc = "c.md"\n', 5, "lock-duplicate"),
    (f'version = 1\n{BLOCK}extra = "c.md"\n', 5, "lock-unknown-key"),
    (f"version = 1\n{BLOCK}blob = 12\n", 5, "lock-syntax"),
    (f"version = 1\n{BLOCK}sig = 'abcdef01'\n", 5, "lock-syntax"),
    (f'version = 1\n{BLOCK}sig = "abcdef01" # why\n', 5, "lock-syntax"),
    (f'version = 1\n{BLOCK}sig = "no hex"\n', 5, "lock-bad-value"),
    (f'version = 1\n{BLOCK}blob = "abc"\n', 5, "lock-bad-value"),
    (f'version = 1\n{BLOCK}origin = "some where"\n', 5, "lock-bad-value"),
    ('version = 1\n[[bindings]]\ntarget = "b"\n', 2, "lock-missing"),
    ('version = 1\n[[bindings]]\ndoc = "a.md"\n', 2, "lock-missing"),
    ('version = 1\n[[bindings]]\ndoc = "a.md"\ntarget = "../b"\n', 4, "lock-bad-anchor"),
    ('version = 1\n[[bindings]]\ndoc = "/a.md"\ntarget = "b"\n', 3, "lock-bad-anchor"),
    ('version = 1\n[[bindings]]\ndoc = "a.md"\ntarget = "x/.GIT/b"\n', 4, "lock-bad-anchor"),
    ('version = 1\n[[bindings]]\ndoc = "a\\x41.md"\ntarget = "b"\n', 3, "lock-syntax"),
    ('version = 1\n[[bindings]]\ndoc = "\\ud800.md"\ntarget = "b"\n', 3, "lock-bad-anchor"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "code"), BROKEN)
def test_damage_is_a_problem_with_its_line(text: str, line: int, code: str) -> None:
    _, problems = read_lock(text.encode(), "drift.lock")
    assert [(problem.path, problem.line, problem.code) for problem in problems[:1]] == [("drift.lock", line, code)]


def test_bytes_that_are_no_text_are_a_problem_with_their_line() -> None:
    _, problems = read_lock(b"version = 1\n\n\xff\xfe\n", "drift.lock")
    assert [(problem.line, problem.code) for problem in problems] == [(3, "lock-encoding")]


def test_binding_again_replaces_the_stamp_and_keeps_the_comments() -> None:
    lock = bind(lock_of(SMALL), binding("docs/a.md", "src/a.py#A.b", "f" * 32))
    assert [item.notes for item in lock.bindings] == [("# Why this one.",), ()]
    assert lock.bindings[0].sig == Stamp("n1/bytes", "f" * 32)


def test_unbinding_takes_the_block_with_its_comments() -> None:
    lock = unbind(lock_of(SMALL), {("docs/a.md", "src/a.py#A.b")})
    assert "Why" not in write_lock(lock).decode()
    assert len(lock.bindings) == 1


NAMES = st.text(
    st.characters(exclude_categories=("C", "Z"), exclude_characters="/\\#"), min_size=1, max_size=30
).filter(lambda name: name.lower() not in (".", "..", ".git"))


@given(st.lists(st.tuples(NAMES, NAMES), max_size=6))
def test_any_names_survive_the_round_trip(pairs: list[tuple[str, str]]) -> None:
    lock = Lock()
    for doc, target in pairs:
        lock = bind(lock, binding(doc, target))
    read = lock_of(write_lock(lock).decode())
    assert [item.key for item in read.bindings] == [item.key for item in lock.bindings]
    assert write_lock(read) == write_lock(lock)


@given(st.text(st.sampled_from('[]bindgs=" \n#\\<>doctarge1vrsi'), max_size=200))
def test_any_text_is_read_without_an_error(text: str) -> None:
    lock, problems = read_lock(f"version = 1\n{text}".encode(), "drift.lock")
    assert problems or read_lock(write_lock(lock), "drift.lock")[0].bindings is not None


@pytest.mark.parametrize(
    "value", ["[[bindings]]\n" * 20_000, 'doc = "' + "\\" * 100_001, "x #" * 30_000, "= " * 50_000]
)
def test_long_hostile_text_ends(value: str) -> None:
    assert read_lock(f"version = 1\n{value}".encode(), "drift.lock")[1]
