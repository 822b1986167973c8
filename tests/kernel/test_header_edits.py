"""Edits of headers change one value's bytes and nothing else."""

from __future__ import annotations

import difflib
import random

import pytest

from fp.kernel import frontmatter
from fp.kernel.errors import Refused
from fp.kernel.frontmatter import AddItem, Drop, Edit, Put, RemoveItem, edit
from tests.support.headers import corpus

CORPUS = corpus()
KEYS = ("id", "title", "created", "status", "type", "priority", "assignees", "labels", "parent", "depends_on")


def read(data: bytes) -> frontmatter.Document:
    document, problems = frontmatter.parse(data, "a.md")
    assert document is not None, (problems, data)
    return document


def changed_lines(before: bytes, after: bytes) -> tuple[list[str], list[str]]:
    """Lines taken away and lines put in, with their line breaks."""
    differences = list(difflib.ndiff(*(data.decode().split("\n") for data in (before, after))))
    return [line[2:] for line in differences if line[0] == "-"], [line[2:] for line in differences if line[0] == "+"]


def check(before: str, edits: Edit | list[Edit], after: str) -> None:
    """Edit a header given without its fences."""
    data = edit(f"---\n{before}---\nbody\n".encode(), edits if isinstance(edits, list) else [edits])
    assert data.decode() == f"---\n{after}---\nbody\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: x\n", "a: new\n"),
        ('a: "x"\n', 'a: "new"\n'),
        ("a: 'x'\n", "a: 'new'\n"),
        ("a : x\n", "a : new\n"),
        ("a:\tx\t# c\n", "a:\tnew\t# c\n"),
        ("a:    x   # c\n", "a:    new   # c\n"),
        ("a:\n", "a: new\n"),
        ("a:   \n", "a: new\n"),
        ("a:  # c\n", "a: new  # c\n"),
        ("a: ~\n", "a: new\n"),
        ("a:\n  x\n", "a:\n  new\n"),
        ("a: |\n  x\n  y\n\nb: 1\n", "a: new\n\nb: 1\n"),
        ("a: >- # c\n  x\nb: 1\n", "a: new  # c\nb: 1\n"),
        ("a: x\n  y\n  z\n", "a: new\n"),
        ("a: [x]\n", "a: new\n"),
        ("a:\n  - x\n  # c\n  - y\n# d\n", "a: new\n# d\n"),
        ("? a\n: x\n", "? a\n: new\n"),
        ("? a\n:\n", "? a\n: new\n"),
    ],
)
def test_a_value_is_set_in_its_place(before: str, after: str) -> None:
    check(before, Put("a", "new"), after)


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ("a: x\n", "no", "a: 'no'\n"),
        ("a: x\n", 3, "a: 3\n"),
        ("a: x\n", "3", "a: '3'\n"),
        ("a: x\n", "2026-11-22T23:15:01Z", "a: 2026-11-22T23:15:01Z\n"),
        ("a: x\n", "it's: so", "a: 'it''s: so'\n"),
        ("a: x\n", "two\nlines", 'a: "two\\nlines"\n'),
        ("a: 'x'\n", "it's", "a: 'it''s'\n"),
        ("a: 'x'\n", "\x1b", 'a: "\\e"\n'),
        ('a: "x"\n', 'q"\\', 'a: "q\\"\\\\"\n'),
        ("a: x\n", None, "a:\n"),
        ("a: 'x'   # c\n", None, "a:   # c\n"),
        ("a: [x, y]\n", None, "a:\n"),
        ("a:\n  - x\nb: 1\n", None, "a:\nb: 1\n"),
        ("a: x\n", ["p", "q"], "a:\n  - p\n  - q\n"),
        ("a: x # c\nb: 1\n", ["p"], "a: # c\n  - p\nb: 1\n"),
        ("a:  # c\nb: 1\n", ["p"], "a:  # c\n  - p\nb: 1\n"),
        ("a: x\n", ("p", "q,r"), "a: [p, 'q,r']\n"),
        ("a: [x, y]\n", ["y", "z"], "a: [y, z]\n"),
        ("a: [x, y]\n", ["z", "b"], "a: [z, b]\n"),
        ("a: [x]\n", [], "a: []\n"),
        ("a:\n  - x # c\n  - y\n", ["x", "z"], "a:\n  - x # c\n  - z\n"),
        ("a:\n  - x # c\n  - z\n", ["z", "x"], "a:\n  - z\n  - x\n"),
        ("a:\n  - x\n", [], "a:\n"),
        ("a:\n", [], "a:\n"),
        ("a: [x]\n", ["x"], "a: [x]\n"),
        ("a:\n  - {b: c}\n", ["x"], "a:\n  - x\n"),
    ],
)
def test_a_value_may_change_its_kind(before: str, value: frontmatter.Written, after: str) -> None:
    check(before, Put("a", value), after)


