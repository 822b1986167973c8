"""Headers of Markdown files: what is read, what is a Problem, what is written."""

from __future__ import annotations

import frontmatter as oracle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fp.kernel import frontmatter
from fp.kernel.errors import Refused
from fp.kernel.frontmatter import Put, edit
from fp.kernel.problem import Severity
from fp.kernel.yamlguard import EVENTS_MAX, Broken, read_mapping
from tests.support.steps import steps


def read(text: str | bytes) -> frontmatter.Document:
    document, problems = frontmatter.parse(text if isinstance(text, bytes) else text.encode(), "a.md")
    assert document is not None, problems
    return document


def problem_of(data: bytes) -> tuple[str, int]:
    """The code and line of the one problem; each has a message and names the file."""
    document, problems = frontmatter.parse(data, ".issues/a.md")
    assert document is None
    [problem] = problems
    assert problem.path == ".issues/a.md"
    assert problem.message
    assert problem.hint
    return problem.code, problem.line


@pytest.mark.parametrize(
    ("value", "raw"),
    [
        ("no", "no"),
        ("0123", "0123"),
        ("12:30", "12:30"),
        ("2026-11-22T23:15:01Z", "2026-11-22T23:15:01Z"),
        ("2025-13-45", "2025-13-45"),
        ("1" * 5000, "1" * 5000),
        ("1:" * 2000 + "1", "1:" * 2000 + "1"),
        ("", None),
        ("~", None),
        ("null", None),
        ("'null'", "null"),
        ('""', ""),
        ("[a, no, 1.10]", ["a", "no", "1.10"]),
        ("[]", []),
        ("\n- a\n-\n- ~", ["a", None, None]),
        ("{a: 1, b: [x]}", {"a": "1", "b": ["x"]}),
        ("|\n  two\n  lines", "two\nlines\n"),
        (">-\n  two\n  lines", "two lines"),
        ('"\\e[31m"', "\x1b[31m"),
    ],
)
def test_a_value_stays_the_text_it_is(value: str, raw: frontmatter.Written) -> None:
    assert read(f"---\nkey: {value}\n---\n").fields == {"key": raw}


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_file_comes_apart_exactly(newline: str, mark: str) -> None:
    text = (mark + "---\nid: A\nlist:\n  - x\n  - y\n---\n\nBody\n---\nnot: yaml\n").replace("\n", newline)
    document = read(text)
    assert document.fields == {"id": "A", "list": ["x", "y"]}
    assert document.body == "\nBody\n---\nnot: yaml\n".replace("\n", newline)
    assert (document.body_line, document.header_line, document.newline) == (7, 1, newline)


def test_lines_count_from_the_top_of_the_file_and_reach_into_lists() -> None:
    document = read("---\n# note\nid: A\nlist:\n  - x\n\n  - y\n---\n")
    assert document.lines == {"id": 3, "list": 4, "list.0": 5, "list.1": 7}


def test_yaml_line_breaks_that_editors_do_not_know_shift_no_line() -> None:
    assert read('---\ntitle: "a\u2028b"\nid: A\n---\n').lines == {"title": 2, "id": 3}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Just text\n",
        "# Title\n\n---\nid: A\n---\n",
        "---",
        "---\n",
        "---\n---\ntext",
        "----\nid: A\n----\n",
        "--- # no\nid: A\n---\n",
        "---\n\nSome prose between rules.\n\n---\n\nmore\n",
        "---\n- a\n- b\n---\n",
        "---\n[link](x) and *stars*\n---\n",
        "---\n\nA rule opens this page, and none follows.\n\nnote: later\n",
        "\ufeffplain",
    ],
)
def test_a_file_without_fields_has_its_whole_text_as_body(text: str) -> None:
    document = read(text)
    assert document.fields == {}
    assert document.body == ("text" if "---\n---" in text else text.removeprefix("\ufeff"))


def test_dots_close_a_header_as_dashes_do() -> None:
    document = read("--- \nid: A\n...\t\nbody")
    assert (document.fields, document.body) == ({"id": "A"}, "body")


