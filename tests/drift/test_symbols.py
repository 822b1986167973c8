"""Every form of definition is found by its name, as far as it reaches; nothing is picked among several."""

from __future__ import annotations

import pytest

from drift.languages.table import MODULES, SUFFIXES, language, name_of, parser
from tests.support.trees import digest, look_up

PYTHON = """\
LIMIT = 3
typed: int = 4
declared: str
first, (second, *others) = load()
one = two = 5
total = 1; other = 2
names += ["x"]
type Alias[T] = list[T]

@cached
@plain(
    1
)
def decorated(): ...

async def waits(a, /, b: int = 1, *rest, c=2, **options): ...

class Outer(Base):
    CONSTANT = 1
    field: int = 2

    class Inner:
        def method(self, x: int) -> None:
            def nested(): ...

    @property
    def size(self): ...

    @size.setter
    def size(self, value): ...

    @staticmethod
    def alone(): ...

    def method(self): ...

if windows:
    def by_platform(): ...
elif mac:
    MAC = 1
else:
    OTHER = 1

try:
    import fast
except ImportError:
    FALLBACK = 1
else:
    FAST = 1
finally:
    ALWAYS = 1

with a, b:
    WITHIN = 1
for x in y:
    LOOPED = 1
while x:
    WHILED = 1
match x:
    case 1:
        MATCHED = 1

@overload
def load(key: int) -> str: ...
@overload
def load(key: str, default: dict[str, int]) -> str: ...
def load(key): ...

def ﬁnd(): ...
"""

PYTHON_FORMS = [
    ("LIMIT", 1, 1), ("typed", 2, 2), ("declared", 3, 3), ("first", 4, 4), ("second", 4, 4), ("others", 4, 4),
    ("one", 5, 5), ("two", 5, 5), ("total", 6, 6), ("other", 6, 6), ("names", 7, 7), ("Alias", 8, 8),
    ("decorated", 10, 14), ("waits", 16, 16), ("Outer", 18, 35), ("Outer.CONSTANT", 19, 19), ("Outer.field", 20, 20),
    ("Outer.Inner", 22, 24), ("Outer.Inner.method", 23, 24), ("Outer.Inner.method.nested", 24, 24),
    ("Outer.size()", 26, 27), ("Outer.size(value)", 29, 30), ("Outer.size(*)", 26, 30), ("Outer.alone", 32, 33),
    ("Outer.method", 35, 35), ("by_platform", 38, 38), ("MAC", 40, 40), ("OTHER", 42, 42), ("FALLBACK", 47, 47),
    ("FAST", 49, 49), ("ALWAYS", 51, 51), ("WITHIN", 54, 54), ("LOOPED", 56, 56), ("WHILED", 58, 58),
    ("MATCHED", 61, 61), ("load(int)", 63, 64), ("load(key: int)", 63, 64), ("load(str, dict[str,int])", 65, 66),
    ("load(key)", 67, 67), ("load(*)", 63, 67), ("find", 69, 69), ("ﬁnd", 69, 69), ('"waits"', 16, 16),
]  # fmt: skip

TYPESCRIPT = """\
export const LIMIT = 3, OTHER = 4;
let plain = 1;
var { a, b: c, d = 2, ...others } = load();
const [first, , second = 3] = list;
function named(x: number) { function nested() {} }
async function* generates() {}
export default class Store<T> extends Base {
  static readonly size: number = 1;
  private name?: string;
  #secret = 2;
  'quoted-name' = 3;
  declare only: string;
  accessor moved = 1;
  arrow = (x: number) => x;
  constructor(private host: string) { super(); }
  get value() { return 1; }
  set value(x: number) {}
  override async load(key: string): Promise<void>;
  protected async load(key: number): Promise<void>;
  async load(key: any) {}
  *walks() {}
  static async *both() {}
  [Symbol.iterator]() {}
  @Input({ once: true })
  @Other
  decorated() {}
  @Input() decoratedField: string;
}
@Injectable()
export abstract class Shape { abstract area(): number; protected abstract side: number; }
export interface Drawn extends Shape { kind: string; readonly color?: string; draw(to: Canvas): void }
export type Options = Base & { depth: number; nested: { inner: string } };
export enum Color { Red = 1, Green, 'blue-ish' }
declare const enum Flag { On }
declare function outside(): void;
declare module "other" { export function inside(): void }
namespace One.Two { export const deep = 1 }
const api = { run() {}, stop: () => {}, plain, 'with-dash': 1, get size() { return 1 } } as const;
const Anonymous = class { method() {} };
export function over(x: string): string;
export function over(x: number): number;
export function over(x: any): any {}
if (a) { function conditional() {} }
interface Merged { one: string }
namespace Merged { export const two = 1 }
"""

