"""What counts as a change of text."""

from __future__ import annotations

import pytest

from fp.wording import text_digest


@pytest.mark.parametrize(
    ("body", "same"),
    [("Do it.\n\n- [x] tested\n", True), ("Do it.\n\n- [ ] tested", True), ("Do it.\n\n- [ ] not tested\n", False)],
)
def test_the_text_digest_follows_the_words_and_not_the_ticks(body: str, *, same: bool) -> None:
    before = text_digest("T", "Do it.\n\n- [ ] tested\n", ("FP-a",))
    assert (text_digest("T", body, ("FP-a",)) == before) is same
