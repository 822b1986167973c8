"""The GitHub Action without GitHub: its script with the variables, event files and answers that it would get there."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from fp import __version__
from tests import actionlock
from tests.support.guards import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.tracker import Fp

ACTION = CHECKOUT / "action"
HOSTILE = "x\"; touch owned; echo '$(touch owned)`touch owned`\n::error::owned"
A = "FP-aaaaaaa"
PATH = f".issues/{A}.md"
MARK = "<!-- tarmac-factory:"


class Hub(HTTPServer):
    """What of GitHub's API the action uses: the comments of one pull request."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.comments: list[dict[str, Any]] = []
        self.refuses = False
        self.asked: list[str] = []


class Answer(BaseHTTPRequestHandler):
    """One request."""

    server: Hub

    def _answer(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(size)) if size else None
        self.server.asked.append(self.command)
        found: Any = self.server.comments
        if self.command == "POST":
            found = {"id": len(self.server.comments) + 1, "user": {"type": "Bot"}, **body}
            self.server.comments.append(found)
        elif self.command == "PATCH":
            found = self.server.comments[int(self.path.rpartition("/")[2]) - 1]
            found.update(body)
        self.send_response(403 if self.server.refuses and self.command != "GET" else 200)
        self.end_headers()
        self.wfile.write(json.dumps(found).encode())

    do_GET = do_POST = do_PATCH = _answer

    def log_message(self, *words: object) -> None:
        """Nothing."""


@pytest.fixture
def hub() -> Iterator[Hub]:
    server = Hub()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


class Job:
    """One job: a clone of the repository as actions/checkout leaves it, and the script run in it."""

    def __init__(self, fp: Fp, folder: Path, hub: Hub):
        self.fp, self.folder, self.hub = fp, folder, hub
        self.base = fp.repo.head()
        for name in ("fp", "drift"):
            script = folder / "bin" / name
            script.parent.mkdir(exist_ok=True)
            script.write_text(f'#!/bin/sh\nPYTHONPATH="{CHECKOUT}" exec "{sys.executable}" -P -m {name} "$@"\n')
            script.chmod(0o755)

    def run(self, name: str, event: dict[str, Any], **inputs: str) -> tuple[int, str, str]:
        """Exit status, what was printed, the summary."""
        path = self.folder / "event.json"
        path.write_text(json.dumps(event))
        summary = self.folder / "summary.md"
        summary.unlink(missing_ok=True)
        env = {
            **os.environ,
            "GITHUB_EVENT_NAME": name,
            "GITHUB_EVENT_PATH": str(path),
            "GITHUB_WORKSPACE": str(self.fp.repo.path),
            "GITHUB_REPOSITORY": "some/where",
            "GITHUB_API_URL": f"http://127.0.0.1:{self.hub.server_port}",
            "GITHUB_STEP_SUMMARY": str(summary),
            "GITHUB_OUTPUT": str(self.folder / "output"),
            "FP_BIN": str(self.folder / "bin"),
            "FP_TOKEN": "secret-token",
            **inputs,
        }
        words = [sys.executable, "-I", str(ACTION / "run.py")]
        done = subprocess.run(words, env=env, capture_output=True, text=True, check=False, cwd=self.folder)
        assert not done.stderr, done.stderr
        return done.returncode, done.stdout, summary.read_text() if summary.exists() else ""

    def pull(self, branch: str = "work", **inputs: str) -> tuple[int, str, str]:
        """The event of a pull request from what is checked out."""
        head = {"ref": branch, "sha": self.fp.repo.head(), "label": HOSTILE}
        pull = {"number": 7, "title": HOSTILE, "body": HOSTILE, "head": head, "base": {"ref": "main", "sha": self.base}}
        return self.run("pull_request", {"pull_request": pull}, **inputs)


@pytest.fixture
def job(fp: Fp, tmp_path: Path, hub: Hub) -> Job:
    fp.issue(A, "title: Reject", "status: todo", body="\n- [ ] tested\n")
    fp.repo.commit("issue")
    return Job(fp, tmp_path, hub)


