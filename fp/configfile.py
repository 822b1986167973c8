"""Reading `.issues/config.yaml`. Pure.

The table of keys, `fp.settings`, is loaded only for a file that sets more than `format` and `prefix`: every command
reads the settings, and most trackers set no more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fp.config import DEFAULT_PREFIX, Config, default_config
from fp.model import FORMAT, is_prefix

if TYPE_CHECKING:
    from fp.kernel.problem import Problem


def read_config(data: bytes, path: str) -> tuple[Config, list[Problem]]:
    """Read the settings; what is wrong is told by path:line and has its default."""
    from fp.kernel.frontmatter import parse_yaml

    document, problems = parse_yaml(data, path)
    if document is None:
        return default_config(DEFAULT_PREFIX), problems
    prefix = document.fields.get("prefix")
    plain = document.fields.keys() <= {"format", "prefix"} and document.fields.get("format") == str(FORMAT)
    if plain and isinstance(prefix, str) and is_prefix(prefix):
        return Config(prefix=prefix), problems
    from fp.settings import read_settings

    config, found = read_settings(document.fields, document.lines, path)
    return config, problems + found
