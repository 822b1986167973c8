"""Headers as people write them: one feature each and seeded mixes, for tests of byte-exact edits."""

from __future__ import annotations

import random

BASE: dict[str, str] = {
    "id": "id: FP-k3v9q2m\n",
    "title": "title: Clip long names in the list\n",
    "created": "created: 2026-11-22T23:15:01Z\n",
    "status": "status: todo\n",
    "type": "type: bug\n",
    "priority": "priority: 2\n",
    "assignees": "assignees:\n  - ann\n",
    "labels": "labels: [parser, yaml]\n",
    "parent": "parent: FP-aaaaaaa\n",
    "depends_on": "depends_on:\n  - FP-bbbbbbb\n  - FP-ccccccc\n",
    "estimate": "estimate: 3.5\n",
}

STATUSES = [
    "status:   todo\n", "status: todo   \n", "status:\ttodo\n", "status: todo\t\n", "status : todo\n",
    "status:\n  todo\n",
    'status: "todo"\n', "status: 'todo'\n", "status:\t'todo'\n", "status: todo  # waiting\n",
    "status: 'todo' # it's #1\n",
    "status:\n", "status:   # none yet\n", "status: ~\n", "status: null # nothing\n", "status: >-\n  todo\n",
    "status: |  # note\n  todo\n", '"status": todo\n', "'status' : \"todo\"\n", "# above\nstatus: todo\n  # below\n",
    "\nstatus: todo\n\n\n", "status: \"to\\\n  do\"\n", "status: a\n  b\n  c\n", "? status\n: todo\n",
]  # fmt: skip

LABELS = [
    "labels: [ parser,yaml ,  \"a b\" ]\n", "labels: [\n  parser,\n  yaml,   # two\n]\n", "labels: [parser, yaml,]\n",
    "labels: []\n", "labels: [ ]   # none\n", "labels: ['parser', 'yaml']\n", "labels:\n- parser\n- yaml\n",
    "labels:\n    - parser\n    - yaml\n", "labels:\n  -   parser\n  -   yaml\n",
    "labels:\n  - \"parser\"\n  - \"yaml\"\n",
    "labels:   # why\n  # first\n  - parser   # one\n\n  - yaml\n  # tail\n", "labels: ~\n", "labels:\n",
    "labels:\n  - yaml\n  - parser\n", "labels:\n  - {a: b}\n  - parser\n", "labels:\n  -\n    parser\n  - yaml\n",
    "labels:\n  - parser\n  - |\n    yaml\n",
    "labels: [parser,\n yaml]\n", "labels: [parser] # only\n", "labels:\n  - parser: x\n    more: y\n",
]  # fmt: skip

OTHERS = [
    "# a note of mine\n", "      # oddly indented\n", "\n", "  \n", "reporter: '@ann'\n",
    "note: |\n  keep  this\n    exactly\n\n  end\n",
    "note: |+\n  kept\n\n\n", "note: |2\n   one\n  two\n", "long: >\n  folded\n  text\n\n  more\n",
    "quoted: 'it''s: # fine'\n",
    'escaped: "\\t\\u00e9 \\"q\\" \\e[31m"\n', "links: {pr: 12, url: \"https://x.test/a?b=c#d\"}\n",
    "links:\n    pr: 12\n    u: x#y\n",
    "log:\n- at: 1\n  by: ann\n-\n  at: 2\n", "a: {b: {c: [d, {e: f}]}}\n", "größe: 3\n", "on: [push]\n",
    "no: yes\n", "2: two\n",
    "sha: 0x1F\n", "mode: 0755\n", "at: 12:30:45\n", "when: 2026-13-45\n", "x: 1e3\n", "url: http://x.test:80/a b\n",
    "hash: a#b and C#\n", "minus: -not a list\n", "emoji: 🐛 «q» 日本語\n", "space: a\u00a0b\n", 'break: "a\u2028b"\n',
    "plain: " + "word " * 40 + "end\n", "multi: one\n  two\n  three\n", "dashes: |\n  ---\n  x\n",
    "nested:\n  - - a\n    - b\n  - c\n",
    "'quo ted': x\n", "empty_map: {}\n", "key with blanks: v\n", "star: '*x'\n", "? long key\n: value\n",
    "tricky: \"---\"\n",
]  # fmt: skip

BODIES = ["\n# Text\n\n---\n\nend: no field\n", "", "Right away", "\n\n    code first\n", "\n---\nstatus: fake\n---\n"]


def corpus() -> dict[str, bytes]:
    """Files by name: each feature alone, then 60 mixes in all layouts (line breaks, marks, fences, ends)."""
    files = {"plain": _file(BASE, [], 0)}
    for kind, variants in (("status", STATUSES), ("labels", LABELS)):
        for number, text in enumerate(variants):
            files[f"{kind}-{number:02}"] = _file(BASE | {kind: text}, [], number)
    for number, text in enumerate(OTHERS):
        files[f"other-{number:02}"] = _file(BASE, [text], number)
    draw = random.Random(20261122)
    for number in range(60):
        fields = {key: text for key, text in BASE.items() if draw.random() < 0.8}
        fields |= {"status": draw.choice(STATUSES), "labels": draw.choice(LABELS)}
        keys = list(fields)
        draw.shuffle(keys)
        others = draw.sample(OTHERS, draw.randint(0, 4))
        files[f"mix-{number:02}"] = _file({key: fields[key] for key in keys}, others, draw.randrange(1000))
    return files


def _file(fields: dict[str, str], others: list[str], layout: int) -> bytes:
    """`layout` picks line breaks, byte order mark, fences and body."""
    texts = list(fields.values())
    for number, text in enumerate(others):
        texts.insert((layout + 3 * number) % (len(texts) + 1), text)
    opener, closer = [("---\n", "---\n"), ("--- \n", "---\t\n"), ("---\n", "...\n")][layout % 3]
    text = opener + "".join(texts) + closer + BODIES[layout % len(BODIES)]
    if layout % 7 == 3:
        text = text.rstrip("\n")
    if layout % 4 == 1:
        text = text.replace("\n", "\r\n")
    return (b"\xef\xbb\xbf" if layout % 5 == 2 else b"") + text.encode()
