"""The structure of Markdown texts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fp.kernel import markdown
from tests.support.steps import steps


def titles(text: str) -> list[tuple[int, str]]:
    return [(heading.level, heading.text) for heading in markdown.headings(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# A\n## B ##\n###### F\n", [(1, "A"), (2, "B"), (6, "F")]),
        ("#no\n####### seven\n    # code\n", []),
        ("   # indented\n", [(1, "indented")]),
        ("# C#\n# x \\# #\n#\n", [(1, "C#"), (1, "x \\#"), (1, "")]),
        ("Title\n=====\ntext\n\nSub\npart\n---\n", [(1, "Title"), (2, "Sub part")]),
        ("Title\r\n===\r\n# B\r\n", [(1, "Title"), (1, "B")]),
        ("text\n\n---\n\n***\n- - -\n---\n", []),
        ("- item\n---\n> quote\n---\n| a |\n|---|\n", []),
        ("```\n# no\n```\n# yes\n", [(1, "yes")]),
        ("~~~~\n~~~\n# no\n~~~~~\n# yes\n", [(1, "yes")]),
        ("``` a`b\n# yes\n", [(1, "yes")]),
        ("```\n# never closed\n", []),
        ("- item\n  ```\n  # no\n  ```\n# yes\n", [(1, "yes")]),
        (
            "- ```\n  # no\n# yes: the item ended, and its fence with it\n",
            [(1, "yes: the item ended, and its fence with it")],
        ),
        ("<!--\n# no\n-->\n# yes\n<!-- x -->\n# too\n", [(1, "yes"), (1, "too")]),
        ("<pre>\n# no\n</pre>\n# yes\n", [(1, "yes")]),
        ("---\ntitle: x\n---\n# A\n", [(1, "A")]),
        ("para\n\n    # code\n    x\n\n# A\n", [(1, "A")]),
    ],
)
def test_headings_are_what_a_renderer_shows(text: str, found: list[tuple[int, str]]) -> None:
    assert titles(text) == found


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Getting started", "getting-started"),
        ("What's new, in 1.2?", "whats-new-in-12"),
        ("a - b", "a---b"),
        ("snake_case `code_x` *stars* _soft_", "snake_case-code_x-stars-_soft_"),
        ("_soft_ word", "soft-word"),
        ("See [the docs](https://x.test/a_b) now", "see-the-docs-now"),
        ("![logo](a.png) Name", "name"),
        ("a <b>bold</b> x < y", "a-bold-x--y"),
        ("Q &amp; A", "q--a"),
        ("Übersicht: Größe", "übersicht-größe"),
        ("日本語 の見出し", "日本語-の見出し"),
        ("Привет, мир!", "привет-мир"),
        ("🚀 Launch", "-launch"),
        ("x² y", "x-y"),
        ("C++ & C#", "c--c"),
        ("", ""),
    ],
)
def test_slugs_are_github_s(title: str, slug: str) -> None:
    assert markdown.slug(title) == slug


def test_equal_slugs_are_numbered_and_never_meet() -> None:
    text = "# A\n# A\n# A-1\n# A\n# A-1\n"
    assert [heading.slug for heading in markdown.headings(text)] == ["a", "a-1", "a-1-1", "a-2", "a-1-2"]


def test_a_section_ends_at_the_next_heading_of_its_rank() -> None:
    text = "intro\n# A\none\n## B\ntwo\n### C\nthree\n## D\nfour\n# E\n"
    assert markdown.section(text, "b") == "## B\ntwo\n### C\nthree\n"
    assert markdown.section(text, "a") == text[text.index("# A") : text.index("# E")]
    assert markdown.section(text, "e") == "# E\n"
    assert markdown.section(text, "none") is None


def test_lines_and_offsets_are_those_of_the_whole_file() -> None:
    text = "---\nid: A\n---\n\nT\n===\r\n## B\n"
    found = markdown.headings(text)
    assert [(heading.line, text[heading.start]) for heading in found] == [(5, "T"), (7, "#")]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("\n## no\n# First\n# Second\n", "First"),
        ("#\n\nNamed\n===\n", "Named"),
        ("no heading", None),
        ("```\n# no\n```\n", None),
    ],
)
def test_the_first_title_is_the_first_heading_of_rank_one(text: str, title: str | None) -> None:
    assert markdown.first_title(text) == title


BOXES = """- [ ] top
# Plan
1. [x] done
   - [X] nested
        + [ ] deep
* [ ]	tab
- [ ]
- [y] no
- [ ]no
[ ] no
> - [ ] quoted

    - [ ] code?