def change(job: Job, old: str, new: str) -> None:
    text = job.fp.repo.read(PATH)
    assert old in text
    job.fp.repo.write(PATH, text.replace(old, new))
    job.fp.repo.commit(HOSTILE)


# -- events -----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_pull_request_gets_one_comment_that_is_renewed(job: Job) -> None:
    change(job, "[ ]", "[x]")
    code, out, summary = job.pull()
    assert (code, "boxes 1/1" in summary, out) == (0, True, out.replace("::error", ""))
    change(job, "status: todo", "status: soon")
    code, out, summary = job.pull()
    assert (code, f"::error file={PATH},line=4,title=unknown-status::" in out) == (1, True)
    assert (job.fp.repo.path.parent / "output").read_text() == "result=passed\nresult=failed\n"
    (comment,) = job.hub.comments
    assert comment["body"].startswith(MARK)
    assert "unknown status" in comment["body"]


@pytest.mark.slow
def test_a_fork_whose_token_only_reads_gets_a_summary(job: Job) -> None:
    job.hub.refuses = True
    change(job, "[ ]", "[x]")
    code, out, summary = job.pull()
    assert (code, "no comment: the token may not (403)" in out, "boxes 1/1" in summary) == (0, True, True)
    assert "no comment: no token" in job.pull(FP_TOKEN="")[1]


@pytest.mark.slow
def test_a_comment_of_a_persons_is_never_written_over(job: Job) -> None:
    job.hub.comments.append({"id": 1, "user": {"type": "User"}, "body": f"{MARK} mine"})
    change(job, "[ ]", "[x]")
    job.pull()
    assert [one["body"].startswith(f"{MARK} mine") for one in job.hub.comments] == [True, False]


@pytest.mark.slow
def test_nothing_to_tell_is_no_comment(job: Job) -> None:
    job.fp.repo.write("code.py", "x\n")
    job.fp.repo.commit("code")
    code, _, summary = job.run("pull_request", {}, FP_COMMENT="false")
    assert (code, summary) == (2, "")
    assert job.pull()[0] == 0


@pytest.mark.slow
def test_a_workers_branch_is_judged_as_a_workers(job: Job) -> None:
    change(job, "title: Reject", "title: Accept")
    assert job.pull()[0] == 0
    code, out, _ = job.pull(f"tarmac/{A}/1")
    assert (code, "::error" in out) == (1, True)
    assert job.pull(f"tarmac/{A}/1", FP_AS="human")[0] == 0


@pytest.mark.slow
def test_what_is_merged_meanwhile_is_not_the_changes(job: Job) -> None:
    repo = job.fp.repo
    repo.git("checkout", "-q", "-b", "work")
    change(job, "[ ]", "[x]")
    tip = repo.head()
    repo.git("checkout", "-q", "main")
    job.fp.issue("FP-bbbbbbb", "title: From main")
    repo.commit("on main")
    repo.git("merge", "-q", "--no-edit", "work")
    head = {"ref": "work", "sha": tip}
    pull = {"number": 7, "head": head, "base": {"ref": "main", "sha": job.base}}
    summary = job.run("pull_request", {"pull_request": pull})[2]
    assert ("boxes 1/1" in summary, "From main" in summary) == (True, False)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["merge_group", "push"])
def test_a_queue_and_a_push_are_judged_by_what_they_bring(job: Job, name: str) -> None:
    change(job, "status: todo", "status: soon")
    event = {"merge_group": {"merge_group": {"base_sha": job.base}}, "push": {"before": job.base}}[name]
    code, out, _ = job.run(name, event)
    assert (code, "unknown-status" in out, job.hub.asked) == (1, True, [])
    assert job.run(name, {"merge_group": {"base_sha": job.fp.repo.head()}, "before": job.fp.repo.head()})[0] == 0


