"""What an import remembers."""

from __future__ import annotations

import pytest

from fp.importers.memory import Remembered, memory_bytes, read_memory, values_of
from fp.kernel.problem import Severity
from fp.model import Issue

MEMORY = {
    "beads:bd-2": Remembered("FP-k3v9q2m", {"title": "b", "labels": ["x", "y"]}),
    "beads:bd-1": Remembered("FP-c3d41xz", {"title": "Ä\n", "body": "0123"}),
}
# The format of version 1, for ever.
RECORDED = b"""\
{"format":1,"source":"beads"}
{"external":"beads:bd-1","id":"FP-c3d41xz","title":"\\u00c4\\n","body":"0123"}
{"external":"beads:bd-2","id":"FP-k3v9q2m","title":"b","labels":["x","y"]}
"""


def test_the_file_is_as_recorded() -> None:
    assert memory_bytes("beads", MEMORY) == RECORDED


def test_the_file_reads_back() -> None:
    assert read_memory("m", RECORDED) == (MEMORY, [])


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"[1]",
        b"<<<<<<< ours",
        b'{"external": 1, "id": "FP-k3v9q2m"}',
        b'{"external": "x", "id": "../x"}',
        b"\xff",
    ],
)
def test_a_bad_line_is_forgotten_and_said(line: bytes) -> None:
    remembered, problems = read_memory("m", RECORDED + line + b"\n")
    assert remembered == MEMORY
    assert [(one.path, one.line, one.severity) for one in problems] == [("m", 4, Severity.WARNING)]


def test_a_value_of_the_wrong_shape_is_forgotten() -> None:
    line = b'{"external": "x", "id": "FP-k3v9q2m", "title": 7, "labels": [1], "status": "todo", "other": "y"}'
    assert read_memory("m", line)[0] == {"x": Remembered("FP-k3v9q2m", {"status": "todo"})}


def test_values_do_not_depend_on_order_or_on_what_is_a_default() -> None:
    one = Issue("FP-k3v9q2m", "t", labels=("b", "a", "b"), priority="", body="text\n")
    other = Issue("FP-c3d41xz", "t", labels=("a", "b"), body="\n\ntext")
    assert values_of(one) == values_of(other)
