"""The table of fp's commands; each is imported when it runs."""

from __future__ import annotations

import click

from fp import __version__
from fp.kernel.cli import LazyGroup, run

COMMANDS = "fp.cli.commands"
SECTIONS = {
    "Start": {
        "init": (f"{COMMANDS}.init:command", "Make this repository a tracker."),
    },
    "Write": {
        "new": (f"{COMMANDS}.new:command", "Make an issue."),
        "set": (f"{COMMANDS}.set:command", "Change fields of issues."),
        "edit": (f"{COMMANDS}.edit:command", "Change an issue in your editor."),
        "rename": (f"{COMMANDS}.rename:command", "Give an issue another id, and follow who names it."),
        "start": (f"{COMMANDS}.start:command", "Move issues to in-progress."),
        "submit": (f"{COMMANDS}.submit:command", "Move issues to in-review."),
        "done": (f"{COMMANDS}.done:command", "Move issues to done."),
        "cancel": (f"{COMMANDS}.cancel:command", "Move issues to cancelled."),
        "reopen": (f"{COMMANDS}.reopen:command", "Move closed issues back to todo."),
        "comment": (f"{COMMANDS}.comment:command", "Add a comment to an issue."),
        "dep": (f"{COMMANDS}.dep:command", "Say which issues another one waits for."),
    },
    "Hand out": {
        "arm": (f"{COMMANDS}.arm:command", "Let issues be picked up unattended."),
        "hold": (f"{COMMANDS}.hold:command", "Keep issues from being picked up unattended."),
        "ready": (f"{COMMANDS}.ready:command", "Show what would be picked up now, in order."),
        "blocked": (f"{COMMANDS}.blocked:command", "Say why issues are not picked up."),
        "claim": (f"{COMMANDS}.claim:command", "Take an issue, so that nobody else works on it."),
        "release": (f"{COMMANDS}.release:command", "Give a claimed issue back."),
    },
    "For agents": {
        "prime": (f"{COMMANDS}.prime:command", "Tell an agent what it holds, the rules, and what is ready."),
        "setup": (f"{COMMANDS}.setup:command", "Tell an agent of the tracker, in the files that it reads."),
        "context": (f"{COMMANDS}.context:command", "Tell all that belongs to one issue."),
        "lessons": (f"{COMMANDS}.lessons:command", "Find what earlier work taught; approve a lesson."),
        "mcp": (f"{COMMANDS}.mcp:command", "Serve the tracker to an agent over MCP."),
    },
    "Trust": {
        "evidence": (f"{COMMANDS}.evidence:command", "Run a command and write down what it showed."),
        "approve": (f"{COMMANDS}.approve:command", "Approve the content of issues."),
        "reject": (f"{COMMANDS}.reject:command", "Reject the content of issues."),
    },
    "See": {
        "list": (f"{COMMANDS}.list:command", "List the open issues, or those that a query asks for."),
        "search": (f"{COMMANDS}.search:command", "Find issues by their words, closed ones too."),
        "tree": (f"{COMMANDS}.tree:command", "Show issues under their parents, or what waits for what."),
        "board": (f"{COMMANDS}.board:command", "Show issues as cards, a column a status."),
        "show": (f"{COMMANDS}.show:command", "Show an issue with its history."),
        "log": (f"{COMMANDS}.log:command", "Show the life of an issue."),
        "stats": (f"{COMMANDS}.stats:command", "Show throughput, cycle time, ageing and what is open."),
    },
    "Review": {
        "commit": (f"{COMMANDS}.commit:command", "Commit the changed tickets, and nothing else."),
        "diff": (f"{COMMANDS}.diff:command", "Tell what a change does to the tickets."),
    },
    "Keep in order": {
        "check": (f"{COMMANDS}.check:command", "Check every file of the tracker, or what a change does to it."),
        "resolve": (f"{COMMANDS}.resolve:command", "Put right what a merge left, field by field."),
        "hooks": (f"{COMMANDS}.hooks:command", "Check each commit before it is made."),
        "archive": (f"{COMMANDS}.archive:command", "Move old closed issues out of the way."),
        "watch": (f"{COMMANDS}.watch:command", "Tell problems as files are saved."),
    },
    "More": {
        "schema": (f"{COMMANDS}.schema:command", "Print the JSON Schema of an issue's front matter."),
        "import": (f"{COMMANDS}.import_:command", "Bring in the issues of another tracker."),
        "export": (f"{COMMANDS}.export:command", "Write the issues for other programs."),
        "merge-driver": (f"{COMMANDS}.merge_driver:command", "Merge an issue field by field; git runs it."),
        "completion": ("fp.kernel.cli:completion", "Print the completion script of a shell."),
    },
}


@click.group(cls=LazyGroup, sections=SECTIONS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="fp", message="%(prog)s %(version)s")
def group() -> None:
    """Keep issues as Markdown files in your repository.

    \b
    Start:    fp init, then fp new "What is to be done"
    Work:     fp list, fp show ID, or edit .issues/*.md by hand
    Trust:    fp check
    """


def main() -> int:
    """Run fp to its exit status."""
    return run(group, "fp")