def test_a_header_of_comments_alone_is_a_header() -> None:
    assert read("---\n# status: todo\n---\n").has_header


@pytest.mark.parametrize(("before", "line"), [("\n \n", 3), ("\ufeff\ufeff", 1), ("\ufeff\r\n", 2)])
def test_a_header_that_does_not_start_the_file_is_told_of(before: str, line: int) -> None:
    document, [problem] = frontmatter.parse(f"{before}---\nid: A\n---\nbody".encode(), "a.md")
    assert document is not None
    assert not document.has_header
    assert (problem.code, problem.line, problem.severity) == ("header-late", line, Severity.WARNING)


@pytest.mark.parametrize("text", ["\n---\nprose\n---\n", "\n\n# Title\n", "x\n---\nid: A\n---\n", "\n---\nid: A\n"])
def test_a_rule_further_down_is_no_late_header(text: str) -> None:
    assert frontmatter.parse(text.encode(), "a.md")[1] == []


HEAD = b"---\nid: A\nstatus: todo\n"


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (HEAD + b"x: " + b"[" * 30_000 + b"]" * 30_000 + b"\n---\n", "yaml-depth", 4),
        (HEAD + b"x: " + b"[" * 100_000 + b"\n---\n", "yaml-depth", 4),
        (HEAD + b"x: " + b"{a: " * 40_000 + b"\n---\n", "yaml-depth", 4),
        (HEAD + b"x: " + b"[" * 1_000_000 + b"\n---\n", "file-size", 0),
        (HEAD + b"x: [" + b"a, " * 30_000 + b"]\n---\n", "yaml-size", 4),
        (HEAD + b"a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n---\n", "yaml-anchor", 4),
        (HEAD + b"x: *a\n---\n", "yaml-alias", 4),
        (HEAD + b"<<: {a: b}\n---\n", "yaml-key", 4),
        (HEAD + b"x: !!python/object/apply:os.system ['id']\n---\n", "yaml-tag", 4),
        (HEAD + b"x: !!str 2\n---\n", "yaml-tag", 4),
        (HEAD + b"\tx: 1\n---\n", "yaml-syntax", 4),
        (HEAD + b"x:\n\t- a\n---\n", "yaml-syntax", 5),
        (HEAD + b"title: caf\xe9\n---\n", "file-encoding", 4),
        (HEAD + b"title: \xed\xa0\x80\n---\n", "file-encoding", 4),
        ("---\nid: A\n---\n".encode("utf-16"), "file-encoding", 1),
        (HEAD + b"title: a\x00b\n---\n", "file-nul", 4),
        (HEAD + b"---\nbo\x00dy\n", "file-nul", 5),
        (HEAD + b"title: a\x1bb\n---\n", "yaml-character", 4),
        (HEAD + b"title: a\x7fb\n---\n", "yaml-character", 4),
        (b"---\n\xef\xbb\xbfid: A\n---\n", "yaml-character", 2),
        (b"---\rid: A\r---\rbody\r", "yaml-line-break", 1),
        (HEAD + b"a: 1\rb: 2\n---\n", "yaml-line-break", 4),
        (HEAD + b"title: again\ntitle: and again\n---\n", "yaml-duplicate-key", 5),
        (HEAD + b"map: {a: 1, a: 2}\n---\n", "yaml-duplicate-key", 4),
        (HEAD + b"? [a]\n: b\n---\n", "yaml-key", 4),
        (HEAD + b"'': b\n---\n", "yaml-key", 4),
        (HEAD + b"? " + b"k" * 300 + b"\n: b\n---\n", "yaml-key", 4),
        (HEAD + b"title: a: b\n---\n", "yaml-syntax", 4),
        (HEAD + b"title: @b\n---\n", "yaml-syntax", 4),
        (HEAD + b"title: 'open\n---\n", "yaml-syntax", 4),
        (HEAD + b"a: [b\nc: d\n---\n", "yaml-syntax", 4),
        (HEAD + b"--- b: 1\n---\n", "yaml-document", 4),
        (HEAD + b"<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> x\n---\n", "merge-conflict", 4),
        (b"---\n<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> x\n---\n", "merge-conflict", 2),
        (HEAD, "header-unclosed", 1),
        (b"---\n\n# note\nid: A\n\nbody\n", "header-unclosed", 1),
    ],
)
def test_a_file_that_cannot_be_read_is_one_problem_with_a_line(data: bytes, code: str, line: int) -> None:
    assert problem_of(data) == (code, line)


