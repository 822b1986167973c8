"""Scalars read back as the same text by readers of YAML 1.1 and 1.2."""

from __future__ import annotations

import re

import frontmatter as oracle
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from fp.kernel import frontmatter
from fp.kernel.yamlscalar import is_instant, scalar

CORE_1_2 = re.compile(
    r"(?:null|Null|NULL|~|true|True|TRUE|false|False|FALSE|[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"
    r"|[-+]?(?:\.[0-9]+|[0-9]+\.?[0-9]*)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN|)"
)
"""What YAML 1.2 takes for something else than text (core schema, section 10.3.2)."""

WORDS = ["null", "true", "false", "yes", "no", "on", "off", "y", "n", "~", "=", "<<", ".inf", "-.inf", "+.inf", ".nan"]
NUMBERS = [
    "0", "1", "-1", "+1", "007", "0123", "0o17", "0x1F", "0b11", "1_000", "1,000", "1.10", "1.", ".5", "-.5",
    "1e3", "1E3", "12e03",
    "1e+3", "1.5e-3", "0x", "0xg", "1:", "12:30", "12:30:45", "1:2:3.4", "190:20:30", "1__0", "+0x1f", "-0b1",
    "0.0.0", "1.2.3", "1-2",
    "123e", "1e", "e1", "9b1c0d", "1234567e12345", "1" * 5000, "1:" * 500 + "1", "0o8", "0O17", "0X1F", "-",
    "+", ".", "..", "...",
    "1 000", "1st", "3 apples", "2026", "v1.0",
]  # fmt: skip
DATES = [
    "2026-11-22", "2026-1-2", "2026-13-45", "2026-11-22T23:15:01", "2026-11-22 23:15:01",
    "2026-11-22T23:15:01+01:00", "2026-13-45T00:00:00Z",
    "2026-11-22t23:15:01z", "2026-11-22T23:15:01.5Z ", "2026-11", "2026-11-22T23:15:01.Z",
    "9999-99-99T99:99:99Z", "2026-02-30T00:00:00Z",
]  # fmt: skip
SIGNS = "-?:,[]{}#&*!|>'\"%@`~$^()+=\\/;<._ \t"
SHAPES = [sign + "x" for sign in SIGNS] + ["x" + sign for sign in SIGNS] + ["x" + sign + "y" for sign in SIGNS]
SPACED = (
    [f"x {sign} y" for sign in SIGNS] + [f"{sign} x" for sign in SIGNS] + [f"x {sign}" for sign in SIGNS] + list(SIGNS)
)
CONTROLS = ["a" + chr(point) + "b" for point in [*range(32), *range(0x7F, 0xA1), 0xAD]]
OTHERS = [
    "", " ", "a\nb", "\na", "a\n", "a\r\nb", "---", "--- x", "... x", "- - -", "? x", "a: b: c", "a #b", "#",
    "key:", ":", "::", "[]", "{}", "a\u2028b",
    "\u202eabc", "\u200b", "\u200d", "👨\u200d👩\u200d👧", "\ufeffx", "\ufffe", "\U0001fae8", "\U000e0041", "é",
    "日本語", "\u00a0x", "x\u3000", "ﬀ", "İ", "K",
    "it's", '"q"', "\\", "\\n", "a\\", "'", "''", '"', "%YAML 1.2", "!!str x", "&a x", "*a", "| x", "> x",
    "@x", "`x`", "<<<<<<< HEAD", "=======",
    "NO", "No", "Null", "TRUE", "word " * 60, "x" * 5000, "http://x.test:80/a#b", "C:\\x", "a:b", "-x", "--x",
    "_x", "/x", "../x", "**/*.py", ".github/**",
]  # fmt: skip
NASTY = list(
    dict.fromkeys(
        [*WORDS, *map(str.upper, WORDS), *map(str.title, WORDS), *NUMBERS, *DATES, *SHAPES, *SPACED, *CONTROLS, *OTHERS]
    )
)


def read_1_1(text: str) -> object:
    return yaml.safe_load(text)["key"]


def plain_texts(text: str) -> list[str]:
    """The scalars that a reader of either version may type."""
    return [event.value for event in yaml.parse(text) if isinstance(event, yaml.ScalarEvent) and event.implicit[0]]


