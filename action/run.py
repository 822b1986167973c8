"""What the GitHub Action does: check the change that an event brings, and tell it in a summary and one comment.

The standard library alone. Everything of the event is hostile: it is read from the file that GitHub writes, and reaches
other programs as single arguments that were matched first. Their output is printed with workflow commands switched off,
but for the annotations that `--format github` escapes.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, NamedTuple

MARK = "<!-- tarmac-factory: what this change does to the tickets -->"
COMMENT_CHARACTERS_MAX = 60_000
SUMMARY_CHARACTERS_MAX = 500_000
COMMENT_PAGES_MAX = 20
COMMAND_SECONDS_MAX = 600
API_SECONDS_MAX = 30
PASSED, FAILED, BROKEN = "passed", "failed", "broken"
OID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
RUN_BRANCH = re.compile(r"tarmac/([A-Z][A-Z0-9]*-[0-9a-z]{7})/([0-9]{1,9})")
CUT = "\n\n… cut here: `fp diff` shows all of it.\n"


class Change(NamedTuple):
    """What is judged: the commits since `base` (empty: all files), as whose, and the pull request to comment on.

    `head` is the tip of its branch. `may_lack` allows a base that is gone: a branch that was pushed by force.
    """

    base: str = ""
    writer: str = "human"
    pull: int = 0
    head: str = ""
    may_lack: bool = False


class Ran(NamedTuple):
    """A finished command."""

    code: int
    out: str
    err: str


class Broken(Exception):
    """The job is set up so that nothing can be judged; the text says what to do."""


# -- the event --------------------------------------------------------------------------------------------------------


def change_of(name: str, event: dict[str, Any], wanted_base: str, wanted_writer: str) -> Change:
    """What an event brings. Broken for `pull_request_target`: it has the change's text and the repository's rights."""
    if name == "pull_request_target":
        raise Broken("use `on: pull_request`: pull_request_target checks out the base, and runs with its rights")
    if name == "pull_request":
        pull = event["pull_request"]
        found = Change(
            _oid(pull["base"]["sha"]), _writer(str(pull["head"]["ref"])), int(pull["number"]), _oid(pull["head"]["sha"])
        )
    elif name == "merge_group":
        found = Change(_oid(event["merge_group"]["base_sha"]))
    elif name == "push":
        before = _oid(event.get("before") or "0" * 40)
        found = Change("" if not before.strip("0") else before, may_lack=True)
    else:
        found = Change()
    return found._replace(
        base=wanted_base or found.base,
        head="" if wanted_base else found.head,
        writer=found.writer if wanted_writer in ("", "auto") else wanted_writer,
    )


def _oid(value: object) -> str:
    if not isinstance(value, str) or not OID.fullmatch(value):
        raise Broken("the event names no commit to judge against: give one with `base:`")
    return value


def _writer(branch: str) -> str:
    found = RUN_BRANCH.fullmatch(branch)
    return f"worker/{found[1]}.{found[2]}" if found else "human"


# -- commands ---------------------------------------------------------------------------------------------------------


def ran(folder: Path, *argv: str) -> Ran:
    """Run a command; without the token, which none needs."""
    env = {key: value for key, value in os.environ.items() if key != "FP_TOKEN"}
    try:
        done = subprocess.run(argv, cwd=folder, env=env, capture_output=True, timeout=COMMAND_SECONDS_MAX, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Broken(f"{Path(argv[0]).name} {argv[1]} did not run: {error}") from error
    return Ran(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))


def with_history(folder: Path, change: Change) -> Change:
    """The change with a base that HEAD can be compared with, the missing history fetched.

    What a pull request checks out is its merge with the base branch as it is now: its first parent is the base then.
    """
    merged = ran(folder, "git", "rev-list", "--parents", "--max-count=1", "HEAD").out.split()[1:]
    base = merged[0] if len(merged) == 2 and change.head and merged[1] == change.head else change.base
    if not base or _compares(folder, base):
        return change._replace(base=base)
    wanted = [base] if OID.fullmatch(base) else []
    shallow = ["--unshallow"] if _shallow(folder) else []
    ran(folder, "git", "fetch", "--quiet", "--no-tags", *shallow, "origin", *wanted)
    if _compares(folder, base):
        return change._replace(base=base)
    if change.may_lack and not _shallow(folder):
        return change._replace(base="")
    raise Broken(f"no history to compare with {base[:40]!r}: actions/checkout needs `fetch-depth: 0`")


def _shallow(folder: Path) -> bool:
    return ran(folder, "git", "rev-parse", "--is-shallow-repository").out.strip() == "true"


def _compares(folder: Path, base: str) -> bool:
    known = ran(folder, "git", "rev-parse", "--verify", "--quiet", "--end-of-options", f"{base}^{{commit}}")
    return known.code == 0 and ran(folder, "git", "merge-base", known.out.strip(), "HEAD").code == 0


def tool(name: str) -> str:
    """A command that was installed beside this Python."""
    return str(Path(os.environ.get("FP_BIN") or Path(sys.executable).parent) / name)


def say(text: str, *, commands: bool = False) -> None:
    """Print; what is not known to be escaped must not be taken for a workflow command."""
    if not text.strip():
        return
    token = secrets.token_hex(16)
    around = (f"::stop-commands::{token}\n", f"::{token}::\n") if not commands else ("", "")
    sys.stdout.write(f"{around[0]}{text.rstrip()}\n{around[1]}")
    sys.stdout.flush()


def fail(text: str) -> None:
    """One annotation of our own, escaped as GitHub wants it."""
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    say(f"::error title=fp::{escaped}", commands=True)


# -- judging ----------------------------------------------------------------------------------------------------------


def judged(folder: Path, argv: list[str]) -> tuple[str, str]:
    """Run a check: the result, and what is wrong as Markdown. Annotations are printed."""
    done = ran(folder, *argv, "--format", "github")
    say(done.out, commands=True)
    say(done.err)
    if done.code > 1:
        first = next((line for line in done.err.splitlines() if line.strip()), "it did not run")
        fail(f"{Path(argv[0]).name} {argv[1]}: {first}")
        return BROKEN, ""
    if done.code == 0:
        return PASSED, ""
    return FAILED, ran(folder, *argv, "--format", "markdown").out


def told(folder: Path, base: str) -> str:
    """What the change does to the tickets, as Markdown; empty without a base."""
    if not base:
        return ""
    done = ran(folder, tool("fp"), "diff", f"{base}...HEAD", "--format", "markdown")
    say(done.err)
    return done.out if done.code == 0 else ""


def report(folder: Path, change: Change, drift: str) -> tuple[str, str]:
    """The worst result, and all that is to tell."""
    results, parts = [], []
    if (folder / ".issues").is_dir():
        words = ["--base", change.base, "--as", change.writer] if change.base else []
        result, wrong = judged(folder, [tool("fp"), "check", *words])
        results.append(result)
        parts += [told(folder, change.base), f"#### fp check\n\n{wrong}" if wrong else ""]
    if drift == "true" or (drift != "false" and (folder / "drift.lock").is_file()):
        result, wrong = judged(folder, [tool("drift"), "check"])
        results.append(result)
        parts.append(f"#### drift check\n\n{wrong}" if wrong else "")
    if not results:
        raise Broken("no .issues and no drift.lock here: is the checkout in `folder:`?")
    worst = max(results, key=(PASSED, FAILED, BROKEN).index)
    return worst, "\n".join(part.rstrip() + "\n" for part in parts if part.strip())


# -- telling ----------------------------------------------------------------------------------------------------------


def cut(text: str, characters: int) -> str:
    """The text, or its beginning up to the end of a line."""
    if len(text) <= characters:
        return text
    return text[: characters - len(CUT)].rpartition("\n")[0] + CUT


def append(variable: str, text: str) -> None:
    """Add to a file that GitHub reads after the step."""
    path = os.environ.get(variable)
    if path:
        with open(path, "a", encoding="utf-8") as file:
            file.write(text)


def comment(pull: int, text: str) -> str:
    """Write or renew our one comment; why not, where the token may not: a fork's may only read."""
    token, repository = os.environ.get("FP_TOKEN", ""), os.environ.get("GITHUB_REPOSITORY", "")
    if not token or not re.fullmatch(r"[\w.-]+/[\w.-]+", repository):
        return "no token"
    issue = f"/repos/{repository}/issues"
    try:
        mine = _own_comment(token, f"{issue}/{pull}/comments")
        body = {"body": f"{MARK}\n{cut(text, COMMENT_CHARACTERS_MAX)}"}
        if mine:
            _api(token, "PATCH", f"{issue}/comments/{mine}", body)
        elif text.strip():
            _api(token, "POST", f"{issue}/{pull}/comments", body)
    except urllib.error.HTTPError as error:
        return f"the token may not ({error.code})"
    except (OSError, ValueError) as error:
        return f"GitHub did not answer: {type(error).__name__}"
    return ""


