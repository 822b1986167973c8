"""The query language of `fp list` and `fp search`: words, `field:value`, negation, comparison, order. Pure.

A query is terms with spaces between them, all of which must hold. `docs/finding.md` has the language for people.
Whoever evaluates a query needs only issues; what costs more than their files (`changed:`) is named in `Query.needs`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from fp import properties
from fp.codec import is_estimate, size_of
from fp.kernel.clock import parse_instant
from fp.kernel.errors import Usage
from fp.kernel.schema import near
from fp.model import PRIORITIES, priority_rank

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from fp.config import Config, Property
    from fp.model import Issue

NONE = "none"
ANY = "any"
OPEN = "open"
CLOSED = "closed"
ALL = "all"
CHANGED = "changed"
SORT = "sort"
ESTIMATE = "estimate"
SOME_TIME = datetime(2000, 1, 1, tzinfo=UTC)
"""To see whether a word is a time at all."""
TERMS_MAX = 100
VIEWS_DEEP_MAX = 5
DUE = "due"
TIMES = ("created", CHANGED, DUE)
SINGLE: dict[str, Callable[[Issue], str]] = {
    "id": lambda one: one.id,
    "title": lambda one: one.title,
    "status": lambda one: one.status,
    "type": lambda one: one.type,
    "priority": lambda one: one.priority,
    "parent": lambda one: one.parent or "",
    "dispatch": lambda one: one.dispatch,
    "milestone": lambda one: one.milestone or "",
    ESTIMATE: lambda one: one.estimate or "",
}
MANY: dict[str, Callable[[Issue], Sequence[str]]] = {
    "label": lambda one: one.labels,
    "assignee": lambda one: one.assignees,
    "depends": lambda one: one.depends_on,
    "touches": lambda one: one.touches,
    "external": lambda one: one.external,
}
SAME = {"labels": "label", "assignees": "assignee", "depends_on": "depends"}
"""Keys of the front matter under the names that a query has for them."""
REFERENCES = frozenset({"id", "parent", "depends"})
WORDS = frozenset({"title"})
"""Fields of prose: a value is found anywhere in them."""
_TERM = re.compile(r'(?P<not>[-!]?)(?:(?P<field>[A-Za-z_][\w-]*):)?(?P<value>"(?:[^"\\]|\\.)*"|[^\s"]\S*)?')
_COMPARED = re.compile(r"(?P<sign><=|>=|<|>)(?P<value>.+)")
_AGE = re.compile(r"(?P<count>\d{1,5})(?P<unit>[hdwmy])")
_HOURS = {"h": 1, "d": 24, "w": 24 * 7, "m": 24 * 30, "y": 24 * 365}


class Term(NamedTuple):
    """One condition: `field` is empty for free words; `values` are alternatives; `column` counts from 1."""

    field: str
    values: tuple[str, ...]
    negated: bool
    column: int


class Query(NamedTuple):
    """What is asked: conditions, and the order as (field, descending). `needs` names what issue files do not tell."""

    terms: tuple[Term, ...] = ()
    order: tuple[tuple[str, bool], ...] = ()

    @property
    def needs(self) -> frozenset[str]:
        """`changed` when the time of the last commit of each issue is asked for."""
        asked = {term.field for term in self.terms} | {field for field, _ in self.order}
        return frozenset(asked & {CHANGED})

    @property
    def words(self) -> tuple[str, ...]:
        """Free words in lower case, each of which a matching issue holds."""
        return tuple(term.values[0].lower() for term in self.terms if not term.field and not term.negated)

    @property
    def reads_text(self) -> bool:
        """Whether the bodies of issues count, and not only their fields."""
        return any(term.field in ("", "text") for term in self.terms)

    @property
    def speaks_of_status(self) -> bool:
        """Whether it says itself which statuses it wants; otherwise the open ones are meant."""
        return any(term.field == "status" for term in self.terms)


class Asked(NamedTuple):
    """What a query is judged with: the tracker's settings, the time now, and when issues last changed."""

    config: Config
    now: datetime
    changed: Mapping[str, datetime] = {}


def wants_closed(query: Query, config: Config) -> bool:
    """Whether closed issues can be among what it finds."""
    words = {CLOSED, ALL, NONE, ANY, *config.workflow.terminal}
    return any(
        term.field == "status" and (term.negated or any(_split(one)[0] or one in words for one in term.values))
        for term in query.terms
    )


def parse(text: str, config: Config) -> Query:
    """Read a query; Usage with the column when a field is unknown or a value cannot be. `@name` stands for a view."""
    return _parse(text, config, 0)


def _parse(text: str, config: Config, depth: int) -> Query:
    terms: list[Term] = []
    order: list[tuple[str, bool]] = []
    for term in _terms(text):
        if not term.field and term.values[0].startswith("@"):
            inner = _view(term, config, depth)
            terms += inner.terms
            order += inner.order
        elif term.field == SORT:
            order += [_sorted_by(value, config, term.column) for value in term.values]
        else:
            terms.append(_checked(term, config))
    if len(terms) > TERMS_MAX:
        raise Usage(f"a query has at most {TERMS_MAX} terms")
    return Query(tuple(terms), tuple(order))