ORDERED = "id: A\n\n# about\nstatus: todo\n\nlabels:\n  - x\n  # tail\n\nparent:\n"


@pytest.mark.parametrize(
    ("before", "put", "after"),
    [
        ("id: A\nz: 1\n", Put("b", "2"), "id: A\nz: 1\nb: '2'\n"),
        ("id: A\nz: 1\n", Put("b", "x", ("id", "title")), "id: A\nb: x\nz: 1\n"),
        ("z: 1\n# c\n", Put("b", "x", ("id",)), "b: x\nz: 1\n# c\n"),
        ("# c\nz: 1\n", Put("b", "x", ("id",)), "# c\nb: x\nz: 1\n"),
        ("", Put("b", "x", ("id",)), "b: x\n"),
        ("# c\n", Put("b", ["x"]), "# c\nb:\n  - x\n"),
        ("id: |\n  text\n\nz: 1\n", Put("b", "x", ("id",)), "id: |\n  text\nb: x\n\nz: 1\n"),
        (ORDERED, Put("type", "bug", ("id", "status")), ORDERED.replace("todo\n", "todo\ntype: bug\n")),
        (ORDERED, Put("touches", ["a"], ("labels", "parent")), ORDERED + "\ntouches:\n  - a\n"),
        (ORDERED, Put("depends_on", ["a"], ("labels",)), ORDERED.replace("# tail\n", "# tail\n\ndepends_on:\n  - a\n")),
        (ORDERED, Put("assignees", ["a"], ("status",)), ORDERED.replace("todo\n", "todo\n\nassignees:\n  - a\n")),
    ],
)
def test_an_absent_key_is_put_where_it_belongs(before: str, put: Put, after: str) -> None:
    check(before, put, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("l: [b, d]\n", "l: [b, c, d]\n"),
        ("l: [d, b]\n", "l: [d, b, c]\n"),
        ("l: [a,b,]\n", "l: [a,b, c,]\n"),
        ("l: ['b', 'd']\n", "l: ['b', 'c', 'd']\n"),
        ("l: []\n", "l: [c]\n"),
        ("l: [\n  a,\n  b   # two\n]\n", "l: [\n  a,\n  b, c   # two\n]\n"),
        ("l:\n  - b\n  - d\n", "l:\n  - b\n  - c\n  - d\n"),
        ("l:\n- d\n- b # x\nk: 1\n", "l:\n- d\n- b # x\n- c\nk: 1\n"),
        ("l: # why\n    # first\n    -   d\n", "l: # why\n    -   c\n    # first\n    -   d\n"),
        ('l:\n  - "b"\n\n# tail\n', 'l:\n  - "b"\n  - "c"\n\n# tail\n'),
        ("l:\n  -\n    b\n", "l:\n  -\n    b\n  - c\n"),
        ("l:\n  - x: 1\n    y: 2\nk: 1\n", "l:\n  - x: 1\n    y: 2\n  - c\nk: 1\n"),
        ("l:\nk: 1\n", "l:\n  - c\nk: 1\n"),
        ("l: # why\nk: 1\n", "l: # why\n  - c\nk: 1\n"),
        ("l: ~\n", "l:\n  - c\n"),
        ("k: 1\n", "k: 1\nl:\n  - c\n"),
        ("l: [b, c]\n", "l: [b, c]\n"),
        ("l: 'b' # x\n", "l: [b, c] # x\n"),
        ("l: c\n", "l: [c]\n"),
        ("l: d\n", "l: [c, d]\n"),
    ],
)
def test_an_item_is_added_in_the_style_of_its_list(before: str, after: str) -> None:
    check(before, AddItem("l", "c"), after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("l: [b, c, d]\n", "l: [b, d]\n"),
        ("l: [b, c]\n", "l: [b]\n"),
        ("l: [c, b]\n", "l: [b]\n"),
        ("l: [ c, ]\n", "l: []\n"),
        ("l:\n  - b\n  # why c\n  - c # c\n  - d\n", "l:\n  - b\n  # why c\n  - d\n"),
        ("l:\n  - c\nk: 1\n", "l:\nk: 1\n"),
        ("l:\n- c\n- b\n", "l:\n- b\n"),
        ("l:\n  -\n    c\n  - b\n", "l:\n  - b\n"),
        ("l: [c, b, c]\n", "l: [b, c]\n"),
        ("l: [b]\n", "l: [b]\n"),
        ("k: 1\n", "k: 1\n"),
        ("l: c # x\n", "l: # x\n"),
        ("l: b\n", "l: b\n"),
    ],
)
def test_an_item_is_removed_with_its_line(before: str, after: str) -> None:
    check(before, RemoveItem("l", "c"), after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: 1\nl: x # c\nz: 2\n", "a: 1\nz: 2\n"),
        ("a: 1\n\nl:\n  - x\n\nz: 2\n", "a: 1\n\nz: 2\n"),
        ("a: 1\n\nl:\n  - x\nz: 2\n", "a: 1\n\nz: 2\n"),
        ("l: |\n  x\n\nz: 2\n", "\nz: 2\n"),
        ("a: 1\nl: {x: [\n  y]}\n", "a: 1\n"),
        ("a: 1\n", "a: 1\n"),
        ("? l\n: x\nz: 2\n", "z: 2\n"),
    ],
)
def test_a_key_is_dropped_with_its_lines(before: str, after: str) -> None:
    check(before, Drop("l"), after)


