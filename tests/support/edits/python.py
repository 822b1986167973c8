"""Python: a source, edits that change its meaning and edits that do not; pairs of small sources."""

BASE = '''\
"""Sessions of people."""
import os
from typing import Any, overload

LIMIT = 3
NAMES = ("ann", "bo")
ONE = ("ann",)


@cached(size=4)
async def open_session(user: str, retries: int = 3, *args: Any, force=False, **options) -> "Session":
    """Open a session.

    Tries a few times.
    """
    if user is None and (force or retries > 0):
        raise ValueError("no user") from None
    total = 0
    for attempt in range(retries):
        total += attempt * (retries - 1)
        if not (attempt == 2):
            continue
        else:
            break
    while total >= 1_000:
        total //= 2
    try:
        result = await connect(user, timeout=2.5, mode=0o644)
    except (OSError, KeyError) as error:
        log(f"failed {error!r:>20} after {total=}", b"raw", r"\\d+")
        return None
    finally:
        close()
    with lock as held, other:
        values = [item.name for item in result if item.ok]
        pairs = {key: value for key, value in options.items()}
        first, *rest = values
        chosen = values[0] if values else -1
        part = values[1:3]
        table[user,] = lambda left, right=None: left @ right
    match result:
        case Point(x=0, y=found) if found:
            return found
        case [first, *_] | {"kind": first}:
            pass
    assert a < b < c, "order"
    del values
    global LIMIT
    return a and (b or c)


class Session(Base, metaclass=Meta):
    __slots__ = ("name",)
    name: str = "x"

    @property
    def size(self) -> int:
        yield from self.parts
        return self._size ** -1
'''

CHANGES = [
    ("retries: int = 3", "retries: int = 4"),
    ("user: str", "user: bytes"),
    ("user: str", "user"),
    ("force=False", "force=True"),
    ("*args: Any, force", "*args: Any, force_it"),
    ("*args: Any, force", "force"),
    ("user: str, retries: int = 3", "retries: int = 3, user: str"),
    (' -> "Session"', ""),
    ("async def open", "def open"),
    ("@cached(size=4)\n", ""),
    ("@cached(size=4)", "@cached"),
    ("@cached(size=4)", "@cached(size=5)"),
    ("user is None", "user == None"),
    ("user is None", "user is not None"),
    ("None and (force or retries > 0)", "None and force or retries > 0"),
    ("and (force or", "or (force or"),
    ("retries > 0", "retries >= 0"),
    ("retries > 0", "0 > retries"),
    ('"no user"', '"no  user"'),
    (" from None", ""),
    ("ValueError", "TypeError"),
    ("attempt * (retries - 1)", "attempt * retries - 1"),
    ("total += attempt", "total -= attempt"),
    ("total += attempt", "total = attempt"),
    ("not (attempt == 2)", "(not attempt) == 2"),
    ("continue\n        else:\n            break", "break\n        else:\n            continue"),
    ("            break\n", "            pass\n"),
    ("1_000", "10_00.0"),
    ("//= 2", "/= 2"),
    ("await connect(user", "connect(user"),
    ("connect(user, timeout=2.5", "connect(timeout=2.5"),
    ("timeout=2.5, mode=0o644", "timeout=2.5, mode=644"),
    ("timeout=2.5", "time=2.5"),
    ("(OSError, KeyError)", "OSError"),
    ("error!r:>20", "error!s:>20"),
    ("error!r:>20", "error!r:>21"),
    ("error!r:>20", "error!r:< 20"),
    ("{total=}", "{total = }"),
    ("{total=}", "{total}"),
    ('b"raw"', '"raw"'),
    ('r"\\d+"', 'r"\\D+"'),
    ('r"\\d+"', '"\\\\\\\\d+"'),
    ("        return None\n", ""),
    ("    finally:\n        close()\n", "    close()\n"),
    ("close()", "close"),
    ("lock as held, other", "other, lock as held"),
    ("if item.ok", "if item.no"),
    ("[item.name for", "[item for"),
    ("[item.name for item in result if item.ok]", "(item.name for item in result if item.ok)"),
    ("{key: value for", "{value: key for"),
    ("first, *rest", "first, rest"),
    ("values[0] if values else -1", "-1 if values else values[0]"),
    ("else -1", "else 1"),
    ("values[1:3]", "values[1:]"),
    ("values[1:3]", "values[1:3:1]"),
    ("table[user,]", "table[user]"),
    ("right=None: left", "right=None: right"),
    ("left @ right", "left * right"),
    ("Point(x=0", "Point(x=1"),
    ("y=found) if found", "y=found) if not found"),
    ("*_] | {", "_] | {"),
    ("a < b < c", "(a < b) < c"),
    ("a < b < c", "a < b and b < c"),
    ('assert a < b < c, "order"', 'assert (a < b < c, "order")'),
    ("    del values\n", ""),
    ("a and (b or c)", "a and b or c"),
    ("    return a and", "    yield a and"),
    ('ONE = ("ann",)', 'ONE = ("ann")'),
    ('("ann", "bo")', '("bo", "ann")'),
    ('("ann", "bo")', '("annbo",)'),
    ('("ann", "bo")', '["ann", "bo"]'),
    ("LIMIT = 3", "LIMIT: int = 3"),
    ("LIMIT = 3", "LIMIT = '3'"),
    ("LIMIT = 3", "LIMIT = 3.0"),
    ("(Base, metaclass=Meta)", "(Base)"),
    ("(Base, metaclass=Meta)", "(metaclass=Meta)"),
    ("name: str =", "name ="),
    ("    @property\n", ""),
    ("yield from", "yield"),
    ("self._size ** -1", "-self._size ** 1"),
    ("Tries a few times.", "Tries once."),
    ("import os\n", ""),
    ("import os\n", "import os as system\n"),
    ("import Any, overload", "import Any"),
    ("Session(Base", "Sessions(Base"),
]

