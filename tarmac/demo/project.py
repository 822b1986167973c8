"""The demo's project: a small ledger with documents and tests, and a dozen tickets that depend on one another.

Pure data. Each ticket's work is a set of whole files and of insertions, which a scripted agent carries out.
"""

from __future__ import annotations

from typing import NamedTuple

FILES = {
    "README.md": "# Ledger\n\nKeeps accounts in whole cents. See [how money is kept](docs/money.md).\n",
    "ledger/__init__.py": '"""A small ledger."""\n',
    "ledger/money.py": '''"""Money in whole cents."""


def cents(text: str) -> int:
    """Read `12.34` as 1234."""
    whole, _, part = text.partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0"))


def show(amount: int) -> str:
    """Write 1234 as `12.34`."""
    return f"{amount // 100}.{amount % 100:02d}"
''',
    "ledger/book.py": '''"""Entries and balances."""


def balance(entries: list[tuple[str, int]], account: str) -> int:
    """Sum of an account's entries, in cents."""
    return sum(amount for name, amount in entries if name == account)
''',
    "docs/money.md": """# How money is kept

## Reading

`cents` reads a decimal text and gives whole cents.

## Writing

`show` writes cents with two decimals.
""",
    "docs/book.md": "# Balances\n\nA balance is the sum of an account's entries.\n",
    "tests/__init__.py": "",
    "tests/test_money.py": """import unittest

from ledger.money import cents, show


class Money(unittest.TestCase):
    def test_round_trip(self) -> None:
        self.assertEqual(show(cents("12.34")), "12.34")
""",
}
BINDINGS = (("docs/money.md#writing", "ledger/money.py#show"), ("docs/book.md", "ledger/book.py#balance"))


class Ticket(NamedTuple):
    """One ticket: `key` is the demo's own name for it, `after` the keys it waits for, `files` what its agent writes."""

    key: str
    title: str
    body: str
    after: tuple[str, ...]
    files: dict[str, str]
    priority: str = "medium"


def _function(key: str, title: str, code: str, check: str, *after: str, priority: str = "medium") -> Ticket:
    """A ticket that adds one module with its test."""
    body = f"Add `ledger/{key}.py` with tests.\n\n## Acceptance\n- [ ] it works\n- [ ] it is tested\n"
    test = (
        f"import unittest\n\nfrom ledger.{key} import {key}\n\n\nclass Added(unittest.TestCase):\n"
        f"    def test_it(self) -> None:\n        {check}\n"
    )
    files = {f"ledger/{key}.py": code, f"tests/test_{key}.py": test}
    return Ticket(key, title, body, after, files, priority)


def _def(line: str, doc: str, *body: str) -> str:
    inside = "\n".join(f"    {part}" for part in body)
    return f'"""{doc}"""\n\n\n{line}\n    """{doc}"""\n{inside}\n'


TICKETS = (
    _function(
        "parse",
        "Parse a ledger line",
        _def(
            "def parse(line: str) -> tuple[str, int]:",
            "Read `name amount`.",
            "name, amount = line.split()",
            "return name, int(amount)",
        ),
        'self.assertEqual(parse("cash 5"), ("cash", 5))',
        priority="high",
    ),
    _function(
        "load",
        "Load a whole ledger",
        "from ledger.parse import parse\n\n\ndef load(text: str) -> list[tuple[str, int]]:\n"
        '    """Read all lines."""\n    return [parse(line) for line in text.splitlines() if line]\n',
        'self.assertEqual(load("a 1\\nb 2\\n"), [("a", 1), ("b", 2)])',
        "parse",
    ),
    _function(
        "total",
        "Total of all accounts",
        _def(
            "def total(entries: list[tuple[str, int]]) -> int:",
            "Sum of everything.",
            "return sum(amount for _, amount in entries)",
        ),
        'self.assertEqual(total([("a", 1), ("b", 2)]), 3)',
    ),
    _function(
        "report",
        "Print a balance sheet",
        "from ledger.load import load\nfrom ledger.total import total\n\n\ndef report(text: str) -> str:\n"
        '    """One line with the total."""\n    return f"total {total(load(text))}"\n',
        'self.assertEqual(report("a 1\\nb 2"), "total 3")',
        "load",
        "total",
    ),
    _function(
        "accounts",
        "List the accounts",
        _def(
            "def accounts(entries: list[tuple[str, int]]) -> list[str]:",
            "Names, sorted.",
            "return sorted({name for name, _ in entries})",
        ),
        'self.assertEqual(accounts([("b", 1), ("a", 1)]), ["a", "b"])',
    ),
    _function(
        "transfer",
        "Transfer between accounts",
        _def(
            "def transfer(a: str, b: str, n: int) -> list[tuple[str, int]]:", "Two entries.", "return [(a, -n), (b, n)]"
        ),
        'self.assertEqual(transfer("a", "b", 2), [("a", -2), ("b", 2)])',
    ),
    _function(
        "interest",
        "Yearly interest",
        _def("def interest(cents: int, percent: int) -> int:", "Rounded down.", "return cents * percent // 100"),
        "self.assertEqual(interest(1000, 3), 30)",
    ),
    _function(
        "negative",
        "Find negative accounts",
        "from ledger.accounts import accounts\nfrom ledger.book import balance\n\n\n"
        "def negative(entries: list[tuple[str, int]]) -> list[str]:\n"
        '    """Accounts below zero."""\n'
        "    return [name for name in accounts(entries) if balance(entries, name) < 0]\n",
        'self.assertEqual(negative([("a", -1)]), ["a"])',
        "accounts",
    ),
    _function(
        "average",
        "Average entry",
        _def("def average(amounts: list[int]) -> int:", "Mean, rounded down.", "return sum(amounts) // len(amounts)"),
        "self.assertEqual(average([1, 3]), 2)",
    ),
    _function(
        "largest",
        "Largest entry",
        _def("def largest(amounts: list[int]) -> int:", "The largest.", "return max(amounts)"),
        "self.assertEqual(largest([1, 3]), 3)",
    ),
    _function(
        "csv",
        "Write entries as CSV",
        _def(
            "def csv(entries: list[tuple[str, int]]) -> str:",
            "One entry a line.",
            'return "\\n".join(f"{a},{n}" for a, n in entries)',
        ),
        'self.assertEqual(csv([("a", 1)]), "a,1")',
    ),
    Ticket(
        "show",
        "Show thousands with spaces",
        "Change `show` in `ledger/money.py`: `1 234.00`.\n\n## Acceptance\n- [ ] 123400 is shown as `1 234.00`\n",
        (),
        {
            "ledger/money.py": FILES["ledger/money.py"].replace(
                'return f"{amount // 100}.{amount % 100:02d}"',
                'return f"{amount // 100:,}.{amount % 100:02d}".replace(",", " ")',
            ),
            "docs/money.md": FILES["docs/money.md"].replace(
                "with two decimals.", "with two decimals and spaced thousands."
            ),
        },
    ),
)
DOCUMENT = "docs/money.md"
"""What the agent of `show` leaves out when the draw says that a document goes stale."""
LEAVES = tuple(
    ticket.key for ticket in TICKETS if not any(ticket.key in other.after for other in TICKETS) and ticket.key != "show"
)
"""Tickets that nobody waits for: a fault there keeps no other ticket back."""
