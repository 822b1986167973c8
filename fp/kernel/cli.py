"""What the three commands share on the command line: lazy subcommands, common options, the one catch.

Imports click and the standard library. A subcommand's module is imported when it runs, never to list it: the table
that names it also holds its line of help.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fp.kernel.errors import ExitCode, KitError, Usage
from fp.kernel.output import Output as Output
from fp.kernel.output import reader_gone
from fp.kernel.text import safe, style

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Entry = tuple[str, str]
"""`("package.module:attribute", "one line of help")`"""


class LazyGroup(click.Group):
    """A group whose commands are imported when they run; `sections` orders them for the help."""

    def __init__(self, *args: Any, sections: Mapping[str, Mapping[str, Entry]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._sections = sections
        self._entries = {name: entry for table in sections.values() for name, entry in table.items()}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order of the help."""
        return list(self._entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command; None for an unknown name."""
        if cmd_name not in self._entries:
            return None
        import importlib

        module, _, attribute = self._entries[cmd_name][0].partition(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Suggest the nearest command for an unknown one."""
        name = args[0]
        if name not in self._entries and not name.startswith("-"):
            raise Usage(f"no command {name!r}", hint=near_hint(name, list(self._entries), f"{ctx.info_name} --help"))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the sections from the table alone."""
        for title, table in self._sections.items():
            with formatter.section(title):
                formatter.write_dl([(name, line) for name, (_, line) in table.items()])


def near_hint(word: str, known: list[str], otherwise: str) -> str:
    """ "did you mean ..." when something known is near, else `otherwise`."""
    import difflib

    near = difflib.get_close_matches(word, known, n=3, cutoff=0.6)
    return f"did you mean {' or '.join(near)}?" if near else otherwise


def shared_options(handler: Callable[..., int]) -> Callable[..., int]:
    """Add `-C`, `--json` and `--quiet`, and pass one `Output` as the first argument instead of them."""
    import functools

    @functools.wraps(handler)
    def wrapped(*args: Any, folder: str, as_json: bool, quiet: bool, **options: Any) -> int:
        start = Path(folder).absolute()
        if not start.is_dir():
            raise Usage(f"no such folder: {safe(folder)}", reason="no-folder")
        return handler(Output(json=as_json, quiet=quiet, start=start), *args, **options)

    for option in (
        click.option("--quiet", is_flag=True, help="Print results and errors only."),
        click.option("--json", "as_json", is_flag=True, help="Print one JSON document."),
        click.option("-C", "folder", default=".", metavar="DIR", help="Run as if started in DIR."),
    ):
        wrapped = option(wrapped)
    return wrapped


def run(group: click.Group, name: str, arguments: list[str] | None = None) -> int:
    """Run a command line to its exit status. This is the one place that catches."""
    words = sys.argv[1:] if arguments is None else arguments
    try:
        status = group.main(words, prog_name=name, standalone_mode=False)
        sys.stdout.flush()
    except KitError as error:
        return _report(error, name, as_json="--json" in words)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.UsageError as error:
        return _report(_as_usage(error, name), name, as_json="--json" in words)
    except (KeyboardInterrupt, click.Abort):
        sys.stderr.write(f"{name}: interrupted\n")
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        reader_gone()
        return ExitCode.OK
    except Exception as error:  # noqa: BLE001 - the one last catch: a mistake of ours must not look like findings
        return _own_fault(error, name)
    return status if isinstance(status, int) else ExitCode.OK


def _own_fault(error: Exception, name: str) -> int:
    """A mistake of ours: all that a report of it needs, and the exit status that no rule uses."""
    import traceback

    sys.stderr.write("".join(traceback.format_exception(error)))
    sys.stderr.write(f"{name}: this is a mistake in {name}, not in what you did; please report the lines above\n")
    return ExitCode.INTERNAL


def _as_usage(error: click.UsageError, name: str) -> Usage:
    path = error.ctx.command_path if error.ctx is not None else name
    return Usage(error.format_message(), hint=f"{path} --help")


def _report(error: KitError, name: str, *, as_json: bool) -> int:
    if as_json:
        from fp.kernel.document import document, render

        fields = {"reason": error.reason, "message": error.message, "where": error.where, "hint": error.hint}
        sys.stdout.write(render(document(f"{name}.error.v1", **fields)))
    color = sys.stderr.isatty() and "NO_COLOR" not in os.environ
    lines = [f"{style(f'{name}:', 'bad', on=color)} {safe(str(error))}"]
    lines += [f"  {safe(line)}" for line in (error.hint or "").splitlines()]
    sys.stderr.write("\n".join(lines) + "\n")
    return error.exit_code


SHELLS = ("bash", "zsh", "fish")


@click.command("completion", short_help="Print the completion script of a shell.")
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> int:
    """Print the completion script of a shell.

    \b
    Example:
      eval "$(fp completion bash)"
    """
    from click.shell_completion import get_completion_class

    root = context.find_root()
    name = root.info_name or ""
    kind = get_completion_class(shell)
    assert kind is not None
    sys.stdout.write(kind(root.command, {}, name, f"_{name.upper()}_COMPLETE").source())
    return ExitCode.OK