def _terms(text: str) -> Iterator[Term]:
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        found = _TERM.match(text, position)
        if found is None or found.end() == position:
            raise Usage(f"a quote without its end at column {position + 1}: {text}", hint='close it with "')
        value = found["value"] or ""
        field = (found["field"] or "").lower()
        if field and not value:
            raise Usage(f"{field}: has no value at column {position + 1}", hint=f"{field}:{NONE} finds those without")
        if not value:
            raise Usage(f"nothing to exclude at column {position + 1}", hint="write -label:x, or -word")
        quoted = value.startswith('"')
        plain = re.sub(r"\\(.)", r"\1", value[1:-1]) if quoted else value
        values = (plain,) if quoted or not field else tuple(part for part in plain.split(",") if part)
        yield Term(SAME.get(field, field), values or (plain,), bool(found["not"]), position + 1)
        position = found.end()


def _view(term: Term, config: Config, depth: int) -> Query:
    name = term.values[0][1:]
    if name not in config.views:
        hint = near(name, config.views) if config.views else "declare it under `views:` in .issues/config.yaml"
        raise Usage(f"no view @{name}", hint=hint)
    if term.negated or depth >= VIEWS_DEEP_MAX:
        raise Usage(f"@{name} can be neither excluded nor part of itself")
    return _parse(config.views[name], config, depth + 1)


def _checked(term: Term, config: Config) -> Term:
    if term.field and term.field not in _fields(config):
        raise Usage(f"no field {term.field!r} at column {term.column}", hint=near(term.field, _fields(config)))
    for value in term.values:
        _check_value(term, value, config)
    return term


def _check_value(term: Term, value: str, config: Config) -> None:
    known = {"status": (*config.workflow.statuses, OPEN, CLOSED, ALL), "priority": PRIORITIES}.get(term.field)
    plain = _split(value)[1]
    own = _property(term.field, config)
    if own is not None:
        known = own.choices or None
        if own.kind in properties.ORDERED and plain not in (NONE, ANY) and properties.rank(own, plain) is None:
            raise Usage(f"{plain!r} is no {own.kind}, at column {term.column}", hint=f"{term.field} is a {own.kind}")
    if known is not None and plain not in (*known, NONE, ANY):
        raise Usage(f"no {term.field} {plain!r} at column {term.column}", hint=near(plain, known))
    if term.field == ESTIMATE and plain not in (NONE, ANY) and not is_estimate(plain):
        raise Usage(f"{plain!r} is no estimate, at column {term.column}", hint=f"{ESTIMATE}:>=2d, {ESTIMATE}:3")
    if _tells_time(term.field, config) and plain not in (NONE, ANY) and _instant(plain, SOME_TIME) is None:
        raise Usage(
            f"{plain!r} is no time, at column {term.column}",
            hint=f"{term.field}:<7d (within seven days), {term.field}:>2w, {term.field}:>=2026-01-31",
        )


def _property(field: str, config: Config) -> Property | None:
    """What the values of a tracker's own field are; of a list, what its items are."""
    one = config.properties.get(field) if field not in SINGLE and field not in MANY and field not in TIMES else None
    return None if one is None else properties.item_of(one)


def _tells_time(field: str, config: Config) -> bool:
    own = _property(field, config)
    return field in TIMES if own is None else own.kind in properties.TIMES


def _sorted_by(value: str, config: Config, column: int) -> tuple[str, bool]:
    descending = value.startswith("-")
    field = SAME.get(value.lstrip("-"), value.lstrip("-"))
    if field not in _fields(config):
        raise Usage(f"no field {field!r} to sort by at column {column}", hint=near(field, _fields(config)))
    return field, descending


def _fields(config: Config) -> tuple[str, ...]:
    return (*SINGLE, *MANY, *TIMES, "text", *config.properties)


# -- judging ----------------------------------------------------------------------------------------------------------


def select(query: Query, issues: Iterable[Issue], asked: Asked) -> list[Issue]:
    """The issues for which every term holds, in the query's order; without one, as the work would be taken."""
    chosen = [issue for issue in issues if all(_holds(term, issue, asked) for term in query.terms)]
    chosen.sort(key=lambda issue: _urgency(issue, asked.config))
    for field, descending in reversed(query.order):
        chosen = _sorted(chosen, field, asked, descending=descending)
    return chosen


def _sorted(chosen: Sequence[Issue], field: str, asked: Asked, *, descending: bool) -> list[Issue]:
    """In the order of a field, those that are equal in it as they were; those without a value last either way."""
    ranked = [(_rank(field, issue, asked), issue) for issue in chosen]
    held = [(rank, issue) for rank, issue in ranked if rank is not None]
    held.sort(key=lambda one: one[0], reverse=descending)
    return [issue for _, issue in held] + [issue for rank, issue in ranked if rank is None]


def _holds(term: Term, issue: Issue, asked: Asked) -> bool:
    return any(_is(term.field, value, issue, asked) for value in term.values) != term.negated


