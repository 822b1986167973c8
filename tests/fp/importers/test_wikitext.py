"""Jira's wiki markup as Markdown."""

from __future__ import annotations

import pytest

from fp.importers.wikitext import markdown


@pytest.mark.parametrize(
    ("wiki", "expected"),
    [
        ("Plain text.\r\n\r\nMore.", "Plain text.\n\nMore."),
        ("h2. Steps", "## Steps"),
        ("* one\n** two\n* three", "- one\n  - two\n- three"),
        ("# one\n## two\n#* three", "1. one\n   1. two\n   - three"),
        ("- one", "- one"),
        ("a *bold* word, 2*3*4 and * alone", "a **bold** word, 2*3*4 and * alone"),
        ("**Markdown** stays", "**Markdown** stays"),
        ("{{a*b*c}} *d*", "`a*b*c` **d**"),
        ("[site|https://x.example/a]", "[site](https://x.example/a)"),
        ("[https://x.example] [~ann]", "<https://x.example> @ann"),
        ("[site](https://x.example) - [ ] box", "[site](https://x.example) - [ ] box"),
        ("!shot.png|thumbnail! Wow! Great!", "(attachment: shot.png) Wow! Great!"),
        ("bq. said", "> said"),
        ("{quote}\nsaid *so*\n{quote}\nafter", "> said **so**\nafter"),
        ("{color:red}red{color} {panel:title=x}in{panel}", "red in"),
        ("a\n----\nb", "a\n***\nb"),
        ("||Name||Age||\n|Ann|3|", "| Name | Age |\n| --- | --- |\n|Ann|3|"),
        ("before\n{code:java}\n* x *y*\n{code}\nafter", "before\n```java\n* x *y*\n```\nafter"),
        ("{code:title=A.py|language=python}x{code}", "```python\nx\n```"),
        ("{noformat}\n```\n{noformat}", "````\n```\n````"),
        ("{code} never closed", "{code} never closed"),
        ("", ""),
    ],
)
def test_markup_is_said_in_markdown(wiki: str, expected: str) -> None:
    assert markdown(wiki) == expected


@pytest.mark.parametrize("piece", ["*a ", "[a|", "!a", "{{a", "{color:", "[https://", "h1 "])
def test_what_nearly_is_markup_stays_however_much_of_it_there_is(piece: str) -> None:
    assert markdown(piece * 5_000) == (piece * 5_000).strip()
