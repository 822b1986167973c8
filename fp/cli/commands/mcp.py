"""`fp mcp`: the tracker as an MCP server over standard input and output."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.cli.writing import as_option
from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.kernel.cli import Output

INSTALL = "pip install 'tarmac-factory[mcp]'"


@click.command("mcp", short_help="Serve the tracker to an agent over MCP.")
@as_option
@shared_options
def command(out: Output, who: str | None) -> int:
    """Serve the tracker to an agent over MCP, on standard input and output.

    The agent's program starts it. Tools: find_issues, read_issue, ready_work, claim_issue, release_issue, comment,
    move_issue. Writing needs `--as agent/NAME`; reading works where .git is read-only. `--json` prints the tools
    instead of serving them.

    \b
    Example:
      claude mcp add fp -- fp mcp --as agent/claude-1
    """
    import importlib.util

    from fp.kernel.errors import Refused

    if importlib.util.find_spec("mcp") is None:
        raise Refused("MCP support is not installed", hint=INSTALL, reason="no-mcp")
    from fp.cli.mcpserver import build
    from fp.cli.opened import open_tracker
    from fp.cli.tools import Place

    open_tracker(out.start)
    server = build(Place(out.start, who or ""))
    if not out.json:
        server.run("stdio")
        return 0
    import asyncio

    tools = asyncio.run(server.list_tools())
    rows = [{"name": one.name, "description": one.description, "input": one.input_schema} for one in tools]
    out.document("fp.mcp.v1", tools=rows)
    return 0