SAME = [
    ('"no user"', "'no user'"),
    ('"no user"', '"""no user"""'),
    ('"no user"', '("no user")'),
    ('"no user"', '"no " "user"'),
    ('"no user"', '"no "\n            "user"'),
    ('"no user"', 'u"no user"'),
    ('"no user"', '"\\x6eo user"'),
    ('"order"', "'or' \"der\""),
    ('b"raw"', "B'raw'"),
    ('r"\\d+"', '"\\\\d+"'),
    ("{error!r:>20} after", '{ error!r:>20} af" f"ter'),
    ("**options)", "**options,)"),
    ("**options)", "**options,\n)"),
    ("connect(user, timeout", "connect(\n            user,\n            timeout"),
    ("mode=0o644)", "mode=0O644,)"),
    ("mode=0o644", "mode=420"),
    ("1_000", "1000"),
    ("timeout=2.5", "timeout=2.50"),
    ("LIMIT = 3", "LIMIT = 0X3"),
    ("LIMIT = 3", "LIMIT = (3)  # enough"),
    ("total = 0\n", "total = 0  # nothing yet\n\n"),
    ("    total = 0\n", "    # Start.\n    total = 0;\n"),
    ("(OSError, KeyError)", "(OSError, KeyError,)"),
    ("[item.name for", "[(item.name) for"),
    ("return found\n", "return (found)\n"),
    ("return a and (b or c)", "return (a and (b or c))"),
    ("return a and (b or c)", "return a and \\\n        (b or c)"),
    ("    for attempt in range(retries):", "    for attempt in (range(retries)):"),
    ("first, *rest = values", "(first, *rest) = values"),
    ("first, *rest = values", "first, *rest, = values"),
    ("with lock as held, other:", "with (lock as held, other,):"),
    ("    Tries a few times.\n    ", "    Tries a\n       few times."),
    ('"""Sessions of people."""', "'''Sessions of\n  people.'''"),
    ('Tries a few times.\n    """', 'Tries a few times."""'),
    ("from typing import Any, overload", "from typing import (\n    overload,\n    Any,\n)"),
    ("import os\nfrom typing import Any, overload", "from typing import Any, overload\nimport os"),
    ('("ann", "bo")', '("ann", "bo",)'),
    ('("ann", "bo")', '"ann", "bo"'),
    ("if not (attempt == 2):", "if not attempt == 2:"),
    ("case Point(x=0, y=found)", "case Point(x=0, y=found,)"),
    ("\n\n\nclass Session", "\nclass Session"),
    ("del values", "del (values)"),
    ("    ", "\t"),
]

