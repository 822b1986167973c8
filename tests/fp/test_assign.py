"""Changes of fields as people type them."""

from __future__ import annotations

import pytest

from fp.assign import Assignment, Changed, apply, parse
from fp.codec import read_issue
from fp.config import Property, default_config
from fp.kernel.errors import KitError, Refused, Usage

CONFIG = default_config("FP")._replace(properties={"ready": Property("date"), "tags": Property("list")})
PATH = ".issues/FP-k3v9q2m.md"


def change(header: str, *words: str) -> Changed:
    data = f"---\nid: FP-k3v9q2m\ntitle: T\n{header}---\nB\n".encode()
    issue, _ = read_issue(PATH, data, CONFIG)
    assert issue is not None
    return apply(issue, data, parse(words)[1], CONFIG, lambda word: f"FP-{word}")


def test_ids_and_changes_may_stand_in_any_order() -> None:
    assert parse(["k3v", "a=b", "+x", "FP-k3v", "l+=a, b", "-y", "parent="]) == (
        ["k3v", "FP-k3v"],
        [
            Assignment("a", "=", ("b",)),
            Assignment("labels", "+=", ("x",)),
            Assignment("l", "+=", ("a", "b")),
            Assignment("labels", "-=", ("y",)),
            Assignment("parent", "=", ()),
        ],
    )


@pytest.mark.parametrize(
    ("before", "words", "after", "said"),
    [
        ("priority: low # x\n", ("priority=high",), "priority: high # x\n", "priority: low -> high"),
        ("labels:\n  - a\n  - c\n", ("+b",), "labels:\n  - a\n  - b\n  - c\n", "labels: +b"),
        ("labels: [c, a]\n", ("+b",), "labels: [c, a, b]\n", "labels: +b"),
        ("labels:\n  - a\n", ("-a",), "labels:\n", "labels: -a"),
        ("labels: a\n", ("+b",), "labels:\n  - a\n  - b\n", "labels: +b"),
        ("labels:\n", ("labels=b,a",), "labels:\n  - a\n  - b\n", "labels: +a +b"),
        ("labels: [a, b]\n", ("labels=",), "labels:\n", "labels: -a -b"),
        ("parent: FP-aaaaaaa\n", ("parent=",), "parent:\n", "parent: FP-aaaaaaa -> none"),
        ("depends_on:\n", ("depends_on+=bbbbbbb",), "depends_on:\n  - FP-bbbbbbb\n", "depends_on: +FP-bbbbbbb"),
        (
            "ready: 2026-01-01\n",
            ("ready=2026-02-01",),
            "ready: '2026-02-01'\n",
            "ready: 2026-01-01 -> 2026-02-01",
        ),
        ("", ("tags+=x",), "tags:\n  - x\n", "tags: +x"),
        ("x-own: 1\n", ("x-own=two",), "x-own: two\n", "x-own: 1 -> two"),
        ("", ("title=a: b",), None, "title: T -> a: b"),
    ],
)
def test_a_change_touches_its_value_alone(before: str, words: tuple[str, ...], after: str | None, said: str) -> None:
    changed = change(before, *words)
    assert changed.words == (said,)
    if after is not None:
        assert changed.data.decode() == f"---\nid: FP-k3v9q2m\ntitle: T\n{after}---\nB\n"


@pytest.mark.parametrize("words", [("priority=low",), ("+a", "-a"), ("-z",), ("labels=a",), ("labels+=a",)])
def test_what_is_so_already_changes_no_byte(words: tuple[str, ...]) -> None:
    header = "priority: low\nlabels: ['a']\n"
    assert change(header, *words[:1]) == Changed(f"---\nid: FP-k3v9q2m\ntitle: T\n{header}---\nB\n".encode(), ())


@pytest.mark.parametrize(
    ("words", "error", "part"),
    [
        (("id=FP-aaaaaaa",), Usage, "id never changes"),
        (("created=2026-01-01",), Usage, "when the issue was made"),
        (("priorty=low",), Usage, "did you mean"),
        (("priority+=low",), Usage, "priority=VALUE"),
        (("priority=urgent",), Refused, "one of critical"),
        (("type=",), None, ""),
        (("title=",), Refused, "title"),
        (("touches=/etc",), Refused, "below the repository"),
        (("parent=k3v9q2m",), Refused, ""),
        (("depends_on+=k3v9q2m",), Refused, ""),
    ],
)
def test_what_cannot_be_is_refused_with_the_way_out(
    words: tuple[str, ...], error: type[KitError] | None, part: str
) -> None:
    if error is None:
        assert change("type: bug\n", *words).words == ("type: bug -> none",)
        return
    with pytest.raises(error) as caught:
        change("", *words)
    assert part in f"{caught.value.message} {caught.value.hint}"