def test_limits_are_exact() -> None:
    room = frontmatter.SIZE_BYTES_MAX - len("---\na: b\n---\n")
    assert read("---\na: b\n---\n" + "x" * room).fields == {"a": "b"}
    assert problem_of(b"---\na: b\n---\n" + b"x" * (room + 1)) == ("file-size", 0)


@pytest.mark.parametrize(("levels", "fits"), [(7, True), (8, False)])
def test_eight_levels_are_read_the_ninth_is_a_problem(levels: int, fits: bool) -> None:
    document, _ = frontmatter.parse(f"---\na: {'[' * levels}{']' * levels}\n---\n".encode(), "a.md")
    assert (document is not None) == fits


def test_a_file_of_yaml_alone_is_read_with_lines() -> None:
    document, problems = frontmatter.parse_yaml(b"\xef\xbb\xbf---\nformat: 1\npeople:\n  ann: {mail: a}\n", "c.yaml")
    assert document is not None
    assert document.fields == {"format": "1", "people": {"ann": {"mail": "a"}}}
    assert document.lines == {"format": 2, "people": 3, "people.ann": 4, "people.ann.mail": 4}
    assert not problems


def test_a_broken_file_of_yaml_alone_is_a_problem_with_its_line() -> None:
    document, [problem] = frontmatter.parse_yaml(b"format: 1\npeople: [\n", "c.yaml")
    assert document is None
    assert problem.where == "c.yaml:2"


def test_a_new_file_has_the_layout_of_the_format() -> None:
    fields: list[tuple[str, frontmatter.Written] | None] = [
        ("id", "FP-k3v9q2m"),
        ("title", "Reject expired tokens at the gateway"),
        ("created", "2026-11-22T23:15:01Z"),
        None,
        ("labels", ["auth", "no"]),
        None,
        ("parent", None),
        ("depends_on", []),
        ("after", ("20261122T231501004Z-transition-8f3k",)),
        ("epoch", 1),
        ("draft", False),
    ]
    assert frontmatter.render(fields, "\nBody.\n").decode() == (
        "---\nid: FP-k3v9q2m\ntitle: Reject expired tokens at the gateway\ncreated: 2026-11-22T23:15:01Z\n\n"
        "labels:\n  - auth\n  - 'no'\n\nparent:\ndepends_on:\nafter: [20261122T231501004Z-transition-8f3k]\n"
        "epoch: 1\ndraft: false\n---\n\nBody.\n"
    )


def test_a_new_file_reads_the_same_in_another_tool() -> None:
    written = frontmatter.render([("title", "no: yes # 1e3"), ("labels", ["a b", "0123", "12:30"]), None], "Body")
    post = oracle.loads(written.decode())
    assert post.metadata == {"title": "no: yes # 1e3", "labels": ["a b", "0123", "12:30"]}
    assert post.content == "Body"


def test_a_new_file_with_one_key_twice_is_refused() -> None:
    with pytest.raises(Refused, match="twice"):
        frontmatter.render([("a", "1"), ("a", "2")], "")


def test_half_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(Refused, match="surrogate"):
        frontmatter.render([("a", "\ud800")], "")
    with pytest.raises(Refused, match="surrogate"):
        frontmatter.edit_body(b"---\na: b\n---\n", "\ud800")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# Title\n", "---\ntitle: T\n---\n\n# Title\n"),
        ("\n# Title\r\n", "---\ntitle: T\n---\n\n# Title\r\n"),
        ("a\r\nb\r\n", "---\r\ntitle: T\r\n---\r\n\r\na\r\nb\r\n"),
        ("\ufeffa\n", "\ufeff---\ntitle: T\n---\n\na\n"),
        ("---\nprose\n---\n", "---\ntitle: T\n---\n\n---\nprose\n---\n"),
        ("", "---\ntitle: T\n---\n"),
    ],
)
def test_a_header_is_put_above_a_file_that_has_none(before: str, after: str) -> None:
    assert frontmatter.add_header(before.encode(), [("title", "T")]).decode() == after