PAIRS = [
    ("class A():\n    pass", "class A:\n    pass", True),
    ("for x in 'a',: pass", "for x in ('a',): pass", True),
    ("for (a, b) in c: pass", "for a, b in c: pass", True),
    ("x = 1_0 + 0XFF + 1E3 + 2J", "x = 10 + 0xff + 1000.0 + 2j", True),
    ("x = '\\u00DF'", "x = '\\u00df'", True),
    ("x = '\\u00DF'", "x = 'ß'", True),
    ("x = b'\\u0041'", "x = b'A'", False),
    ("x = r'\\n'", "x = '\\n'", False),
    ("x = '\\0'", "x = '\\\\0'", False),
    ("x = '{{'", "x = '{'", False),
    ("x = f'{{'", "x = '{'", True),
    ("x = f'{a}' 'b'", "x = f'{a}b'", True),
    ("x = f'{a} {b}'", "x = f'{a}{b} '", False),
    ("x = t'{a}'", "x = f'{a}'", False),
    ("x = '\\N{DASH}'", "x = '\\\\N{DASH}'", False),
    ("class A:\n    (x): int = 1", "class A:\n    x: int = 1", False),
    ("t: tuple[int,]", "t: tuple[int]", False),
    ("t: tuple[int, str,]", "t: tuple[int, str]", True),
    ("match v:\n    case (a,): pass", "match v:\n    case (a): pass", False),
    ("match v:\n    case (a): pass", "match v:\n    case a: pass", True),
    ("(a,) = b", "(a) = b", False),
    ("from m import a as x, b as x", "from m import b as x, a as x", False),
    ("from m import a\nfrom n import a", "from n import a\nfrom m import a", False),
    ("from m import *\nimport a", "import a\nfrom m import *", False),
    ("import b\nimport a", "import a\nimport b", True),
    ("def f():\n    import b\n    import a", "def f():\n    import a\n    import b", False),
    ("def f():\n    from m import (b, a,)", "def f():\n    from m import b, a", True),
    ("def f():\n    from m import b, a", "def f():\n    from m import a, b", False),
    ("from m import (b as x, a,)", "from m import a, b as x", True),
    ("import b\nf()\nimport a", "import a\nf()\nimport b", False),
    ("def f() -> (int): pass", "def f() -> int: pass", True),
    ("assert x, \\\n    'a'", "assert x, 'a'", True),
    ("if a and \\\n   'b' in c: pass", "if a and 'b' in c: pass", True),
    ("if x:\n    a\n    b", "if x:\n    a\nb", False),
    ("x = a if b else (c if d else e)", "x = (a if b else c) if d else e", False),
    ("x = (yield)", "x = yield", True),
    ("f((a, b))", "f(a, b)", False),
    ("x = 'a' 'b'.upper()", "x = ('ab').upper()", True),
    ("x = 2 ** -1", "x = (2 ** -1)", True),
    ("x = (-2) ** 2", "x = -2 ** 2", False),
    ("x = not a in b", "x = not (a in b)", True),
    ("x = a, b", "x = (a), (b)", True),
    ("x = [1,]", "x = [1]", True),
    ("return_ = lambda: (a, b)", "return_ = lambda: a, b", False),
    ("'''doc'''\nx = 1", "('doc')\nx = 1", True),
    ("x = '''a\n  b'''", "x = '''a\n b'''", False),
]
