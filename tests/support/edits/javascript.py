"""JavaScript: a source, edits that change its meaning and edits that do not; pairs of small sources."""

BASE = """\
import fs from "fs";
import { a, b as c } from "./x";

const LIMIT = 3;
export let names = ["ann", "bo"];
var old = 1;

@injectable({ once: true })
export class Store extends Parent {
  static size = 1;
  #secret = 2;
  constructor(host, port = 80) { super(host); }
  get value() { return this.#secret; }
  set value(x) { this.#secret = x; }
  async load(id, force = false, ...rest) {
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
    const pick = async (x) => x ?? (a || b);
    const text = head?.body.words + (tail?.body).words;
    switch (total) { case 1: run(); break; default: stop(); }
    const match = /ab+c/gi.test(text) ? -1 : void 0;
    (0, others.call)(first, third);
    items.map((item) => item.id).filter(Boolean);
    label: for (const x of y) { break label; }
    const list = [1, , 2];
    const made = { total, run() { return 1; }, get size() { return 2; }, [computed]: 3, ...others };
    if (typeof total === "number" && !(key in made)) total **= 2;
    else total <<= 1;
    yes ||= made instanceof Store;
    return new Thing(list)[total](...list);
  }
  *walk() { yield* this.parts; yield 1; }
  static { init(); }
}
exports.helper = function (x) { return x & 1; };
export default Store;
export { old as older };
"""

CHANGES = [
    ("const LIMIT = 3", "const LIMIT = 4"),
    ("const LIMIT = 3", "const LIMIT = '3'"),
    ("const LIMIT", "let LIMIT"),
    ("export let names", "let names"),
    ("export let names", "export var names"),
    ('["ann", "bo"]', '["bo", "ann"]'),
    ('["ann", "bo"]', '["ann"]'),
    ("@injectable({ once: true })\n", ""),
    ("once: true", "once: false"),
    ("extends Parent", ""),
    ("extends Parent", "extends Other"),
    ("static size", "size"),
    ("#secret = 2;", "secret = 2;"),
    ("port = 80", "port = 81"),
    ("port = 80", "port"),
    ("host, port = 80", "port = 80, host"),
    ("super(host)", "super()"),
    ("get value()", "value()"),
    ("set value(x)", "get value()"),
    ("async load", "load"),
    ("async load", "async *load"),
    ("force = false", "force = true"),
    ("...rest)", "rest)"),
    ("id === null", "id == null"),
    ("id === null", "id !== null"),
    ("null && (force || rest.length > 0)", "null && force || rest.length > 0"),
    ("rest.length > 0", "rest.length >= 0"),
    ("rest.length > 0", "0 > rest.length"),
    ('"no id"', '"no  id"'),
    ("throw new Error", "throw Error"),
    ('throw new Error("no id")', 'new Error("no id")'),
    ("let total = 0;\n", "let total;\n"),
    ("i++) total", "++i) total"),
    ("i++) total", "i--) total"),
    ("i < 3; i++", "; i++"),
    ("total += i", "total -= i"),
    ("i * (LIMIT - 1)", "i * LIMIT - 1"),
    ("for (;;)", "for (; false;)"),
    ("key in this)", "key of this)"),
    ("delete this[key]", "this[key]"),
    ("this[key]", "this.key"),
    ("for await (const", "for (const"),
    ("!(total === 2)", "!total === 2"),
    ("total -= 1; continue;", "continue; total -= 1;"),
    ("total -= 1; continue;", "total -= 1;"),
    ("do { total--; } while (total > 0)", "while (total > 0) { total--; }"),
    ("timeout: 25", "timeout: 2.5"),
    ('"keep-alive": true', '["keep-alive"]: true'),
    ("mode: 0x1ff", "mode: 0x1fe"),
    ("await connect", "connect"),
    ("connect(id, {", "connect({"),
    ("failed ${error}", "failed  ${error}"),
    ("${error} after ${total}", "${total} after ${error}"),
    ("return; }\n    finally { close(); }", "return; }\n    close();"),
    ("catch (error) {", "catch {"),
    ("second: [third, , fourth]", "second: [third, fourth]"),
    ("fourth] = []", "fourth]"),
    (", ...others }", ", others }"),
    ("total ? options : {}", "total ? {} : options"),
    ("x ?? (a || b)", "x || (a || b)"),
    ("async (x) => x", "(x) => x"),
    ("head?.body", "head.body"),
    ("(tail?.body).words", "tail?.body.words"),
    ("case 1: run(); break;", "case 1: run();"),
    ("default: stop();", "case 2: stop();"),
    ("/ab+c/gi", "/ab*c/gi"),
    ("/ab+c/gi", "/ab+c/g"),
    ("? -1 : void", "? 1 : void"),
    ("void 0", "void 1"),
    ("(0, others.call)(", "others.call("),
    ("(item) => item.id", "(item) => item"),
    ("(item) => item.id)", "(item) => { item.id })"),
    (".filter(Boolean)", ""),
    ("[1, , 2]", "[1, 2]"),
    ("{ total, run()", "{ total: run, run()"),
    ("[computed]: 3", "computed: 3"),
    ("get size() { return 2; }", "size() { return 2; }"),
    ("typeof total === ", "total === "),
    ("!(key in made)", "!key in made"),
    ("total **= 2", "total *= 2"),
    ("else total <<= 1", "else total >>= 1"),
    ("    else total <<= 1;\n", "    total <<= 1;\n"),
    ("yes ||= made", "yes &&= made"),
    ("made instanceof Store", "made in Store"),
    ("new Thing(list)[total]", "new (Thing(list)[total])"),
    ("(...list)", "(list)"),
    ("break label", "continue label"),
    ("*walk()", "walk()"),
    ("yield* this.parts", "yield this.parts"),
    ("static { init(); }", ""),
    ("x & 1", "x | 1"),
    ("exports.helper", "exports.helped"),
    ("export default Store", "export { Store }"),
    ("old as older", "old"),
    ("b as c", "b"),
    ('from "./x"', 'from "./y"'),
    ("import fs from", "import * as fs from"),
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
    ("LIMIT = 3;", "LIMIT = (3) // three"),
    ("LIMIT = 3;", "LIMIT = 3.0"),
    ("LIMIT = 3;", "LIMIT = 0X3;;"),
    ('["ann", "bo"]', '["ann", "bo",]'),
    ("static size", "/** size */ static size"),
    ("host, port = 80)", "host, port = 80,)"),
    ('timeout: 25, "keep-alive"', "'timeout': 25.0, 'keep-alive'"),
    ("mode: 0x1ff }", "mode: 0X1FF, }"),
    ("(item) => item.id", "item => item.id"),
    ("(item) => item.id", "(item,) => (item.id)"),
    ("(force || rest.length > 0)", "((force) || (rest.length > 0))"),
    ("let total = 0;", "let total = 0"),
    ("let total = 0;", "let total = 0; // none\n\n"),
    ("/ab+c/gi", "/ab+c/ig"),
    ("new Thing(list)", "new Thing(list,)"),
    ("get value() { return this.#secret; }", "get value() {\n    return this.#secret\n  }"),
    ("catch (error) {", "\n    catch(error){"),
    ("return x & 1;", "return (x & 1)"),
    ("  ", "\t"),
]