def _own_comment(token: str, path: str) -> int:
    """The number of the comment that an earlier run wrote: a bot's, so that nobody else's is written over."""
    for page in range(1, COMMENT_PAGES_MAX + 1):
        found = _api(token, "GET", f"{path}?per_page=100&page={page}")
        for one in found:
            if str(one.get("body") or "").startswith(MARK) and (one.get("user") or {}).get("type") == "Bot":
                return int(one["id"])
        if len(found) < 100:
            break
    return 0


def _api(token: str, method: str, path: str, body: dict[str, str] | None = None) -> Any:
    base = os.environ.get("GITHUB_API_URL", "https://api.github.com")
    if not base.startswith("https://") and not base.startswith("http://127.0.0.1:"):
        raise ValueError("not an address of an API")
    headers = {
        "Accept": "application/vnd.github+json",
        "Authorization": f"Bearer {token}",
        "X-GitHub-Api-Version": "2022-11-28",
    }
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(base + path, data, headers, method=method)  # noqa: S310 - looked at above
    with urllib.request.urlopen(request, timeout=API_SECONDS_MAX) as answer:  # noqa: S310 - as above
        return json.load(answer)


def main() -> int:
    """Check, tell, and say how it went; exit status 0 for passed alone."""
    env = os.environ
    try:
        event = json.loads(Path(env["GITHUB_EVENT_PATH"]).read_text(encoding="utf-8"))
        change = change_of(env["GITHUB_EVENT_NAME"], event, env.get("FP_BASE", ""), env.get("FP_AS", ""))
        folder = Path(env.get("GITHUB_WORKSPACE", ".")) / (env.get("FP_FOLDER") or ".")
        change = with_history(folder, change)
        result, text = report(folder, change, env.get("FP_DRIFT", "auto"))
    except (Broken, KeyError, TypeError, ValueError, OSError) as error:
        fail(str(error) if isinstance(error, Broken) else f"the event cannot be read: {error!r}")
        append("GITHUB_OUTPUT", f"result={BROKEN}\n")
        return 2
    append("GITHUB_STEP_SUMMARY", cut(text or "Tickets and documents are in order.\n", SUMMARY_CHARACTERS_MAX))
    append("GITHUB_OUTPUT", f"result={result}\n")
    if change.pull and env.get("FP_COMMENT", "true") == "true":
        why = comment(change.pull, text)
        say(f"no comment: {why}; the job's summary has it all" if why else "")
    say(f"{result}")
    return {PASSED: 0, FAILED: 1}.get(result, 2)


if __name__ == "__main__":
    sys.exit(main())
