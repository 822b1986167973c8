"""The loop on real input: an imported tracker, 40 open tickets, scripted agents of which six fail in six ways.

`python -m bench factory --repository PATH`, where PATH is a git repository with a Backlog.md tracker in `backlog/`
(such as a clone of github.com/MrLesk/Backlog.md). Works in a throw-away clone. Then eight faults are made by hand, each
undone before the next; the report must name each, and nothing after it is undone.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

from bench.faults import FAULTS, Parked
from bench.measure import ROOT, table
from bench.site import Site
from tarmac.model import AgentSpec
from tarmac.policy import Gate, default_workflow

OPEN_WANTED = 40
CAUSES = {
    "crash": "crashed",
    "silent": "silence",
    "empty": "empty",
    "broken": "gate-failed",
    "conflict": "conflict",
    "forge": "forbidden",
}
"""What each way of failing must park its ticket with."""
WORKING = ("edit", "new", "shared", "move", "leave")
SETTINGS = (
    ("attempts: 3", "attempts: 1"),
    ("silence: 15m", "silence: 10s"),
    ("concurrency: 2", "concurrency: 4"),
    ("when: approved", "when: gates"),
    ("notify: []", "notify: []\npoll: 200ms"),
)


class Plan(NamedTuple):
    """Which tickets are armed, and the part of each of its agent."""

    parts: dict[str, dict[str, Any]]

    def of(self, way: str) -> str:
        """The ticket whose agent goes this way."""
        return next(issue for issue, part in self.parts.items() if part["way"] == way)


class Ended(NamedTuple):
    """What came of the armed tickets."""

    seconds: float
    landed: list[str]
    parked: dict[str, str]


def main(words: list[str] | None = None) -> int:
    """Run it all and print the figures; 1 when one of them is not as it must be."""
    asked = _asked(words or [])
    home = Path(tempfile.mkdtemp(prefix="tarmac-factory-"))
    site = Site(home / "clone")
    rows, wrong = [("what", "figure")], []
    site.clone(asked.repository)
    rows += _set_up(site, home)
    plan = _plan(site, asked.issues)
    (home / "script.json").write_text(json.dumps(plan.parts), encoding="utf-8")
    rows.append(
        ("armed", f"{len(plan.parts)}" + (f" (fewer than {asked.issues} are free)" * (len(plan.parts) < asked.issues)))
    )
    ended = _work(site, plan)
    rows += _figures(site, plan, ended)
    wrong += _misjudged(plan, ended)
    wrong += _acknowledge(site, plan, rows)
    table("The loop on real input", rows)
    wrong += _faults(site, plan, ended)
    for line in wrong:
        print(f"WRONG: {line}")
    print(f"kept in {home}")
    return 1 if wrong else 0


def _asked(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m bench factory")
    parser.add_argument("--repository", required=True, help="a git repository with a Backlog.md tracker")
    parser.add_argument("--issues", type=int, default=OPEN_WANTED)
    return parser.parse_args(words)


def _set_up(site: Site, home: Path) -> list[tuple[str, str]]:
    """Tracker, import, policy; each committed as a person would."""
    site.run("fp", "init")
    begun = time.monotonic()
    site.run("fp", "import", "backlog", "backlog", "--quiet")
    seconds = time.monotonic() - begun
    site.commit("Import the tracker")
    site.run("tarmac", "init")
    agent = AgentSpec("command", (sys.executable, str(ROOT / "bench" / "scripted.py"), str(home / "script.json")))
    gate = Gate("parses", (sys.executable, str(ROOT / "bench" / "parses.py")), 60.0)
    policy = default_workflow(agent, (gate,))
    for old, new in SETTINGS:
        assert old in policy, old
        policy = policy.replace(old, new)
    site.write("WORKFLOW.md", policy)
    site.commit("Set up the factory")
    doctor = site.document("tarmac", "doctor")
    told = ", ".join(f"{one['name']} {one['state']}" for one in doctor["checks"])
    total = site.document("fp", "list")["total"]
    return [("imported", f"{total} issues in {seconds:.1f} s"), ("tarmac doctor", told)]


def _plan(site: Site, wanted: int) -> Plan:
    """The first open tickets whose dependencies and children are closed or among them; six that fail, and a rival."""
    chosen = _chosen(site, wanted)
    waited_for = {name for issue in chosen for name in (*issue["depends_on"], issue["parent"])}
    free = [issue["id"] for issue in chosen if issue["id"] not in waited_for]
    failing = dict(zip(free[: len(CAUSES)], CAUSES, strict=False))
    rival = free[len(CAUSES)]
    sources = [path for path in site.files("src/*.ts") if "\nexport " in site.read(path)]
    moved = site.files("backlog/completed/*.md")
    document = "README.md"
    headings = [line for line in site.read(document).splitlines(keepends=True) if line.startswith(("## ", "### "))]
    parts: dict[str, dict[str, Any]] = {}
    for number, issue in enumerate(issue for issue in chosen):
        name = issue["id"]
        way = failing.get(name) or ("edit" if name == rival else WORKING[number % len(WORKING)])
        parts[name] = {"way": way, "title": issue["title"], "file": sources[number], "moved": moved[number]}
        parts[name] |= {"document": document, "after": headings[number // len(WORKING) % len(headings)]}
    conflict = next(name for name, way in failing.items() if way == "conflict")
    parts[conflict]["file"] = parts[rival]["file"]
    forge = next(name for name, way in failing.items() if way == "forge")
    parts[forge]["victim"] = f".issues/{rival}.md"
    return Plan(parts)


def _chosen(site: Site, wanted: int) -> list[dict[str, Any]]:
    every = {issue["id"]: issue for issue in site.document("fp", "list", "--all")["issues"]}
    closed = {name for name, issue in every.items() if issue["status"] in ("done", "cancelled")}
    todo = [issue for issue in every.values() if issue["status"] == "todo"]
    chosen: list[dict[str, Any]] = []
    for _ in todo:
        over = closed | {issue["id"] for issue in chosen}
        children = {issue["parent"] for issue in todo if issue["id"] not in over}
        more = [
            one for one in todo if one not in chosen and set(one["depends_on"]) <= over and one["id"] not in children
        ]
        if not more or len(chosen) >= wanted:
            break
        chosen += more[: wanted - len(chosen)]
    return chosen


def _work(site: Site, plan: Plan) -> Ended:
    site.run("fp", "arm", *plan.parts, "--commit")
    begun = time.monotonic()
    ended = site.document("tarmac", "watch", "--once")
    seconds = time.monotonic() - begun
    runs = site.document("tarmac", "status", "--all")["runs"]
    return Ended(
        seconds,
        ended["landed"],
        {run["issue"]: run["cause"] for run in runs if run["phase"] != "landed" and run["cause"]},
    )


def _figures(site: Site, plan: Plan, ended: Ended) -> list[tuple[str, str]]:
    landed = len(ended.landed)
    parked = ", ".join(
        f"{part['way']} -> {ended.parked.get(name, 'not parked')}"
        for name, part in plan.parts.items()
        if part["way"] in CAUSES
    )
    log = site.git("log", "--first-parent", "--format=%s%x09%(trailers:key=Tarmac-Landed,valueonly,separator=)", "main")
    landings = [line for line in log.splitlines() if line.partition("\t")[2].strip()]
    events = [len(site.files(f".issues/events/{name}/*")) for name in ended.landed]
    return [
        ("landed", f"{landed} in {ended.seconds:.0f} s ({landed / ended.seconds * 60:.0f} a minute)"),
        ("parked", f"{len(ended.parked)}: {parked}"),
        ("landing commits", f"{len(landings)}, one a landed ticket"),
        ("event files a landing", f"at most {max(events, default=0)}"),
        ("checkout", site.git("status", "--porcelain") or "clean"),
    ]


def _misjudged(plan: Plan, ended: Ended) -> list[str]:
    expected = {name: CAUSES[part["way"]] for name, part in plan.parts.items() if part["way"] in CAUSES}
    working = {name for name in plan.parts if name not in expected}
    wrong = [f"{name} did not land" for name in sorted(working - set(ended.landed))]
    if ended.parked != expected:
        wrong.append(f"parked {ended.parked}, expected {expected}")
    return wrong


def _acknowledge(site: Site, plan: Plan, rows: list[tuple[str, str]]) -> list[str]:
    """A forgery is told until a person takes note of it; then all agree."""
    forger = plan.of("forge")
    before, headline, seconds = site.report()
    rows.append(("tarmac reconcile", f"{headline} ({seconds:.1f} s): {_listed(before)}"))
    wrong = [] if before == {("D-62", forger)} else [f"reported {before}, expected the forgery alone"]
    site.run("tarmac", "ack", "D-62", forger, "--until", "2099-01-01", "--reason", "seen")
    after, headline, _ = site.report()
    rows.append(("after `tarmac ack D-62`", headline))
    return [*wrong, *([f"not consistent: {after}"] if after else [])]


def _faults(site: Site, plan: Plan, ended: Ended) -> list[str]:
    rows, wrong = [("fault made by hand", "must be", "reported", "undone")], []
    scene = Parked(site, ended.landed, plan.of("empty"), plan.of("conflict"))
    for fault in FAULTS:
        undo = fault.make(scene)
        found, _, _ = site.report()
        undo()
        left, headline, _ = site.report()
        rows.append((fault.text, fault.code, _listed(found), headline))
        if fault.code not in {code for code, _ in found} or left:
            wrong.append(f"{fault.text}: {found}, and after it was undone {left}")
    table("Eight faults by hand", rows)
    return wrong


def _listed(found: set[tuple[str, str]]) -> str:
    return ", ".join(f"{code} {issue}".strip() for code, issue in sorted(found)) or "nothing"