def test_a_second_header_is_refused() -> None:
    with pytest.raises(Refused, match="already"):
        frontmatter.add_header(b"---\na: b\n---\n", [("title", "T")])


@pytest.mark.parametrize(
    ("before", "body", "after"),
    [
        ("---\na: b\n---\nold", "new\n", "---\na: b\n---\nnew\n"),
        ("---\r\na: b\r\n---\r\nold\r\n", "x\ny\n", "---\r\na: b\r\n---\r\nx\r\ny\r\n"),
        ("---\r\na: b\r\n---\r\nold\n", "x\ny\n", "---\r\na: b\r\n---\r\nx\ny\n"),
        ("---\na: b\n---", "new", "---\na: b\n---\nnew"),
        ("\ufeffold", "new", "\ufeffnew"),
    ],
)
def test_a_body_is_replaced_and_the_header_is_not_touched(before: str, body: str, after: str) -> None:
    assert frontmatter.edit_body(before.encode(), body).decode() == after


def test_a_body_that_would_read_as_a_header_is_refused() -> None:
    with pytest.raises(Refused):
        frontmatter.edit_body(b"text", "---\na: b\n---\n")


@pytest.mark.parametrize("data", [b"no header\n", b"---\na: [\n---\n", b"---\na: b\n"])
def test_what_cannot_be_read_cannot_be_edited(data: bytes) -> None:
    with pytest.raises(Refused):
        edit(data, [Put("a", "c")])


@pytest.mark.parametrize(
    ("text", "steps_max"),
    [
        ("x: " + "[" * 1_000_000, 1000),
        ("x: " + "{a: " * 200_000, 1000),
        ("- " * 200_000, 1000),
        ("? " * 200_000, 1000),
        ("x: &a [x]\ny: [" + "*a," * 80_000 + "]", 1000),
        ("x: [" + "a," * 120_000 + "]", EVENTS_MAX * 40),
        ("x: '" + "a\n" * 100_000, 1000),
        ("x: " + "a " * 120_000 + ": b", 1000),
        ("\r" * 200_000, 1000),
        ("? " + "k" * 200_000 + "\n: {" + "a: b, " * 9_000 + "}", 1000),
    ],
)
def test_hostile_yaml_is_given_up_after_a_bounded_effort(text: str, steps_max: int) -> None:
    def attempt() -> None:
        with pytest.raises(Broken):
            read_mapping(text)

    assert steps(attempt) < steps_max


def test_half_a_surrogate_pair_in_a_text_is_broken_and_no_crash() -> None:
    with pytest.raises(Broken, match="surrogate"):
        read_mapping("a: b\nc: \ud800\n")


@settings(max_examples=300)
@given(st.binary(max_size=80) | st.text(alphabet="-.:\n\r\t #ab'\"[]{}\x00\ufeff\u2028", max_size=60).map(str.encode))
def test_any_bytes_are_a_document_or_a_problem(data: bytes) -> None:
    for start in (b"", b"---\n", b"---\na: b\n"):
        document, problems = frontmatter.parse(start + data, "a.md")
        assert document is not None or (len(problems) == 1 and problems[0].line >= 0)
        if document is not None:
            assert (start + data).decode().endswith(document.body)
        frontmatter.parse_yaml(start + data, "a.yaml")


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("---\na: b\n---\nbody", 13),
        ("---\nprose\n---\n", 0),
        ("body", 0),
        ("---\na: b\n", 0),
        ("---\na: [\n---\nb", 13),
    ],
)
def test_where_the_body_starts_is_seen_without_reading_the_header(text: str, start: int) -> None:
    assert frontmatter.body_start(text) == start
