"""Edits to the text of a header that change the bytes of one value and nothing else.

Pure. Imports the kernel's YAML modules only (`yamlguard`, and with it PyYAML, on first use). Invariant: the edited text
reads as the old values plus the asked change, or the edit is Refused and nothing changes; comments, order, quoting,
blank lines and line breaks of everything else stay.
"""

from __future__ import annotations

from bisect import bisect
from typing import TYPE_CHECKING, NamedTuple

from fp.kernel import headersplice as splice
from fp.kernel.errors import Refused
from fp.kernel.plainedit import put_plain
from fp.kernel.text import safe
from fp.kernel.yamlscalar import Written, as_read, inline

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fp.kernel.yamlguard import Entry, Value


class Put(NamedTuple):
    """Set a value. An absent key goes behind the nearest of `after` (keys in canonical order), or to the end.

    A present list is changed item by item where that gives the wanted order.
    """

    key: str
    value: Written
    after: tuple[str, ...] = ()


class AddItem(NamedTuple):
    """Add to a list, in its place if the list is sorted, else at its end; nothing if the item is there.

    A single value where a list is meant (`labels: bug`) becomes a list in brackets.
    """

    key: str
    item: str
    after: tuple[str, ...] = ()


class RemoveItem(NamedTuple):
    """Take the first such item out of a list, with its line, or a single value; nothing if there is none.

    An emptied list leaves `key:`.
    """

    key: str
    item: str


class Drop(NamedTuple):
    """Remove a key with its value; nothing if it is not there."""

    key: str


STEPS_MAX = 50
"""Items that one `Put` changes one at a time; each step reads the header again."""

Edit = Put | AddItem | RemoveItem | Drop


class _Header(NamedTuple):
    text: str
    values: dict[str, Value]
    entries: dict[str, Entry]
    newline: str


class _Change(NamedTuple):
    """Texts to try in turn, and the values that the first good one must read as."""

    texts: tuple[str, ...]
    values: dict[str, Value]


def edit_header(text: str, edits: Iterable[Edit], newline: str) -> str:
    """Apply `edits` in turn to a block mapping whose last line is ended. Raises Refused, saying which and why."""
    for edit in edits:
        quick = put_plain(text, edit.key, edit.value) if isinstance(edit, Put) and isinstance(edit.value, str) else None
        text = edit_by_layout(text, edit, newline) if quick is None else quick
    return text


def edit_by_layout(text: str, edit: Edit, newline: str) -> str:
    """One edit, its place found by the guarded parser."""
    header = _read(text, newline)
    return _verified(header, edit, _change(header, edit))


def _read(text: str, newline: str) -> _Header:
    from fp.kernel.yamlguard import Broken, layout, read_mapping

    try:
        values, _ = read_mapping(text)
        entries = layout(text)
    except Broken as broken:
        raise Refused(
            broken.message, where=f"header line {broken.line}", hint=broken.hint, reason=broken.code
        ) from None
    if entries is None:
        raise Refused("the header is written in braces", hint="write one `key: value` a line", reason="cannot-edit")
    return _Header(text, values, {entry.key.text: entry for entry in entries}, newline)


def _change(header: _Header, edit: Edit) -> _Change:
    match edit:
        case Put():
            return _put(header, edit)
        case AddItem():
            return _add_item(header, edit)
        case RemoveItem():
            return _remove_item(header, edit)
        case Drop():
            return _drop(header, edit)


def _verified(header: _Header, edit: Edit, change: _Change) -> str:
    from fp.kernel.yamlguard import Broken, read_mapping

    for text in change.texts:
        try:
            values, _ = read_mapping(text)
        except Broken:
            continue
        if values == change.values and _order(values, header.values) == _order(header.values, values):
            return text
    raise _refusal(edit, "its layout cannot be changed safely", hint="edit the file by hand")


def _order(values: dict[str, Value], others: dict[str, Value]) -> list[str]:
    return [key for key in values if key in others]


def _refusal(edit: Edit, why: str, *, hint: str) -> Refused:
    return Refused(f"`{safe(edit.key)}` cannot be changed: {why}", hint=hint, reason="cannot-edit")