TYPESCRIPT_FORMS = [
    ("LIMIT", 1, 1), ("OTHER", 1, 1), ("plain", 2, 2), ("a", 3, 3), ("c", 3, 3), ("d", 3, 3), ("others", 3, 3),
    ("first", 4, 4), ("second", 4, 4), ("named", 5, 5), ("named.nested", 5, 5), ("generates", 6, 6),
    ("Store", 7, 28), ("default", 7, 28), ("default.walks", 21, 21), ("Store.size", 8, 8), ("Store.name", 9, 9),
    ("Store.#secret", 10, 10), ("Store.quoted-name", 11, 11), ('Store."quoted-name"', 11, 11), ("Store.only", 12, 12),
    ("Store.moved", 13, 13), ("Store.arrow", 14, 14), ("Store.constructor", 15, 15), ("Store.value()", 16, 16),
    ("Store.value(number)", 17, 17), ("Store.value(*)", 16, 17), ("Store.load(string)", 18, 18),
    ("Store.load(key: number)", 19, 19), ("Store.load(any)", 20, 20), ("Store.walks", 21, 21), ("Store.both", 22, 22),
    ("Store.[Symbol.iterator]", 23, 23), ("Store.decorated", 24, 26), ("Store.decoratedField", 27, 27),
    ("Shape", 29, 30), ("Shape.area", 30, 30), ("Shape.side", 30, 30), ("Drawn", 31, 31), ("Drawn.kind", 31, 31),
    ("Drawn.color", 31, 31), ("Drawn.draw", 31, 31), ("Options", 32, 32), ("Options.depth", 32, 32),
    ("Options.nested.inner", 32, 32), ("Color", 33, 33), ("Color.Red", 33, 33), ("Color.Green", 33, 33),
    ("Color.blue-ish", 33, 33), ("Flag.On", 34, 34), ("outside", 35, 35), ("other.inside", 36, 36),
    ("One.Two", 37, 37), ("One.Two.deep", 37, 37), ("api", 38, 38), ("api.run", 38, 38), ("api.stop", 38, 38),
    ("api.plain", 38, 38), ("api.with-dash", 38, 38), ("api.size", 38, 38), ("Anonymous.method", 39, 39),
    ("over(string)", 40, 40), ("over(x: number)", 41, 41), ("over(any)", 42, 42), ("over(*)", 40, 42),
    ("conditional", 43, 43), ("Merged.one", 44, 44), ("Merged.two", 45, 45),
]  # fmt: skip


@pytest.mark.parametrize(("fragment", "line", "end"), PYTHON_FORMS)
def test_python_form_resolves(fragment: str, line: int, end: int) -> None:
    found = look_up("python", PYTHON, fragment).found
    assert (found[0].line, found[-1].end_line) == (line, end)


@pytest.mark.parametrize("name", ["typescript", "tsx"])
@pytest.mark.parametrize(("fragment", "line", "end"), TYPESCRIPT_FORMS)
def test_typescript_form_resolves(name: str, fragment: str, line: int, end: int) -> None:
    found = look_up(name, TYPESCRIPT, fragment).found
    assert (found[0].line, found[-1].end_line) == (line, end)


AMBIGUOUS = [
    ("python", PYTHON, "load", ("load(int)", "load(str, dict[str, int])", "load(key)", "load(*)")),
    ("python", PYTHON, "Outer.size", ("Outer.size()", "Outer.size(value)", "Outer.size(*)")),
    ("python", "X = 1\nX = 2\n", "X", ("X(*)",)),
    ("python", "if a:\n    def f(x): 1\nelse:\n    def f(x): 2\n", "f(x)", ("f(x)", "f(*)")),
    ("typescript", TYPESCRIPT, "over", ("over(string)", "over(number)", "over(any)", "over(*)")),
    ("typescript", TYPESCRIPT, "Merged", ("Merged(*)",)),
]


