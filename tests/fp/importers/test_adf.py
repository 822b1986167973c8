"""Documents of Jira as Markdown."""

from __future__ import annotations

from typing import Any

import pytest

from fp.importers import adf


def text(plain: str, *marks: str | dict[str, Any]) -> dict[str, Any]:
    return {"type": "text", "text": plain, "marks": [{"type": m} if isinstance(m, str) else m for m in marks]}


def node(kind: str, *content: dict[str, Any], **attrs: Any) -> dict[str, Any]:
    return {"type": kind, "content": list(content), "attrs": attrs}


def paragraph(*pieces: dict[str, Any] | str) -> dict[str, Any]:
    return node("paragraph", *(text(piece) if isinstance(piece, str) else piece for piece in pieces))


def item(*blocks: dict[str, Any] | str) -> dict[str, Any]:
    return node("listItem", *(paragraph(block) if isinstance(block, str) else block for block in blocks))


LINK = {"type": "link", "attrs": {"href": "https://x.example/a"}}
CELL = node("tableCell", paragraph("a|b"), paragraph("c"))


@pytest.mark.parametrize(
    ("block", "markdown"),
    [
        (paragraph("One ", text("two", "strong"), " ", text("three ", "em"), text("four", "code")),
         "One **two** *three* `four`"),
        (paragraph(text("a", "strike", "textColor"), text("b", "underline")), "~~a~~b"),
        (paragraph(text("site", LINK), text("https://x.example/a", LINK)),
         "[site](https://x.example/a)<https://x.example/a>"),
        (paragraph("a", {"type": "hardBreak"}, "b"), "a\\\nb"),
        (paragraph("# no heading"), "\\# no heading"),
        (paragraph("- no item"), "\\- no item"),
        (paragraph("1. no item"), "1\\. no item"),
        (paragraph({"type": "mention", "attrs": {"id": "7", "text": "@Ann"}}, " ", {"type": "emoji",
         "attrs": {"shortName": ":tada:", "text": "🎉"}}), "@Ann 🎉"),
        (paragraph({"type": "inlineCard", "attrs": {"url": "https://x.example/a"}}), "<https://x.example/a>"),
        (paragraph({"type": "date", "attrs": {"timestamp": "1767225600000"}}, {"type": "status",
         "attrs": {"text": "LATE"}}), "2026-01-01LATE"),
        (node("heading", text("Steps"), level=3), "### Steps"),
        (node("codeBlock", text("a = `b`\n```"), language="python"), "````python\na = `b`\n```\n````"),
        (node("blockquote", paragraph("a"), paragraph("b")), "> a\n>\n> b"),
        (node("panel", paragraph("a"), panelType="info"), "> a"),
        (node("expand", paragraph("a"), title="More"), "**More**\n\na"),
        ({"type": "rule"}, "***"),
        (node("bulletList", item("a", node("bulletList", item("b"))), item("c", "d")), "- a\n  - b\n- c\n\n  d"),
        (node("orderedList", item("a"), item("b"), order=3), "3. a\n4. b"),
        (node("taskList", node("taskItem", text("a"), state="TODO"), node("taskItem", text("b"), state="DONE"),
              node("taskList", node("taskItem", text("c"), state="TODO"))), "- [ ] a\n- [x] b\n  - [ ] c"),
        (node("decisionList", node("decisionItem", text("a"))), "- a"),
        (node("table", node("tableRow", node("tableHeader", paragraph("h")), node("tableHeader")),
              node("tableRow", CELL)), "| h |  |\n| --- | --- |\n| a\\|b<br>c |  |"),
        (node("table", node("tableRow", CELL)), "|  |\n| --- |\n| a\\|b<br>c |"),
        (node("mediaSingle", node("media", id="1", alt="shot.png")), "(attachment: shot.png)"),
        (node("odd", text("kept")), "kept"),
        (node("bulletList"), ""),
        (node("table"), ""),
    ],
)  # fmt: skip
def test_a_block_is_said_in_markdown(block: dict[str, Any], markdown: str) -> None:
    assert adf.markdown(node("doc", block)) == markdown


def test_blocks_stand_apart_and_loose_text_is_a_paragraph() -> None:
    assert adf.markdown(node("doc", text("a"), text("b"), paragraph("c"))) == "ab\n\nc"


def test_what_nests_too_deep_is_left_out() -> None:
    deep = paragraph("x")
    for _ in range(300):
        deep = node("bulletList", item(deep))
    assert adf.markdown(node("doc", deep, paragraph("after"))).endswith("after")


@pytest.mark.parametrize("value", [None, "text", {}, {"type": "doc"}, {"type": "paragraph", "content": []}])
def test_other_values_are_no_documents(value: object) -> None:
    assert not adf.is_document(value)