def _put(header: _Header, edit: Put) -> _Change:
    values = header.values | {edit.key: as_read(edit.value)}
    if edit.key not in header.entries:
        return _Change(_inserted(header, edit), values)
    if values == header.values or (not header.values[edit.key] and edit.value == []):
        return _Change((header.text,), header.values)
    found = header.entries[edit.key]
    if found.value.style.endswith("mapping"):
        raise _refusal(edit, "its value is a mapping", hint="edit the file by hand")
    if found.value.style.endswith("list") and isinstance(edit.value, list | tuple):
        return _put_items(header, edit, found)
    if isinstance(edit.value, list):
        return _Change((splice.set_block(header.text, found, edit.value, header.newline),), values)
    style = found.value.style if found.value.style in splice.QUOTES else "plain"
    return _Change((splice.set_inline(header.text, found, inline(edit.value, style=style)),), values)


def _put_items(header: _Header, edit: Put, found: Entry) -> _Change:
    assert isinstance(edit.value, list | tuple)
    wanted = list(edit.value)
    flow = found.value.style == "flow-list"
    values = header.values | {edit.key: as_read(tuple(wanted) if flow else wanted)}
    if flow:
        whole = splice.set_inline(header.text, found, inline(tuple(wanted)))
    else:
        whole = splice.set_block(header.text, found, wanted, header.newline)
    stepwise = _step_by_step(header, edit.key, wanted)
    return _Change((whole,) if stepwise is None else (stepwise, whole), values)


def _step_by_step(header: _Header, key: str, wanted: Sequence[str]) -> str | None:
    """Items removed and added one at a time keep the lines of those that stay; None when that is not possible."""
    present = header.values[key]
    assert isinstance(present, list)
    if any(not isinstance(item, str) for item in present):
        return None
    gone = [RemoveItem(key, item) for item in dict.fromkeys(map(str, present)) if item not in wanted]
    new = [AddItem(key, item) for item in wanted if item not in present]
    if len(gone) + len(new) > STEPS_MAX:
        return None
    try:
        return edit_header(header.text, [*gone, *new], header.newline)
    except Refused:
        return None


def _add_item(header: _Header, edit: AddItem) -> _Change:
    present = header.values.get(edit.key)
    if present is None:
        return _put(header, Put(edit.key, [edit.item], edit.after))
    found = header.entries[edit.key].value
    if isinstance(present, dict):
        raise _refusal(edit, "its value is a mapping, not a list", hint="edit the file by hand")
    if isinstance(present, str):
        return _put(header, Put(edit.key, tuple(sorted({present, edit.item}))))
    if edit.item in present:
        return _Change((header.text,), header.values)
    index = _sorted_index(present, edit.item)
    values = header.values | {edit.key: [*present[:index], edit.item, *present[index:]]}
    if found.style == "flow-list":
        return _Change((splice.insert_in_flow(header.text, found, index, edit.item),), values)
    entry = header.entries[edit.key]
    return _Change((splice.insert_in_block(header.text, entry, index, edit.item, header.newline),), values)


def _sorted_index(items: list[Value], item: str) -> int:
    texts = [text for text in items if isinstance(text, str)]
    if len(texts) < len(items) or texts != sorted(texts):
        return len(items)
    return bisect(texts, item)


def _remove_item(header: _Header, edit: RemoveItem) -> _Change:
    present = header.values.get(edit.key)
    if present == edit.item:
        return _put(header, Put(edit.key, None))
    if not isinstance(present, list) or edit.item not in present:
        return _Change((header.text,), header.values)
    found = header.entries[edit.key].value
    index = present.index(edit.item)
    left = present[:index] + present[index + 1 :]
    if found.style == "flow-list":
        return _Change((splice.without_flow_item(header.text, found, index),), header.values | {edit.key: left})
    return _Change((splice.without_block_item(header.text, found, index),), header.values | {edit.key: left or None})


def _drop(header: _Header, edit: Drop) -> _Change:
    if edit.key not in header.entries:
        return _Change((header.text,), header.values)
    found = header.entries[edit.key]
    texts = (splice.without_group(header.text, found), splice.without_entry(header.text, found))
    return _Change(texts, {key: value for key, value in header.values.items() if key != edit.key})


def _inserted(header: _Header, edit: Put) -> tuple[str, ...]:
    """The place that `after` names; should that change what is around it, the top."""
    text, newline, value = header.text, header.newline, edit.value
    entries = header.entries
    anchor = next((entries[key] for key in reversed(edit.after) if key in entries), None)
    first = next(iter(entries.values()), None)
    top = splice.line_start(text, first) if first else len(text)
    best = top if edit.after else len(text)
    return (
        splice.insert_entry(text, edit.key, value, newline, anchor=anchor, top=best),
        splice.insert_entry(text, edit.key, value, newline, anchor=None, top=top),
    )