def check(text: str, written: str) -> None:
    """`written` is one line behind `key: `."""
    assert read_1_1(f"key: {written}\n") == text
    assert not [plain for plain in plain_texts(f"key: {written}\n") if plain and CORE_1_2.fullmatch(plain)]
    assert not any(
        character < " " or "\x7f" <= character <= "\x9f" or character in "\u2028\u2029" for character in written
    )


def test_there_are_enough_nasty_texts() -> None:
    assert len(NASTY) >= 350


@pytest.mark.parametrize("style", ["plain", "single", "double"])
def test_a_text_reads_back_from_every_style(style: str) -> None:
    for text in NASTY:
        check(text, scalar(text, style=style))


def test_a_text_reads_back_from_a_list_in_brackets() -> None:
    for text in NASTY:
        written = scalar(text, flow=True)
        assert read_1_1(f"key: [a, {written}, {written}]\n") == ["a", text, text]


def test_a_text_reads_back_as_a_key() -> None:
    for text in NASTY:
        if 0 < len(text) <= 200:
            assert yaml.safe_load(f"{scalar(text)}: x\n") == {text: "x"}


@pytest.mark.parametrize("before", ["a: x", "a: 'x'", 'a: "x"', "a:", "a: |\n  x", "a: [x]", "a:\n  - x"])
def test_a_text_is_put_over_any_value_and_reads_back_everywhere(before: str) -> None:
    for text in NASTY:
        data = frontmatter.edit(f"---\n{before}\nz: end\n---\nbody".encode(), [frontmatter.Put("a", text)])
        document, _ = frontmatter.parse(data, "a.md")
        assert document is not None
        assert document.fields == {"a": text, "z": "end"}
        assert yaml.safe_load(data.decode().split("---\n")[1]) == {"a": text, "z": "end"}


def test_new_files_read_the_same_in_python_frontmatter() -> None:
    for text in NASTY:
        if not text.startswith(("\ufeff", "\ufffe")):
            data = frontmatter.render([("title", text), ("list", [text, "x"]), ("flow", (text,))], "Body")
            assert oracle.loads(data.decode()).metadata == {"title": text, "list": [text, "x"], "flow": [text]}


@pytest.mark.parametrize(
    "text",
    ["word", "two words", "FP-k3v9q2m", "in-progress", "gateway/**", "human/ann",
     "Reject expired tokens at the gateway",
     "20261122T231501004Z-transition-8f3k", "2026-11-22T23:15:01Z", "2026-11-22T23:20:00.512Z", "9b1c0d7e",
     "a.b", "C#", "é",
     "http://x.test/a", "ann@example.org", "(x)", "_x", "🐛 found", "12 apples"],
)  # fmt: skip
def test_ordinary_words_and_instants_stay_bare(text: str) -> None:
    assert scalar(text) == text


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("2026-11-22T23:15:01Z", True),
        ("2026-11-22T23:15:01.123456Z", True),
        ("2026-11-22T23:15:01.1234567Z", False),
        ("2026-11-22T23:15:01.Z", False),
        ("2026-11-22T23:15:01.x1Z", False),
        ("2026-02-30T00:00:00Z", False),
        ("2026-11-22T23:15:01+00:00", False),
        ("٢٠٢٦-11-22T23:15:01Z", False),
        ("2026-11-22", False),
        ("", False),
    ],
)
def test_an_instant_is_a_moment_in_utc_that_exists(text: str, is_one: bool) -> None:
    assert is_instant(text) == is_one


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_any_text_reads_back(text: str) -> None:
    if not is_instant(text):
        check(text, scalar(text))
        assert read_1_1(f"key: [{scalar(text, flow=True)}]\n") == [text]


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=200), st.text(st.characters(exclude_categories=["Cs"]))
)
def test_any_title_and_body_make_a_file_that_reads_back(title: str, body: str) -> None:
    if "\x00" not in body:
        document, _ = frontmatter.parse(frontmatter.render([("title", title)], body), "a.md")
        assert document is not None
        assert (document.fields, document.body) == ({"title": title}, body)
