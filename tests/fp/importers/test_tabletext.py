"""Tables as trackers export them."""

from __future__ import annotations

import pytest

from fp.importers.tabletext import Row, rows
from fp.kernel.problem import Problem


def read(text: str | bytes) -> list[Row | Problem]:
    return list(rows("x.csv", text if isinstance(text, bytes) else text.encode()))


def test_a_column_may_stand_as_often_as_it_has_values() -> None:
    (row,) = read("Key,Labels,Labels,Labels\nA-1,one,,two\n")
    assert isinstance(row, Row)
    assert (row.one("key"), row.all("labels"), row.one("absent")) == ("A-1", ["one", "two"], "")


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,2\n",
        "\ufeffa,b\r\n1,2\r\n",
        "a;b\n1;2",
        "a\tb\n1\t2\n",
        '"a","b"\n"1","2"\n',
        "a , b\n\n1,2\n,\n",
        "a,b\n1,2,,\n",
        "a,b\n1,2\n".encode("utf-16"),
    ],
)
def test_however_it_is_written_it_is_read(text: str | bytes) -> None:
    assert [row.cells for row in read(text) if isinstance(row, Row)] == [(("a", "1"), ("b", "2"))]


def test_a_short_row_lacks_its_last_cells() -> None:
    assert [row.cells for row in read("a,b,c\n1\n") if isinstance(row, Row)] == [(("a", "1"),)]


def test_each_row_has_its_line() -> None:
    assert [row.line for row in read('a,b\n1,"x\ny\nz"\n\n2,w\n')] == [2, 6]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a,b\n1,2,3\n", 2, "3 cells, but the header has 2"),
        ('a,b\n1,2\n3,"open\n', 3, "not a table: unexpected end of data"),
        ('a,b\n1,"x"y\n', 2, "not a table"),
        (b"a,b\n\xff,2\n", 1, "not UTF-8"),
    ],
)
def test_what_is_odd_is_a_problem_with_its_line(text: str | bytes, line: int, words: str) -> None:
    problem = read(text)[-1]
    assert isinstance(problem, Problem)
    assert (problem.line, words in problem.message) == (line, True)
