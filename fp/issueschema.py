"""The front matter of an issue as a table and as JSON Schema, for editors; custom properties of the settings included.

Pure. The keys are those of `fp.codec.LAYOUT`, their words those of the tracker's workflow: a test holds the two
together. A list may also be one text, as the reader takes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fp import properties
from fp.kernel.schema import Field, Table, json_schema
from fp.model import DISPATCHES, ID_ALPHABET, ID_LENGTH, PREFIX_LENGTH_MAX, PRIORITIES, TYPES

if TYPE_CHECKING:
    from fp.config import Config

ID_PATTERN = f"^[A-Z][A-Z0-9]{{0,{PREFIX_LENGTH_MAX - 1}}}-[{ID_ALPHABET}]{{{ID_LENGTH}}}$"
IDS = ("id", "parent", "depends_on")


def table(config: Config) -> Table:
    """Every key that an issue of this tracker may have."""
    return Table(
        (
            Field("id", help="Chosen once, never changed; a hand-made file gets one from `fp check --fix`."),
            Field("title", help="One line; may stand as the first `# ` line instead."),
            Field("created", "instant", help="When it was made."),
            Field("status", "choice", config.workflow.statuses, help="Where it stands."),
            Field("type", "choice", TYPES, help="What kind of work it is."),
            Field("priority", "choice", PRIORITIES, help="How urgent it is."),
            Field("assignees", "list", help="Who is to do it."),
            Field("labels", "list", help="Words to find it by."),
            Field("parent", help="The id of the issue that it is a part of."),
            Field("depends_on", "list", help="Ids of the issues that it waits for."),
            Field("touches", "list", help="Paths or patterns that it expects to change."),
            Field("milestone", help="What it is to be part of."),
            Field("due", "date", help="The day by which it is to be done."),
            Field("estimate", help="A time in w, d, h and m, such as `3d 4h`, or a number of points."),
            Field("dispatch", "choice", DISPATCHES, help="auto: it may be worked on unattended."),
            Field("external", "list", help="Where it came from."),
            *properties.fields(config),
        ),
        title="The front matter of an issue, .issues/<ID>.md",
    )


def issue_schema(config: Config) -> dict[str, Any]:
    """JSON Schema, draft 2020-12."""
    schema = json_schema(table(config))
    for name, described in schema["properties"].items():
        kinds = described["anyOf"]
        if name in IDS or properties.names_issues(name, config):
            for kind in kinds:
                if kind.get("type") != "null":
                    kind.get("items", kind)["pattern"] = ID_PATTERN
        lists = [kind for kind in kinds if kind.get("type") == "array"]
        kinds += [{**kind["items"]} for kind in lists]
    return schema