@pytest.mark.parametrize(
    ("before", "edits", "why"),
    [
        ("l: {a: b}\n", Put("l", "x"), "mapping"),
        ("l: {a: b}\n", AddItem("l", "x"), "not a list"),
        ("{l: x}\n", Put("l", "y"), "braces"),
        ("a: 1\n? l\n", Put("l", "x"), "layout"),
        ("l: x\n", Put("l", "\ud800"), "surrogate"),
        ("l: x\n", Put("<<", "y"), "layout"),
        ("l: x\n", Put("k" * 300, "y"), "layout"),
        ("l: &a x\nm: *a\n", Put("l", "y"), "anchor"),
        ("l: x\nl: y\n", Put("l", "z"), "twice"),
    ],
)
def test_what_cannot_be_changed_safely_is_refused_with_the_reason(before: str, edits: Edit, why: str) -> None:
    with pytest.raises(Refused, match=why):
        check(before, edits, "")


def test_a_long_list_is_written_anew_rather_than_step_by_step() -> None:
    old, new = (sorted(f"{letter}{number}" for number in range(300)) for letter in "xa")
    data = frontmatter.render([("l", old)], "")
    assert edit(data, [Put("l", new)]) == frontmatter.render([("l", new)], "")


def test_of_several_edits_all_are_made_or_none() -> None:
    data = b"---\na: 1\nb: {c: d}\n---\n"
    assert edit(data, [Put("a", "x"), Drop("b")]) == b"---\na: x\n---\n"
    with pytest.raises(Refused):
        edit(data, [Put("a", "x"), Put("b", "y")])


# -- the corpus -------------------------------------------------------------------------------------------------------


def test_the_corpus_is_large_and_reads() -> None:
    assert len(CORPUS) >= 140
    assert all(read(data).has_header for data in CORPUS.values())


@pytest.mark.parametrize("name", CORPUS)
def test_nothing_is_changed_by_edits_that_change_nothing(name: str) -> None:
    data = CORPUS[name]
    document = read(data)
    same = [Put(key, value) for key, value in document.fields.items() if value is None or isinstance(value, str)]
    assert edit(data, [*same, Drop("absent"), RemoveItem("labels", "absent")]) == data
    assert frontmatter.edit_body(data, document.body) == data


@pytest.mark.parametrize("name", CORPUS)
def test_a_status_is_set_in_its_line_alone(name: str) -> None:
    data = CORPUS[name]
    new = edit(data, [Put("status", "in-progress")])
    assert read(new).fields == read(data).fields | {"status": "in-progress"}
    gone, come = changed_lines(data, new)
    assert len(come) == 1
    assert "in-progress" in come[0]
    if len(gone) == 1:
        assert come[0].count("#") == gone[0].count("#")
        assert [quote in come[0] for quote in "\"'"] == [quote in gone[0] for quote in "\"'"]


def operations(draw: random.Random) -> list[Edit]:
    """One of each kind, on keys that the corpus has in most files."""
    word = draw.choice(
        ["new", "no", "a: b", "x #y", "- z", "'q'", '"', "é 1e3", "a\nb", "", "[x", "a,b", "@", "\x1b", "~"]
    )
    return [
        Put("title", word, KEYS[:1]),
        Put("estimate", None),
        Put("parent", draw.choice([None, word, ["a", word], (word,)]), KEYS[:8]),
        Put("labels", draw.sample(["parser", "yaml", word, "zoo"], draw.randint(0, 4)), KEYS[:7]),
        Put("touches", [word], KEYS),
        AddItem("labels", word, KEYS[:7]),
        AddItem("depends_on", word, KEYS[:9]),
        RemoveItem("labels", draw.choice(["parser", "yaml"])),
        RemoveItem("depends_on", "FP-bbbbbbb"),
        Drop(draw.choice(KEYS)),
    ]