@pytest.mark.slow
def test_a_new_branch_a_forced_push_and_a_schedule_check_all_files(job: Job) -> None:
    change(job, "status: todo", "status: soon")
    for name, event in (("push", {"before": "0" * 40}), ("push", {"before": "ab" * 20}), ("schedule", {})):
        assert job.run(name, event)[0] == 1


@pytest.mark.slow
def test_a_shallow_checkout_fetches_what_it_needs(job: Job, tmp_path: Path) -> None:
    change(job, "[ ]", "[x]")
    job.fp.repo.clone(tmp_path / "full")
    job.fp.repo.git("clone", "-q", "--depth", "1", f"file://{tmp_path}/full", str(tmp_path / "shallow"))
    code, _, summary = job.pull(GITHUB_WORKSPACE=str(tmp_path / "shallow"))
    assert (code, "boxes 1/1" in summary) == (0, True)
    shutil.rmtree(tmp_path / "full")
    job.fp.repo.git("clone", "-q", "--depth", "1", f"file://{job.fp.repo.path}", str(tmp_path / "cut"))
    job.fp.repo.git("-C", str(tmp_path / "cut"), "remote", "remove", "origin")
    code, out, _ = job.pull(GITHUB_WORKSPACE=str(tmp_path / "cut"))
    assert (code, "fetch-depth: 0" in out) == (2, True)


@pytest.mark.slow
def test_hostile_names_and_titles_run_nothing(job: Job, tmp_path: Path) -> None:
    change(job, "title: Reject", "title: '::error::owned'\nlabels: ['$(touch owned)']")
    code, out, _ = job.pull(HOSTILE)
    assert (code, "::error::owned" in out, "secret-token" in out) == (0, False, False)
    assert not list(tmp_path.rglob("owned"))


@pytest.mark.slow
@pytest.mark.parametrize("sha", ["--upload-pack=touch owned", "main", "", None, 7])
def test_an_event_that_names_no_commit_is_refused(job: Job, sha: object) -> None:
    code, out, _ = job.run("merge_group", {"merge_group": {"base_sha": sha}})
    assert (code, "::error title=fp::" in out) == (2, True)


@pytest.mark.slow
def test_the_event_with_the_repositorys_rights_is_refused(job: Job) -> None:
    assert "on: pull_request" in job.run("pull_request_target", {})[1]


@pytest.mark.slow
def test_documents_are_checked_where_they_are_bound(job: Job) -> None:
    job.fp.repo.write("doc.md", "# Doc\n\n[gone](gone.md)\n")
    job.fp.repo.write("drift.lock", "broken\n")
    assert job.pull()[0] == 2
    assert job.pull(FP_DRIFT="false")[0] == 0


# -- the action's file ------------------------------------------------------------------------------------------------


def test_nothing_is_interpolated_into_a_line_of_shell() -> None:
    text = (ACTION / "action.yml").read_text(encoding="utf-8")
    steps = yaml.safe_load(text)["runs"]["steps"]
    assert [step["shell"] for step in steps] == ["bash", "bash"]
    assert not [step["run"] for step in steps if "${{" in step["run"]]
    assert not re.findall(r"\$\{\{(?! (?:inputs\.[a-z]+|github\.token|steps\.check\.outputs\.result) \}\})", text)


def test_what_is_installed_is_pinned() -> None:
    inputs = yaml.safe_load((ACTION / "action.yml").read_text(encoding="utf-8"))["inputs"]
    assert inputs["package"]["default"] == f"tarmac-factory=={__version__}"
    assert actionlock.PAGE.read_text(encoding="utf-8") == actionlock.page(), "run `python -m tests.actionlock`"


def test_the_example_of_a_workflow_is_what_the_document_shows() -> None:
    example = (ACTION / "workflow.yml").read_text(encoding="utf-8")
    assert f"```yaml\n{example}```" in (CHECKOUT / "docs" / "reviewing.md").read_text(encoding="utf-8")
    assert set(yaml.safe_load(example)["jobs"]["tickets"]["permissions"]) == {"contents", "pull-requests"}