@pytest.mark.parametrize(("name", "source", "fragment", "choices"), AMBIGUOUS)
def test_several_definitions_are_never_one(name: str, source: str, fragment: str, choices: tuple[str, ...]) -> None:
    resolved = look_up(name, source, fragment)
    assert (resolved.found, resolved.choices) == ((), choices)


NEAR = [
    ("python", PYTHON, "Outer.metod", "Outer.method"),
    ("python", PYTHON, "LIMITS", "LIMIT"),
    ("python", PYTHON, "Other.Inner", "Outer.Inner"),
    ("python", PYTHON, "alone", "Outer.alone"),
    ("typescript", TYPESCRIPT, "Store.loads", "Store.load"),
]


@pytest.mark.parametrize(("name", "source", "fragment", "near"), NEAR)
def test_a_missing_symbol_brings_near_ones(name: str, source: str, fragment: str, near: str) -> None:
    resolved = look_up(name, source, fragment)
    assert not resolved.found
    assert near in resolved.near


def test_a_decorator_and_an_export_belong_to_the_definition() -> None:
    assert digest("python", "@a\ndef f(): 1\n", "f") != digest("python", "@b\ndef f(): 1\n", "f")
    assert digest("typescript", "export function f() {}", "f") != digest("typescript", "function f() {}", "f")
    assert digest("typescript", "class C { @A m() {} }", "C.m") != digest("typescript", "class C { @B m() {} }", "C.m")


def test_one_of_several_declarators_keeps_its_keyword_and_leaves_its_neighbours() -> None:
    base = digest("typescript", "export const a = 1, b = 2", "b")
    assert digest("typescript", "export const a = 9, b = 2", "b") == base
    assert digest("typescript", "export let a = 1, b = 2", "b") != base
    assert digest("typescript", "const a = 1, b = 2", "b") != base


def test_a_symbol_is_the_same_wherever_it_stands_in_its_file() -> None:
    one = "def f(a):\n    return a\n\nX = 1\n"
    other = "X = 1\n\n\nif True:\n    def f(a):\n        return (a)\n"
    assert digest("python", one, "f") == digest("python", other, "f")


def test_a_new_overload_makes_the_plain_name_ambiguous_and_leaves_the_others() -> None:
    one, more = "function f(a: string) {}", "function f(a: string) {}\nfunction f(a: number) {}"
    assert not look_up("typescript", more, "f").found
    assert digest("typescript", one, "f(string)") == digest("typescript", more, "f(string)")


@pytest.mark.parametrize("name", MODULES)
def test_each_language_loads_and_its_tag_is_the_installed_version(name: str) -> None:
    from importlib.metadata import version

    tag = language(name).grammar.rpartition("-")[0]
    package = "typescript" if name == "tsx" else tag
    assert language(name).grammar == f"{tag}-{version(f'tree-sitter-{package}')}"
    assert not parser(name).parse(b"").root_node.has_error


@pytest.mark.parametrize("name", MODULES)
def test_each_kind_in_a_table_is_a_kind_of_its_grammar(name: str) -> None:
    import tree_sitter

    spec = language(name)
    grammar = parser(name).language
    assert isinstance(grammar, tree_sitter.Language)
    kinds = {grammar.node_kind_for_id(number) for number in range(grammar.node_kind_count)}
    used = {*spec.rules, *spec.forms, *spec.scopes, *spec.wrappers, *spec.patterns, *spec.names, *spec.parameters}
    jsx = {"jsx_attribute", "jsx_element"} if name == "typescript" else set()
    assert used - kinds - jsx == set()


def test_a_suffix_names_a_language() -> None:
    assert set(SUFFIXES.values()) == set(MODULES)
    assert (name_of("a/b.PY"), name_of("a.tsx"), name_of("Makefile")) == ("python", "tsx", "")