def expected(fields: dict[str, frontmatter.Value], one: Edit) -> dict[str, frontmatter.Value]:
    """What the fields should read as, written without looking at the product's way."""
    new = dict(fields)
    present = fields.get(one.key)
    match one:
        case Put(key, value):
            new[key] = list(value) if isinstance(value, list | tuple) else value  # type: ignore[assignment]
        case AddItem(key, item):
            items = present if isinstance(present, list) else [present] if present else []
            new[key] = [*items] or None
            if item not in items:
                new[key] = sorted([*items, item]) if _is_sorted(items) else [*items, item]
        case RemoveItem(key, item) if isinstance(present, list) and item in present:
            new[key] = [other for other in present if other != item]
        case RemoveItem(key, item) if present == item:
            new[key] = None
        case Drop(key):
            new.pop(key, None)
    return new


def _is_sorted(items: list[frontmatter.Value]) -> bool:
    return all(isinstance(item, str) for item in items) and items == sorted(items)  # type: ignore[type-var]


def is_same(got: dict[str, frontmatter.Value], wanted: dict[str, frontmatter.Value]) -> bool:
    """Equal, where an empty list may have become nothing."""
    return {key: value or None for key, value in got.items() if value != ""} == {
        key: value or None for key, value in wanted.items() if value != ""
    }


@pytest.mark.parametrize("name", CORPUS)
def test_each_kind_of_edit_gives_the_wanted_values_or_is_refused(name: str) -> None:
    data = CORPUS[name]
    document = read(data)
    for one in operations(random.Random(name)):
        try:
            new = edit(data, [one])
        except Refused:
            continue
        after = read(new)
        assert is_same(after.fields, expected(document.fields, one)), one
        assert (after.body, after.newline) == (document.body, document.newline)


def test_few_edits_of_the_corpus_are_refused() -> None:
    draw = random.Random(5)
    refused = []
    count = 0
    for name, data in CORPUS.items():
        for one in operations(draw):
            count += 1
            try:
                edit(data, [one])
            except Refused as error:
                refused.append((name, one, error.message))
    assert count > 1400
    assert len(refused) < count * 0.04, refused[:5]


@pytest.mark.parametrize("seed", range(6))
def test_a_long_chain_of_edits_stays_readable_and_never_touches_a_comment(seed: int) -> None:
    draw = random.Random(seed)
    opener, _, rest = CORPUS[f"mix-{seed:02}"].partition(b"\n")
    data = opener + b"\n# first of all" + b"\r" * opener.endswith(b"\r") + b"\n" + rest
    for _ in range(60):
        one = draw.choice(operations(draw))
        try:
            new = edit(data, [one])
        except Refused:
            continue
        assert is_same(read(new).fields, expected(read(data).fields, one)), one
        data = new
    assert data.split(b"\n")[1].rstrip() == b"# first of all"


def test_line_breaks_of_new_lines_are_those_of_the_file() -> None:
    data = b"---\r\na: b\r\n---\r\nb\r\n"
    new = edit(data, [Put("l", ["x", "y"]), Put("k", "v", ("a",)), AddItem("l", "z"), Put("a", ["q"])])
    assert new.count(b"\n") == new.count(b"\r\n") == 10


MUTATIONS = (
    b"",
    b"\t",
    b"\n",
    b"\r",
    b" ",
    b"'",
    b'"',
    b":",
    b"- ",
    b"#",
    b"[",
    b"{",
    b"&a ",
    b"*a",
    b"!!x ",
    b"|",
    b"---\n",
    b"\xff",
    b"\x00",
    b"\x1b",
)


@pytest.mark.parametrize("seed", range(8))
def test_damaged_files_are_read_and_edited_rightly_or_are_problems(seed: int) -> None:
    draw = random.Random(seed)
    read_well = 0
    for _ in range(150):
        data = draw.choice(list(CORPUS.values()))
        for _ in range(draw.randint(1, 3)):
            at, size = draw.randrange(len(data)), draw.randint(0, 6)
            data = data[:at] + draw.choice(MUTATIONS) + data[at + size :]
        document, problems = frontmatter.parse(data, "a.md")
        assert document is not None or (len(problems) == 1 and problems[0].line <= data.count(b"\n") + 1)
        if document is not None and document.has_header:
            read_well += 1
            one = draw.choice(operations(draw))
            try:
                new = edit(data, [one])
            except Refused:
                continue
            assert is_same(read(new).fields, expected(document.fields, one)), (data, one)
    assert read_well > 25