PAIRS = [
    ("x = new A", "x = new A()", True),
    ("x = (a?.b)()", "x = a?.b()", False),
    ("x = a || (b || c)", "x = a || b || c", True),
    ("x = a || (b && c)", "x = (a || b) && c", False),
    ("x = a + (b + c)", "x = a + b + c", False),
    ("f((a, b))", "f(a, b)", False),
    ("x = () => ({})", "x = () => {}", False),
    ("x = [1,,]", "x = [1,]", False),
    ("x = [1,]", "x = [1]", True),
    ("'use strict'; f()", "('use strict'); f()", False),
    ("'use strict'; f()", '"use strict"\nf()', True),
    ("x = { a: 1 }", "x = { 'a': 1 }", True),
    ("x = { a: 1 }", "x = { [a]: 1 }", False),
    ("x = '\\n'", "x = 'n'", False),
    ("x = 1e3", "x = 1000", True),
    ("return_\n(a)", "return_; (a)", False),
    ("if (a) ; b()", "if (a) b()", False),
    ("for (a;;) {}", "for (;a;) {}", False),
    ("class A { 'a' = 1 }", "class A { a = 1 }", True),
    ("class A { static a = 1 }", "class A { a = 1 }", False),
    ("import 'b'; import 'a'", "import 'a'; import 'b'", False),
    ("async x => x", "async (x) => x", True),
    ("export { b, a }", "export { a, b }", True),
    ("x = <a>one two</a>", "x = <a>\n  one\n  two\n</a>", True),
    ("x = <a>one <b/></a>", "x = <a>one<b/></a>", False),
]
