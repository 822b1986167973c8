"""Text that fits a number of bytes: parts in the order of reading, given room in the order of their rank. Pure.

What others wrote stands inside fences that nothing inside can close, with every control character spelled out. The
result never exceeds the budget, and what is left out is told, with the command that shows it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from fp.kernel.text import safe, safe_block

if TYPE_CHECKING:
    from collections.abc import Sequence

_GAP = "\n\n"
_BACKTICKS = re.compile(r"`{3,}")


class Part(NamedTuple):
    """One part of a text.

    `own` are lines of ours; `foreign` is text of others, fenced and called `name`. `rank` 0 gets room first. `share` is
    how much of the budget it takes before parts of a later rank had theirs. `more` shows what was cut.
    """

    own: str = ""
    foreign: str = ""
    name: str = ""
    rank: int = 0
    share: float = 1.0
    more: str = ""


class Fitted(NamedTuple):
    """The text, its size in bytes of UTF-8 with the final line end, and whether anything was cut."""

    text: str
    size_bytes: int
    cut: bool


def fit(parts: Sequence[Part], budget_bytes: int | None) -> Fitted:
    """Lay the parts out; without a budget all of them in full."""
    wanted = [_full(part) for part in parts]
    texts = wanted if budget_bytes is None else _shortened(parts, wanted, budget_bytes - 1)
    text = _GAP.join(one for one in texts if one)
    whole = f"{text}\n" if text else ""
    return Fitted(whole, len(whole.encode()), texts != wanted)


def _shortened(parts: Sequence[Part], wanted: Sequence[str], budget: int) -> list[str]:
    """Two rounds: within the shares first, then what is left over, both by rank."""
    texts = [""] * len(parts)
    order = sorted(range(len(parts)), key=lambda index: (parts[index].rank, index))
    for in_shares in (True, False):
        for index in order:
            used = sum(size(one) + len(_GAP) for at, one in enumerate(texts) if one and at != index)
            room = budget - used
            if in_shares:
                room = min(room, int(parts[index].share * budget))
            texts[index] = _best(texts[index], parts[index], wanted[index], room)
    return texts


def _best(now: str, part: Part, wanted: str, room: int) -> str:
    if size(wanted) <= room:
        return wanted
    shorter = _clipped(part, room)
    return shorter if size(shorter) > size(now) else now


def size(text: str) -> int:
    """Bytes of UTF-8."""
    return len(text.encode())


def fenced(name: str, text: str) -> str:
    """Text of others between fences longer than any run of backticks in it, its control characters spelled out."""
    inner = safe_block(text).strip("\n")
    longest = max((len(run) for run in _BACKTICKS.findall(inner)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{safe(name)}\n{inner}\n{fence}"


def _full(part: Part) -> str:
    inner = fenced(part.name, part.foreign) if part.foreign.strip() else ""
    return "\n".join(one for one in (part.own, inner) if one)


def _clipped(part: Part, room: int) -> str:
    """As many whole lines as fit, then how many are missing; nothing where not even the first fits."""
    own = part.own.split("\n") if part.own else []
    lines = safe_block(part.foreign).strip("\n").split("\n") if part.foreign.strip() else []
    if lines:
        return _clipped_foreign(part, lines, room)
    return _most(len(own), lambda count: _with_rest("\n".join(own[:count]), len(own) - count, part.more), room)


def _clipped_foreign(part: Part, lines: Sequence[str], room: int) -> str:
    def made(count: int) -> str:
        inner = fenced(part.name, "\n".join(lines[:count]))
        text = f"{part.own}\n{inner}" if part.own else inner
        return _with_rest(text, len(lines) - count, part.more)

    found = _most(len(lines), made, room)
    if found:
        return found
    first = _most(len(lines[0]), lambda count: _one_line(part, lines, count), room)
    return first or (part.own if size(part.own) <= room else "")


def _one_line(part: Part, lines: Sequence[str], characters: int) -> str:
    inner = fenced(part.name, f"{lines[0][:characters]}…")
    text = f"{part.own}\n{inner}" if part.own else inner
    return _with_rest(text, len(lines) - 1, part.more)


def _with_rest(text: str, left: int, more: str) -> str:
    if not left:
        return text
    word = "line" if left == 1 else "lines"
    return f"{text}\n({left} {word} more{f': {more}' if more else ''})"


def _most(count: int, made: _Made, room: int) -> str:
    """The longest of `made(1)`..`made(count)` that fits; empty when none does. Longer counts make longer texts."""
    low, high = 0, count
    while low < high:
        middle = (low + high + 1) // 2
        if size(made(middle)) <= room:
            low = middle
        else:
            high = middle - 1
    return made(low) if low else ""


if TYPE_CHECKING:
    from collections.abc import Callable

    _Made = Callable[[int], str]
