"""The table of tarmac's subcommands; each is imported when it runs."""

from __future__ import annotations

import click

from fp.kernel.cli import LazyGroup

COMMANDS = "tarmac.cli.commands"
SECTIONS = {
    "Set up": {
        "init": (f"{COMMANDS}.init:command", "Write WORKFLOW.md and name the tracker and the authority."),
        "doctor": (f"{COMMANDS}.doctor:command", "Try what a run needs: git, agents, worktrees, gates."),
    },
    "Run": {
        "scan": (f"{COMMANDS}.scan:command", "Say what would be picked up now, and why not the rest."),
        "run": (f"{COMMANDS}.run:command", "Work on one issue, to its end."),
        "watch": (f"{COMMANDS}.watch:command", "Pick up, work, land, until you stop it."),
        "pause": (f"{COMMANDS}.pause:command", "Start nothing new; what runs goes on."),
        "resume": (f"{COMMANDS}.pause:resume", "Start new work again."),
        "stop": (f"{COMMANDS}.stop:command", "Stop an issue's run; its work is kept."),
    },
    "See": {
        "status": (f"{COMMANDS}.status:command", "Show every run and what it waits for."),
        "why": (f"{COMMANDS}.why:command", "Say why an issue is, or is not, worked on."),
        "context": (f"{COMMANDS}.context:command", "Tell which documents an issue's paths concern."),
        "logs": (f"{COMMANDS}.logs:command", "Show what an agent printed."),
        "reconcile": (f"{COMMANDS}.reconcile:command", "Report where tracker, runs, git and people disagree."),
        "trust": (f"{COMMANDS}.trust:command", "Say how far an issue can be trusted, and why."),
        "explain": (f"{COMMANDS}.explain:command", "Explain a finding: what it is, why it matters, what to do."),
    },
    "Decide": {
        "land": (f"{COMMANDS}.land:command", "Land an issue's run without waiting for an approval."),
        "answer": (f"{COMMANDS}.answer:command", "Answer an agent's question and send it on."),
        "retry": (f"{COMMANDS}.retry:command", "Put a parked issue back into the queue."),
        "ack": (f"{COMMANDS}.ack:command", "Take note of a finding until a date."),
    },
    "More": {
        "demo": (f"{COMMANDS}.demo:command", "Show the whole factory in a temporary repository."),
        "completion": ("fp.kernel.cli:completion", "Print the completion script of a shell."),
    },
}


@click.group(cls=LazyGroup, sections=SECTIONS, context_settings={"help_option_names": ["-h", "--help"]})
def group() -> None:
    """Run agents on issues, and report wherever tracker, orchestrator, worker and people disagree.

    \b
    Start:   tarmac init, then tarmac doctor, then tarmac watch
    Trust:   tarmac reconcile
    """