```
- [ ] fenced
```

    - [ ] code
## More
- [ ] last
"""


def test_boxes_are_the_tasks_of_lists_outside_code() -> None:
    found = [(box.checked, box.text, box.section) for box in markdown.boxes(BOXES)]
    assert found == [
        (False, "top", ""),
        (True, "done", "plan"),
        (True, "nested", "plan"),
        (False, "deep", "plan"),
        (False, "tab", "plan"),
        (False, "", "plan"),
        (False, "last", "more"),
    ]


def test_ticking_changes_one_character() -> None:
    text = "a\r\n- [ ] one\r\n- [X] two\r\n"
    assert markdown.tick(text, 0, checked=True) == "a\r\n- [x] one\r\n- [X] two\r\n"
    assert markdown.tick(text, 1, checked=False) == "a\r\n- [ ] one\r\n- [ ] two\r\n"
    assert markdown.tick(text, 1, checked=True) == text


def test_many_boxes_are_ticked_at_once_and_others_left() -> None:
    ticked = markdown.ticked(BOXES, {0, 1, 6, 99})
    assert [box.checked for box in markdown.boxes(ticked)] == [True, True, True, False, False, False, True]
    assert len(ticked) == len(BOXES)
    assert "[X] nested" in ticked


def test_unticking_empties_every_box() -> None:
    assert [box.checked for box in markdown.boxes(markdown.unticked(BOXES))] == [False] * 7


def test_a_box_that_is_not_there_is_an_error() -> None:
    with pytest.raises(IndexError):
        markdown.tick("text", 0, checked=True)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see [a](b.md) and ![c](d.png)", [("b.md", "inline"), ("d.png", "image")]),
        ("[![badge](b.svg)](ci.md)", [("b.svg", "image"), ("ci.md", "inline")]),
        (
            "[a](b.md 'title') [c](<d e.md>) [f](g(h).md)",
            [("b.md", "inline"), ("d e.md", "inline"), ("g(h).md", "inline")],
        ),
        ('[a]( b.md "x (y)" )', [("b.md", "inline")]),
        ("[a]: b.md 'title'\n  [c]: <d e.md>\n[^note]: text", [("b.md", "reference"), ("d e.md", "reference")]),
        ("`[a](b)` \\[a](b) ``[`c`](d)`` [`e`](f.md)", [("f.md", "inline")]),
        ("```\n[a](b.md)\n```\n", []),
        ("[a] (b) [a](b c) [a](b", []),
        ("[]()", [("", "inline")]),
        ("[a](#b)\n- [x](y)\n", [("#b", "inline"), ("y", "inline")]),
    ],
)
def test_links_are_found_with_their_targets(text: str, found: list[tuple[str, str]]) -> None:
    assert [(link.target, link.kind) for link in markdown.links(text)] == found


def test_a_link_knows_its_line() -> None:
    assert [link.line for link in markdown.links("\n[a](b)\r\n\n[c](d)\n")] == [2, 4]


HARD = [
    "[", "](", "[](", "[](a ", "[](<", "[](a '", "`", "` ``", "``` ", "\\", "<!--", "(", "![", "[a]:", "#", "# a\n",
    "-", "- ", "- [ ] x\n", "  - [ ] x\n", "> ", "1.", "=\n", "a\n=\n", "---\n", "~~~\n", "\t", "    x\n\n",
    "# [](\n",
    "# <a\n", "# _a_\n", "é ", "# a-1\n# a\n", "&amp; ",
]  # fmt: skip


@pytest.mark.parametrize("unit", HARD)
@pytest.mark.parametrize("what", [markdown.headings, markdown.boxes, markdown.links, markdown.unticked])
def test_effort_grows_with_the_text_and_not_faster(unit: str, what: object) -> None:
    assert callable(what)
    small, large = (steps(lambda size=size: what(unit * size)) for size in (400, 800))
    assert large <= 2.2 * small + 200


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from([*HARD, "\n", "\r\n", " ", "x", "```\n", "[x]", "- [x] y\n"]), max_size=40).map("".join)
)
def test_any_text_is_read_and_every_place_is_right(text: str) -> None:
    for heading in markdown.headings(text):
        assert text.count("\n", 0, heading.start) == heading.line - 1
        assert heading.start < heading.end
    for index, box in enumerate(markdown.boxes(text)):
        assert markdown.boxes(markdown.tick(text, index, checked=not box.checked))[index].checked != box.checked
    markdown.links(text)
