"""TypeScript: a source, edits that change its meaning and edits that do not; pairs of small sources."""

BASE = """\
import fs from "fs";
import { a, b as c } from "./x";

export const LIMIT: number = 3;
export let names = ["ann", "bo"] as const;
type Id = string | number | null;
type Part<T> = { readonly [K in keyof T]?: T[K] };
type Fn = (first: string, ...rest: number[]) => void;
type Both = (A | B)[] & C;

@Injectable({ once: true })
export abstract class Store<T extends Base = Base> extends Parent<T> implements One, Two {
  private static readonly size: number = 1;
  protected name?: string;
  #secret = 2;
  constructor(private readonly host: string, port = 80) { super(host); }
  @Input("x") get value(): number { return this.#secret; }
  async load(id: Id, force = false, ...rest: string[]): Promise<void> {
    if (id === null && (force || rest.length > 0)) throw new Error("no id");
    let total = 0;
    for (let i = 0; i < 3; i++) total += i * (LIMIT - 1);
    for (;;) { break; }
    for (const key in this) { delete this[key]; }
    for await (const item of stream) { yieldTo(item); }
    while (!(total === 2)) { total -= 1; continue; }
    do { total--; } while (total > 0);
    try { await connect(id, { timeout: 25, "keep-alive": true, mode: 0x1ff }); }
    catch (error) { log(`failed ${error} after ${total}`); return; }
    finally { close(); }
    const { first, second: [third, , fourth] = [], ...others } = total ? options : {};
    const pick = async (x: number) => x ?? (a || b);
    const text = head?.body.words + (tail?.body).words;
    switch (total) { case 1: run(); break; default: stop(); }
    const match = /ab+c/gi.test(text) ? -1 : void 0;
    (0, others.call)(first!, third as string, <any>fourth);
    items.map((item) => item.id).filter(Boolean);
    label: for (const x of y) { break label; }
    const list = [1, , 2];
    return new Thing(list)[total](...list);
  }
  abstract stop(): void;
}

export interface Shape extends Base { kind: "round"; readonly area: number; draw(to: Canvas): void; [key: string]: any }
export enum Color { Red = 1, Green = "green", Blue }
export function over(a: string): string;
export function over(a: any): any { return typeof a === "string" ? a : [a]; }
export default Store;
namespace Inner { export const z = 1n; }
declare module "other" { export function h(): asserts x is string; }
"""