def _is(field: str, value: str, issue: Issue, asked: Asked) -> bool:
    if field in ("", "text"):
        return _has_text(value.lower(), issue)
    if _tells_time(field, asked.config):
        return any(_is_time(value, at, asked.now, ahead=field == DUE) for at in _times(field, issue, asked))
    if field == "status" and value in (OPEN, CLOSED, ALL):
        return value == ALL or (issue.status in asked.config.workflow.terminal) == (value == CLOSED)
    held = _values(field, issue)
    if value in (NONE, ANY):
        return bool(held) == (value == ANY)
    sign, plain = _split(value)
    own = _property(field, asked.config)
    if sign or field == ESTIMATE or (own is not None and own.kind in properties.ORDERED):
        limit = _key(field, plain, own)
        keys = (_key(field, one, own) for one in held)
        return limit is not None and any(key is not None and _compared(sign or "=", key, limit) for key in keys)
    refers = field in REFERENCES or (own is not None and own.kind == properties.ISSUE)
    return any(_matches(field, one, plain, refers=refers) for one in held)


def _has_text(word: str, issue: Issue) -> bool:
    return (
        word in issue.title.lower()
        or word in issue.body.lower()
        or word in issue.id.lower()
        or any(word in label.lower() for label in issue.labels)
    )


def _matches(field: str, held: str, value: str, *, refers: bool) -> bool:
    if field in WORDS:
        return value.lower() in held.lower()
    if refers:
        return held.lower() == value.lower() or held.lower().partition("-")[2].startswith(value.lower())
    return held.lower() == value.lower()


def _values(field: str, issue: Issue) -> list[str]:
    if field in SINGLE:
        value = SINGLE[field](issue)
        return [value] if value else []
    if field in MANY:
        return list(MANY[field](issue))
    return list(properties.texts(issue.extra.get(field)))


def _split(value: str) -> tuple[str, str]:
    found = _COMPARED.fullmatch(value)
    return (found["sign"], found["value"]) if found is not None else ("", value)


def _key(field: str, value: str, own: Property | None) -> tuple[float, str] | None:
    """Urgent is more; a tracker's own values by their kind; else numbers by their size, and before words."""
    if own is not None and (own.kind in properties.ORDERED or own.choices):
        rank = properties.rank(own, value)
        return None if rank is None else (rank, "")
    if field == "priority":
        return float(-priority_rank(value)), ""
    if field == ESTIMATE:
        return size_of(value), ""
    try:
        return float(value), ""
    except ValueError:
        return float("inf"), value.lower()


def _compared(sign: str, one: Any, other: Any) -> bool:
    """Both are of one kind that has an order."""
    less, equal = bool(one < other), bool(one == other)
    return {"<": less, "<=": less or equal, ">": not less and not equal, ">=": not less, "=": equal}[sign]


def _times(field: str, issue: Issue, asked: Asked) -> list[datetime | None]:
    """What a field of times holds; one None where it holds nothing, or no time."""
    own = _property(field, asked.config)
    if own is None:
        if field == DUE:
            return [parse_instant(issue.due) if issue.due else None]
        return [issue.created if field == "created" else asked.changed.get(issue.id)]
    return [properties.moment(own, one) for one in _values(field, issue)] or [None]


def _is_time(value: str, at: datetime | None, now: datetime, *, ahead: bool) -> bool:
    """Whether a time is what is asked for; an age counts back from now, or on from it where times lie ahead."""
    if value in (NONE, ANY):
        return (at is not None) == (value == ANY)
    sign, plain = _split(value)
    limit = _instant(plain, now)
    if at is None or limit is None:
        return False
    if _AGE.fullmatch(plain):
        away = at - now if ahead else now - at
        return _compared(sign or "<=", away, now - limit)  # an age: less is younger
    return _compared(sign, at, limit) if sign else at.date() == limit.date()


def age(text: str) -> timedelta | None:
    """A length of time such as 90d, 2w, 1y; None for anything else."""
    found = _AGE.fullmatch(text)
    return None if found is None else timedelta(hours=int(found["count"]) * _HOURS[found["unit"]])


def _instant(value: str, now: datetime) -> datetime | None:
    age = _AGE.fullmatch(value)
    if age is None:
        return parse_instant(value)
    try:
        return now - timedelta(hours=int(age["count"]) * _HOURS[age["unit"]])
    except OverflowError:  # before the year 1
        return None


def _urgency(issue: Issue, config: Config) -> tuple[bool, int, str, str]:
    created = issue.created.isoformat() if issue.created is not None else "9"
    return issue.status in config.workflow.terminal, priority_rank(issue.priority), created, issue.id


def _rank(field: str, issue: Issue, asked: Asked) -> tuple[float, str] | None:
    """None without a value: those come last either way. A status by its place in the workflow, the urgent first."""
    if _tells_time(field, asked.config):
        at = _times(field, issue, asked)[0]
        return None if at is None else (at.timestamp(), "")
    if field == "status":
        statuses = list(asked.config.workflow.statuses)
        return (float(statuses.index(issue.status)), "") if issue.status in statuses else None
    if field == "priority":
        return float(priority_rank(issue.priority)), ""
    held = _values(field, issue)
    return _key(field, held[0], _property(field, asked.config)) if held else None
