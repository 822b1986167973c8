"""The operator's prompt template: a small, sandboxed part of Jinja2, in which data stays data.

The only module that imports jinja2. Ticket text never becomes template source: it is a value, and values are not
rendered again. The template itself is the operator's, from the tracker's commit; the sandbox is there for mistakes, and
what multiplies text is shut off [`'a' * 10**9` in a sandbox made a gigabyte].
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

if TYPE_CHECKING:
    from collections.abc import Mapping

OUTPUT_CHARACTERS_MAX = 200_000
FILTERS = (
    "capitalize", "default", "first", "join", "last", "length", "list", "lower", "map", "reject", "rejectattr",
    "select", "selectattr", "sort", "string", "title", "trim", "truncate", "unique", "upper", "wordcount",
)  # fmt: skip
TEXT_METHODS = frozenset({"endswith", "lower", "split", "splitlines", "startswith", "strip", "upper"})
NAME = "<template>"


class TemplateFault(Exception):
    """What is wrong with a template; `line` counts from 1 in it, 0 when unknown."""

    def __init__(self, message: str, line: int):
        super().__init__(message)
        self.message = message
        self.line = line


class Rendered(NamedTuple):
    """The text, and whether it was cut at its limit."""

    text: str
    cut: bool


class _Environment(ImmutableSandboxedEnvironment):
    """The sandbox without what makes long texts out of short ones."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Numbers only, and small ones."""
        if operator != "**" and isinstance(left, int | float) and isinstance(right, int | float):
            return super().call_binop(context, operator, left, right)
        raise SecurityError(f"`{operator}` is for two numbers here")

    def wrap_str_format(self, value: Any) -> None:
        """No exception for `str.format`: its widths make long texts too."""
        del value

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Of a text only what makes no longer text; of a number nothing."""
        if isinstance(obj, str):
            return attr in TEXT_METHODS
        return not isinstance(obj, int | float | bytes) and super().is_safe_attribute(obj, attr, value)


def _environment() -> _Environment:
    environment = _Environment(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)
    environment.filters = {name: environment.filters[name] for name in FILTERS}
    environment.globals = {"range": environment.globals["range"]}
    return environment


def render(source: str, values: Mapping[str, Any]) -> Rendered:
    """Render; TemplateFault when it cannot be."""
    parts: list[str] = []
    size = 0
    try:
        for part in _environment().from_string(source).generate(values):
            parts.append(part)
            size += len(part)
            if size > OUTPUT_CHARACTERS_MAX:
                break
    except TemplateSyntaxError as error:
        raise TemplateFault(error.message or "is not a template", error.lineno) from error
    except TemplateError as error:
        raise TemplateFault(error.message or type(error).__name__, _line(error)) from error
    except (TypeError, ValueError, ArithmeticError, AttributeError, LookupError, RecursionError) as error:
        raise TemplateFault(f"{type(error).__name__}: {error}", _line(error)) from error
    return Rendered("".join(parts)[:OUTPUT_CHARACTERS_MAX], size > OUTPUT_CHARACTERS_MAX)


def _line(error: BaseException) -> int:
    """The line of the template in which it happened: jinja2 puts its own frames into the traceback."""
    trace, line = error.__traceback__, 0
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == NAME:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