CHANGES = [
    ("LIMIT: number = 3", "LIMIT: number = 4"),
    ("LIMIT: number = 3", "LIMIT: number = '3'"),
    ("LIMIT: number = 3", "LIMIT = 3"),
    ("export const LIMIT", "export let LIMIT"),
    ("export const LIMIT", "const LIMIT"),
    ("export let names", "export var names"),
    ('["ann", "bo"]', '["bo", "ann"]'),
    (" as const", ""),
    ("string | number | null", "string | null"),
    ("readonly [K in", "[K in"),
    ("keyof T]?:", "keyof T]:"),
    ("keyof T]?:", "keyof T]-?:"),
    ("...rest: number[]", "rest: number[]"),
    ("first: string, ...", "...first: string[], ..."),
    ("(A | B)[]", "A | B[]"),
    ("[] & C", "[] | C"),
    ("@Injectable({ once: true })\n", ""),
    ("once: true", "once: false"),
    ("abstract class", "class"),
    ("extends Base = Base", "extends Base"),
    ("extends Parent<T>", "extends Parent"),
    ("implements One, Two", "implements One"),
    ("private static", "public static"),
    ("static readonly size", "readonly size"),
    ("name?: string", "name: string"),
    ("#secret = 2", "secret = 2"),
    ("private readonly host", "host"),
    ("port = 80", "port = 81"),
    ('@Input("x") get', "get"),
    ("get value()", "value()"),
    ("async load", "load"),
    ("async load", "async *load"),
    ("id: Id, force", "force, id: Id"),
    ("force = false", "force = true"),
    ("...rest: string[]", "rest: string[]"),
    ("Promise<void>", "Promise<any>"),
    ("id === null", "id == null"),
    ("null && (force || rest.length > 0)", "null && force || rest.length > 0"),
    ("rest.length > 0", "rest.length >= 0"),
    ('"no id"', '"no  id"'),
    ("throw new Error", "throw Error"),
    ("let total", "const total"),
    ("i++) total", "++i) total"),
    ("i < 3; i++", "; i++"),
    ("total += i", "total -= i"),
    ("i * (LIMIT - 1)", "i * LIMIT - 1"),
    ("for (;;)", "for (; false;)"),
    ("key in this", "key of this"),
    ("for await (const", "for (const"),
    ("!(total === 2)", "!total === 2"),
    ("total -= 1; continue;", "continue; total -= 1;"),
    ("total -= 1; continue;", "total -= 1;"),
    ("total--; }", "}"),
    ("timeout: 25", "timeout: 2.5"),
    ('"keep-alive": true', '["keep-alive"]: f'),
    ("mode: 0x1ff", "mode: 0x1fe"),
    ("await connect", "connect"),
    ("failed ${error}", "failed  ${error}"),
    ("${error} after ${total}", "${total} after ${error}"),
    ("return; }\n    finally { close(); }", "return; }\n    close();"),
    ("catch (error) {", "catch {"),
    ("second: [third, , fourth]", "second: [third, fourth]"),
    ("...others }", "others }"),
    ("total ? options : {}", "total ? {} : options"),
    ("x ?? (a || b)", "x || (a || b)"),
    ("async (x: number) => x", "(x: number) => x"),
    ("head?.body", "head.body"),
    ("(tail?.body).words", "tail?.body.words"),
    ("case 1: run(); break;", "case 1: run();"),
    ("default: stop();", "case 2: stop();"),
    ("/ab+c/gi", "/ab*c/gi"),
    ("/ab+c/gi", "/ab+c/g"),
    ("? -1 : void", "? 1 : void"),
    ("(0, others.call)(", "others.call("),
    ("first!,", "first,"),
    ("third as string", "third as any"),
    ("(item) => item.id", "(item) => item"),
    ("(item) => item.id)", "(item) => { item.id })"),
    ("[1, , 2]", "[1, 2]"),
    ("new Thing(list)[total]", "new (Thing(list)[total])"),
    ("(...list)", "(list)"),
    ("break label", "continue label"),
    ('kind: "round"', 'kind: "square"'),
    ("readonly area", "area"),
    ("[key: string]: any", "[key: number]: any"),
    ("Red = 1", "Red = 2"),
    ('Green = "green", Blue', 'Blue, Green = "green"'),
    ("export enum", "export const enum"),
    ("export function over(a: string): string;\n", ""),
    ('typeof a === "string"', 'a === "string"'),
    ("export default Store", "export { Store }"),
    ("z = 1n", "z = 1"),
    ("asserts x is string", "x is string"),
    ("b as c", "b"),
    ('from "./x"', 'from "./y"'),
    ("import fs from", "import * as fs from"),
    ("import fs from", "import type fs from"),
    ("this.#secret; }", "}"),
]

SAME = [
    ('"no id"', "'no id'"),
    ('"no id"', "'n\\x6f id'"),
    ('import fs from "fs";', "import fs from 'fs'"),
    ("{ a, b as c }", "{\n  b as c,\n  a,\n}"),
    (
        'import fs from "fs";\nimport { a, b as c } from "./x";',
        'import { a, b as c } from "./x";\nimport fs from "fs";',
    ),
    ("LIMIT: number = 3;", "LIMIT: number = (3) // three"),
    ("LIMIT: number = 3;", "LIMIT: number = 3.0"),
    ("LIMIT: number = 3;", "LIMIT: number = 0X3;;"),
    ('["ann", "bo"]', '["ann", "bo",]'),
    ("string | number | null", "\n  | string\n  | number\n  | null"),
    ("(A | B)[] & C", "((A | B)[]) & (C)"),
    ("T[K] };", "T[K]; }"),
    ('kind: "round"; readonly area: number;', "kind: 'round', readonly area: number,"),
    ("private static", "/** size */ private static"),
    ("host: string, port = 80)", "host: string, port = 80,)"),
    ('timeout: 25, "keep-alive"', "'timeout': 25.0, 'keep-alive'"),
    ("mode: 0x1ff }", "mode: 0X1FF, }"),
    ("(item) => item.id", "item => item.id"),
    ("(item) => item.id", "(item,) => (item.id)"),
    ("(force || rest.length > 0)", "((force) || (rest.length > 0))"),
    ("let total = 0;", "let total = 0"),
    ("let total = 0;", "let total = 0; // none\n\n"),
    ("/ab+c/gi", "/ab+c/ig"),
    ("new Thing(list)", "new Thing(list,)"),
    ("Red = 1, Green", "'Red' = 1.0, Green"),
    ("Blue }", "Blue, }"),
    ("get value(): number { return this.#secret; }", "get value(): number {\n    return this.#secret\n  }"),
    ("<T extends Base = Base>", "<T extends Base = Base,>"),
    ("(0, others.call)(first!", "; (0, others.call)(first!"),
    ("catch (error) {", "\n    catch(error){"),
    ("  ", "\t"),
]

