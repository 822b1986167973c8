"""`fp schema`: the JSON Schema of what people write by hand, for their editors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fp.kernel.cli import shared_options

if TYPE_CHECKING:
    from fp.kernel.cli import Output


@click.command("schema", short_help="Print the JSON Schema of an issue's front matter.")
@click.argument("what", type=click.Choice(("issue", "config")), default="issue")
@shared_options
def command(out: Output, what: str) -> int:
    """Print the JSON Schema of an issue's front matter in this tracker, or of .issues/config.yaml.

    Statuses and properties are those of the settings. It is JSON with and without --json.

    \b
    Example:
      fp schema > .vscode/issue.schema.json
    """
    import json

    from fp.cli.opened import open_tracker
    from fp.issueschema import issue_schema
    from fp.kernel.schema import json_schema
    from fp.settings import SETTINGS
    from fp.source import load_config

    config, _ = load_config(open_tracker(out.start).source)
    found = issue_schema(config) if what == "issue" else json_schema(SETTINGS)
    out.document("fp.schema.v1", what=what, json_schema=found)
    out.line(json.dumps(found, indent=2))
    return 0
