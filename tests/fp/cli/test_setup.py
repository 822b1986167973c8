"""`fp setup` writes, checks and removes what agents read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.tracker import Fp


def test_setup_is_checked_renewed_and_removed(fp: Fp) -> None:
    fp.repo.write("AGENTS.md", "# Mine\n")
    assert fp("setup", "codex", "--check").code == 1
    fp.ok("setup", "codex")
    assert [one["changes"] for one in fp.json("setup", "codex", "--check")["files"]] == [False, False]
    fp.repo.write("AGENTS.md", fp.repo.read("AGENTS.md").replace("## Issues", "## Ours"))
    assert fp("setup", "codex").code == 1
    fp.ok("setup", "codex", "--remove", "--force")
    assert fp.repo.read("AGENTS.md") == "# Mine\n"
    assert not (fp.repo.path / ".agents/skills/fp/SKILL.md").exists()
