"""What was open week by week, drawn: as bars for a terminal, and as a picture in SVG. Pure.

The picture holds no script and asks for no font or file; its colours follow a light or a dark page. Text that comes in
is escaped here.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from fp.kernel.text import safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fp.stats import Week

EIGHTHS = "▏▎▍▌▋▊▉"
WIDTH, HEIGHT = 840, 440
LEFT, RIGHT, TOP = 56, 20, 64
OPEN_HEIGHT, FLOW_TOP, FLOW_HEIGHT = 180, 300, 84
LABELS_MAX = 12
_STYLE = """
:root{--ink:#1f2328;--soft:#59636e;--line:#d1d9e0;--open:#0969da;--new:#8250df;--done:#1a7f37}
@media(prefers-color-scheme:dark){:root{--ink:#f0f6fc;--soft:#9198a1;--line:#3d444d;--open:#4493f8;--new:#ab7df8;\
--done:#3fb950}}
text{font:12px system-ui,-apple-system,"Segoe UI",sans-serif;fill:var(--soft)}
.title{font-size:15px;font-weight:600;fill:var(--ink)}.name{fill:var(--ink)}
.grid{stroke:var(--line);stroke-width:1}.area{fill:var(--open);opacity:.16}
.open{fill:none;stroke:var(--open);stroke-width:2;stroke-linejoin:round}
.dot{fill:var(--open)}.new{fill:var(--new)}.done{fill:var(--done)}
"""


def bar(value: int, most: int, columns: int) -> str:
    """A bar of up to so many columns, to an eighth of one; anything above nothing is seen."""
    if value <= 0 or most <= 0 or columns <= 0:
        return ""
    eighths = max(1, round(value * columns * 8 / most))
    whole, rest = divmod(eighths, 8)
    return "█" * whole + (EIGHTHS[rest - 1] if rest else "")


def svg(weeks: Sequence[Week], title: str) -> str:
    """The picture: what was open as a line, what came in and was done as bars below it."""
    most = _round_up(max((week.open for week in weeks), default=0))
    flow = _round_up(max((max(week.created, week.done) for week in weeks), default=0))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
        f' role="img" aria-labelledby="t d">',
        f'<title id="t">{_text(title)}</title>',
        f'<desc id="d">{_text(_described(weeks))}</desc>',
        f"<style>{_STYLE}</style>",
        f'<text class="title" x="{LEFT}" y="28">{_text(title)}</text>',
        *_axis(TOP, OPEN_HEIGHT, most, "open at the end of the week"),
        *_open_line(weeks, most),
        *_axis(FLOW_TOP, FLOW_HEIGHT, flow, "a week"),
        *_legend(),
        *_flow_bars(weeks, flow),
        *_labels(weeks),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _described(weeks: Sequence[Week]) -> str:
    if not weeks:
        return "no weeks"
    done = sum(week.done for week in weeks)
    return f"{weeks[0].open} open after the first of {len(weeks)} weeks, {weeks[-1].open} now; {done} done."


def _text(value: str) -> str:
    return escape(safe(value))


def _round_up(value: int) -> int:
    """The next figure that divides into four whole parts and is easy to read."""
    step = 4
    for factor in (1, 2, 3, 5) * 6:
        if value <= step * factor:
            return step * factor
        step = step * 10 if factor == 5 else step
    return value


def _x(number: float, count: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (number + 0.5) / max(1, count)


def _axis(top: int, height: int, most: int, name: str) -> list[str]:
    parts = [f'<text class="name" x="{LEFT}" y="{top - 10}">{name}</text>']
    for share in range(5):
        y = top + height - height * share / 4
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:g}" y2="{y:g}"/>')
        if share % 2 == 0:
            parts.append(f'<text x="{LEFT - 8}" y="{y + 4:g}" text-anchor="end">{most * share // 4}</text>')
    return parts


def _open_line(weeks: Sequence[Week], most: int) -> list[str]:
    if not weeks:
        return []
    bottom = TOP + OPEN_HEIGHT
    points = [(_x(at, len(weeks)), bottom - OPEN_HEIGHT * week.open / most) for at, week in enumerate(weeks)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    area = f"{points[0][0]:.1f},{bottom} {line} {points[-1][0]:.1f},{bottom}"
    dots = [
        f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="3"><title>{week.start}: {week.open}</title></circle>'
        for (x, y), week in zip(points, weeks, strict=True)
    ]
    return [f'<polygon class="area" points="{area}"/>', f'<polyline class="open" points="{line}"/>', *dots]


def _flow_bars(weeks: Sequence[Week], most: int) -> list[str]:
    each = (WIDTH - LEFT - RIGHT) / max(1, len(weeks))
    width = max(1.0, min(16.0, each * 0.36))
    parts = []
    for at, week in enumerate(weeks):
        middle = _x(at, len(weeks))
        for name, value, x in (("new", week.created, middle - width - 1), ("done", week.done, middle + 1)):
            height = FLOW_HEIGHT * value / most
            y = FLOW_TOP + FLOW_HEIGHT - height
            told = f"{week.start}: {value} {name}"
            parts.append(
                f'<rect class="{name}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="1">'
                f"<title>{told}</title></rect>"
            )
    return parts


def _legend() -> list[str]:
    y = FLOW_TOP - 19
    return [
        f'<rect class="new" x="{LEFT + 64}" y="{y}" width="10" height="10" rx="2"/>',
        f'<text x="{LEFT + 79}" y="{y + 9}">new</text>',
        f'<rect class="done" x="{LEFT + 118}" y="{y}" width="10" height="10" rx="2"/>',
        f'<text x="{LEFT + 133}" y="{y + 9}">done</text>',
    ]


def _labels(weeks: Sequence[Week]) -> list[str]:
    """Every so many weeks the day on which it begins, the last always."""
    step = -(-len(weeks) // LABELS_MAX) if weeks else 1
    y = FLOW_TOP + FLOW_HEIGHT + 22
    shown = [at for at in range(len(weeks)) if (len(weeks) - 1 - at) % step == 0]
    parts = [
        f'<text x="{_x(at, len(weeks)):.1f}" y="{y}" text-anchor="middle">{weeks[at].start:%m-%d}</text>'
        for at in shown
    ]
    if weeks:
        parts.append(f'<text x="{LEFT}" y="{y + 20}">from {weeks[0].start} on, weeks begin on Monday</text>')
    return parts