PAIRS = [
    ("x = new A", "x = new A()", True),
    ("x = (a?.b)()", "x = a?.b()", False),
    ("x = (a?.b)!.c", "x = a?.b!.c", False),
    ("x = (a.b).c", "x = a.b.c", True),
    ("x = ((a?.[0]))[1]", "x = a?.[0][1]", False),
    ("x = (a?.b)", "x = a?.b", True),
    ("x = a || (b || c)", "x = a || b || c", True),
    ("x = a || (b && c)", "x = (a || b) && c", False),
    ("x = a || b", "x = b || a", False),
    ("x = a + (b + c)", "x = a + b + c", False),
    ("x = (a, b) || c", "x = (b) || c", False),
    ("f((a, b))", "f(a, b)", False),
    ("x = () => ({})", "x = () => {}", False),
    ("x = [,]", "x = []", False),
    ("x = [1,,]", "x = [1,]", False),
    ("x = [1,]", "x = [1]", True),
    ("'use strict'; f()", "('use strict'); f()", False),
    ("'use strict'; f()", '"use strict"\nf()', True),
    ("x = { a: 1 }", "x = { 'a': 1 }", True),
    ("x = { a: 1 }", "x = { [a]: 1 }", False),
    ("x = { 1: 1 }", "x = { '1': 1 }", True),
    ("x = { a }", "x = { b }", False),
    ("x = `a`", "x = `b`", False),
    ("x = `a\n b`", "x = `a\nb`", False),
    ("x = '\\n'", "x = 'n'", False),
    ("x = '\\d'", "x = 'd'", True),
    ("x = '\\0'", "x = '\\\\0'", False),
    ("x = '\\u{41}'", "x = 'A'", True),
    ("x = 1e3", "x = 1000", True),
    ("x = 010", "x = 10", False),
    ("x = 9007199254740993n", "x = 9007199254740992n", False),
    ("return_\n(a)", "return_; (a)", False),
    ("if (a) ; b()", "if (a) b()", False),
    ("if (a) { ; b() }", "if (a) { b() }", True),
    ("for (a;;) {}", "for (;a;) {}", False),
    ("for (;;a) {}", "for (;a;) {}", False),
    ("class A { a; b }", "class A {\n  a\n  b\n}", True),
    ("class A { static a = 1 }", "class A { a = 1 }", False),
    ("type A = | B", "type A = B", True),
    ("type A = (() => void) | null", "type A = () => void | null", False),
    ("type A = (keyof B)[]", "type A = keyof B[]", False),
    ("type A = `a${B}`", "type A = `a ${B}`", False),
    ("import 'b'; import 'a'", "import 'a'; import 'b'", False),
    ("import b from 'b'; import a from 'a'", "import a from 'a'; import b from 'b'", True),
    ("let x: string", "let x: number", False),
    ("let x: object", "let x: symbol", False),
    ("async x => x", "async (x) => x", True),
    ("x = <T,>(a: T) => a", "x = <T>(a: T) => a", True),
    ("export { b, a }", "export { a, b }", True),
]

ELEMENTS = [
    ('<a b="x" />', "<a b='x' />", True),
    ('<a b="x" />', '<a b={"x"} />', True),
    ('<a b="\\n" />', '<a b={"\\n"} />', False),
    ('<a b="x" />', "<a b={x} />", False),
    ('<a b="x" c />', "<a c b='x' />", False),
    ("<a>one two</a>", "<a>\n  one two\n</a>", True),
    ("<a>one two</a>", "<a>\n  one\n  two\n</a>", True),
    ("<a>one two</a>", "<a>one  two</a>", False),
    ("<a>one <b/></a>", '<a>\n  one{" "}\n  <b/>\n</a>', True),
    ("<a>one <b/></a>", "<a>one<b/></a>", False),
    ("<a>{/* note */}<b/></a>", "<a><b/></a>", True),
    ("<a>{x}</a>", "<a>{y}</a>", False),
    ("<a>&nbsp;x</a>", "<a>x</a>", False),
    ("<a {...b} />", "<a {...c} />", False),
    ("<a>{x}</a>", "(<a>{(x)}</a>)", True),
    ("<><b/></>", "<a><b/></a>", False),
    ("<a></a>", "<b></b>", False),
]
