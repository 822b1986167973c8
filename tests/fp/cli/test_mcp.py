"""`fp mcp`, asked by a real MCP client over the pipes of a real process."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest
from mcp import Client, StdioServerParameters

from tests.support.guards import CHECKOUT

if TYPE_CHECKING:
    from mcp.types import CallToolResult

    from tests.support.tracker import Fp

A, B = "FP-aaaaaaa", "FP-bbbbbbb"
CLIENT_SECONDS = 60.0


def asked(
    fp: Fp, *calls: tuple[str, dict[str, Any]], words: tuple[str, ...] = ("--as", "agent/x")
) -> list[CallToolResult]:
    """The answers of one server to calls made one after the other."""

    async def talk() -> list[CallToolResult]:
        env = {**os.environ, "PYTHONPATH": str(CHECKOUT), "PYTHONSAFEPATH": "1"}
        server = StdioServerParameters(
            command=sys.executable, args=["-m", "fp", "mcp", *words], env=env, cwd=str(fp.repo.path)
        )
        async with Client(server, read_timeout_seconds=CLIENT_SECONDS) as client:
            return [await client.call_tool(name, values) for name, values in calls]

    return asyncio.run(talk())


def words_of(result: CallToolResult) -> str:
    return "".join(getattr(part, "text", "") for part in result.content)


@pytest.mark.slow
def test_an_agent_finds_claims_comments_moves_and_releases(fp: Fp) -> None:
    fp.issue(A, "title: Mend the cache", "dispatch: auto", "status: todo")
    fp.repo.commit()
    answers = asked(
        fp,
        ("find_issues", {"query": "CACHE status:todo -label:x"}),
        ("ready_work", {}),
        ("claim_issue", {}),
        ("comment", {"issue": "aaa", "text": "Only the gateway.", "commit": True}),
        ("move_issue", {"issue": A, "to": "in-progress"}),
        ("release_issue", {"issue": A}),
    )
    assert [one.is_error for one in answers] == [False] * 6, [words_of(one) for one in answers]
    found, ready, taken, _, _, given = (one.structured_content or {} for one in answers)
    assert [found["issues"][0]["id"], ready["ready"][0]["id"]] == [A, A]
    assert taken["holder"] == given["holder"] == "agent/x"
    assert fp.repo.git("log", "-1", "--format=%s") == f"issues: {A} comment by x"
    assert "status: in-progress" in fp.repo.read(f".issues/{A}.md")


@pytest.mark.slow
def test_a_refusal_is_an_answer_that_says_what_to_do(fp: Fp) -> None:
    fp.issue(A, "dispatch: auto")
    fp.repo.commit()
    fp.ok("claim", A, "--as", "agent/y")
    lost, unknown = asked(fp, ("claim_issue", {"issue": A}), ("read_issue", {"issue": "aaaaaab"}))
    assert (lost.is_error, unknown.is_error) == (True, True)
    assert "agent/y" in words_of(lost)
    assert "Next: fp ready" in words_of(lost)
    assert A in words_of(unknown)


@pytest.mark.slow
def test_issues_are_found_by_the_query_language_and_a_wrong_query_says_what_to_write(fp: Fp) -> None:
    fp.issue(A, "title: Mend the cache", "labels: [x]", "priority: high")
    fp.issue(B, "title: Old cache", "status: done")
    queries = ("cache", "priority:>=high", "label:x -cache", "", "lable:x")
    answers = asked(fp, *(("find_issues", {"query": query}) for query in queries))
    found = [[row["id"] for row in (one.structured_content or {})["issues"]] for one in answers[:4]]
    assert found == [[A, B], [A], [], [A]]
    assert (answers[4].is_error, "did you mean `label`?" in words_of(answers[4])) == (True, True)


@pytest.mark.slow
def test_it_reads_where_git_is_read_only_and_makes_text_safe_and_without_a_name_writes_nothing(fp: Fp) -> None:
    fp.issue(A, 'title: "Clear\\x1b[2J"', body="\x9b2J\n")
    fp.repo.commit()
    for path in (fp.repo.path / ".git").rglob("*"):
        path.chmod(path.stat().st_mode & ~0o222)
    before = sorted(path.name for path in (fp.repo.path / ".git").rglob("*"))
    calls = (("find_issues", {}), ("ready_work", {}), ("read_issue", {"issue": A}))
    reads = asked(fp, *calls, ("claim_issue", {"issue": A}), words=())
    assert [one.is_error for one in reads] == [False, False, False, True]
    assert "fp mcp --as agent/NAME" in words_of(reads[3])
    assert not any(character in f"{one.structured_content}" for one in reads for character in "\x1b\x9b")
    assert sorted(path.name for path in (fp.repo.path / ".git").rglob("*")) == before


def test_json_prints_the_tools(fp: Fp) -> None:
    tools = fp.json("mcp")["tools"]
    assert [one["name"] for one in tools][:3] == ["find_issues", "read_issue", "ready_work"]
