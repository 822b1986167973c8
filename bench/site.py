"""A clone in which the benches run our commands as a person types them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

from bench.measure import ROOT

if TYPE_CHECKING:
    from pathlib import Path

SECONDS_MAX = 900


class Site:
    """One repository at `top`."""

    def __init__(self, top: Path):
        self.top = top

    def clone(self, source: str) -> None:
        """A clone with a person in it, and no remote that could be meant."""
        subprocess.run(("git", "clone", "--quiet", "--no-hardlinks", "--", source, str(self.top)), check=True)
        self.git("remote", "remove", "origin")
        self.git("switch", "--quiet", "--force-create", "main")
        self.git("config", "user.name", "Ann")
        self.git("config", "user.email", "ann@example.org")
        self.git("config", "fp.trackerRef", "refs/heads/main")

    def git(self, *words: str) -> str:
        """Run git."""
        return subprocess.run(("git", *words), cwd=self.top, check=True, capture_output=True, text=True).stdout.strip()

    def commit(self, message: str) -> None:
        """Commit everything."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--no-verify", "--message", message)

    def run(self, *words: str, ok: tuple[int, ...] = (0,)) -> str:
        """Run one of our commands; what it printed."""
        env = {key: value for key, value in os.environ.items() if key != "CI"} | {"PYTHONPATH": str(ROOT)}
        argv = (sys.executable, "-m", *words)
        ran = subprocess.run(
            argv, cwd=self.top, env=env, capture_output=True, text=True, timeout=SECONDS_MAX, check=False
        )
        if ran.returncode not in ok:
            raise SystemExit(
                f"{' '.join(words)} ended with {ran.returncode}:\n{ran.stdout[-2000:]}\n{ran.stderr[-2000:]}"
            )
        return ran.stdout

    def document(self, *words: str, ok: tuple[int, ...] = (0, 1)) -> Any:
        """The JSON document of one of our commands."""
        return json.loads(self.run(*words, "--json", ok=ok))

    def report(self) -> tuple[set[tuple[str, str]], str, float]:
        """What `tarmac reconcile` says: findings of MED or more that nobody acknowledged, headline, seconds."""
        begun = time.monotonic()
        report = self.document("tarmac", "reconcile", ok=(0, 1, 2))
        seconds = time.monotonic() - begun
        weighty = [
            one for one in report["findings"] if one["severity"] not in ("LOW", "INFO") and not one["acknowledged"]
        ]
        return {(one["code"], one["issue"] or "") for one in weighty}, report["headline"], seconds

    def files(self, pattern: str) -> list[str]:
        """Tracked paths that match."""
        return self.git("ls-files", "--", pattern).splitlines()

    def read(self, path: str) -> str:
        """A file of the checkout."""
        return (self.top / path).read_text(encoding="utf-8")

    def write(self, path: str, text: str) -> None:
        """Write a file of the checkout."""
        (self.top / path).write_text(text, encoding="utf-8")
