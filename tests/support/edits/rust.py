"""Rust: a source, edits that change its meaning and edits that do not; pairs of small sources."""

BASE = """\
use std::fmt;
use std::{io, path::Path as P};

pub const LIMIT: usize = 3;
static mut STATE: [u8; 2] = [1, 2];

#[derive(Debug, Clone)]
pub struct Store<'a, T: Base + Send, const N: usize> where T: Other {
    pub name: String,
    #[serde(default)]
    path: &'a mut T,
    pair: (i32, u8),
}

#[repr(u8)]
enum Color { Red = 1, Green(i32), Blue { shade: u8 } }

pub trait Shape: Base {
    const SIDES: u32 = 4;
    type Item;
    fn area(&self, scale: f64) -> f64;
    fn named(&mut self) -> String { "shape".into() }
}

impl<'a, T> Shape for Store<'a, T> {
    type Item = i32;
    fn area(&self, scale: f64) -> f64 { scale * 2.0 }
}

#[inline]
pub(crate) async unsafe fn load(key: &str, size: usize, rest: Vec<Option<i32>>) -> Result<i32, io::Error> {
    if key == "" && (size > 0 || rest.len() >= LIMIT) {
        return Err(fail("no key", b"raw", 'x', 0x1F, 1_000u32));
    }
    let mut total: i32 = 0;
    let Some(found) = rest.first() else { panic!("none") };
    for i in 0..3 {
        total += i * (2 - 1);
    }
    'outer: loop {
        break 'outer;
    }
    while !(total == 2) {
        total -= 1;
        continue;
    }
    let chosen = if size > 1 { 1 } else { 2 };
    match total {
        1 | 2 => total = 3,
        n @ 3..=9 if n > 4 => { run(n); stop(n); }
        Color::Blue { shade, .. } => drop(shade),
        (first, .., last) => last,
        ref x => (*x).go(),
        _ => unreachable!(),
    }
    let add = move |a: i32, b| a - b;
    let part = &rest[1..size];
    let point = Point { x: 1, y: -2, ..base };
    let text = format!("{} {}", key, total);
    let cast = total as u64;
    let value = client.get(key)?.send().await;
    (point.call)(add(1, 2));
    parse::<i32>(text)?;
    unsafe { STATE[0] = *pointer; }
    let tuple = (1,);
    let negated = !flag & mask ^ 1 << 2;
    let borrowed = &mut total;
    let all: Vec<_> = rest.iter().map(|x| x.unwrap()).collect();
    assert_eq!(chosen, cast % 7);
    let repeated = [0; 4];
    Ok(total)
}

macro_rules! twice { ($a:expr) => { $a + $a }; }

mod inner { pub fn deep() {} }
"""

CHANGES = [
    ("pub const LIMIT", "const LIMIT"),
    ("usize = 3", "usize = 4"),
    ("usize = 3", "u32 = 3"),
    ("pub const LIMIT", "pub static LIMIT"),
    ("static mut STATE", "static STATE"),
    ("[1, 2];", "[2, 1];"),
    ("[u8; 2]", "[u8; 3]"),
    ("derive(Debug, Clone)", "derive(Debug)"),
    ("#[derive(Debug, Clone)]\n", ""),
    ("T: Base + Send", "T: Base"),
    ("Store<'a, T: Base", "Store<'b, T: Base"),
    ("const N: usize", "const N: u8"),
    (" where T: Other", ""),
    ("pub name: String", "name: String"),
    ("pub name: String", "pub name: str"),
    ("    #[serde(default)]\n", ""),
    ("&'a mut T", "&'a T"),
    ("&'a mut T", "&mut T"),
    ("(i32, u8)", "(u8, i32)"),
    ("Red = 1", "Red = 2"),
    ("Red = 1, Green(i32)", "Green(i32), Red = 1"),
    ("Blue { shade: u8 }", "Blue(u8)"),
    ("#[repr(u8)]", "#[repr(u16)]"),
    ("pub trait Shape: Base", "pub trait Shape"),
    ("const SIDES: u32 = 4", "const SIDES: u32"),
    ("    type Item;\n", ""),
    ("fn area(&self, scale: f64) -> f64;", "fn area(&mut self, scale: f64) -> f64;"),
    ("fn area(&self, scale: f64) -> f64;", "fn area(self, scale: f64) -> f64;"),
    ('{ "shape".into() }', '{ "shapes".into() }'),
    ("impl<'a, T> Shape for", "impl<'a, T> Other for"),
    ("type Item = i32", "type Item = i64"),
    ("scale * 2.0 }", "scale * 2.0; }"),
    ("2.0 }", "2.5 }"),
    ("#[inline]\n", ""),
    ("pub(crate) async", "pub async"),
    ("async unsafe fn", "unsafe fn"),
    ("async unsafe fn", "async fn"),
    ("key: &str, size: usize", "size: usize, key: &str"),
    ("key: &str", "key: String"),
    ("Result<i32, io::Error>", "Result<io::Error, i32>"),
    ('key == ""', 'key != ""'),
    ("&& (size > 0 || rest.len() >= LIMIT)", "&& size > 0 || rest.len() >= LIMIT"),
    ("size > 0 ||", "size >= 0 ||"),
    ("rest.len() >= LIMIT", "LIMIT >= rest.len()"),
    ('"no key"', '"no  key"'),
    ('b"raw"', '"raw"'),
    ("'x'", "'y'"),
    ("0x1F", "0x1E"),
    ("1_000u32", "1_000u64"),
    ("return Err(", "Err("),
    ("let mut total: i32 = 0", "let total: i32 = 0"),
    ("let mut total: i32 = 0", "let mut total = 0"),
    ("let Some(found)", "let Ok(found)"),
    ('else { panic!("none") }', 'else { todo!("none") }'),
    ("0..3", "0..=3"),
    ("total += i", "total -= i"),
    ("i * (2 - 1)", "i * 2 - 1"),
    ("break 'outer;", "continue 'outer;"),
    ("'outer: loop", "'other: loop"),
    ("!(total == 2)", "(total == 2)"),
    ("total -= 1;\n        continue;", "continue;\n        total -= 1;"),
    ("        continue;\n", ""),
    ("{ 1 } else { 2 }", "{ 2 } else { 1 }"),
    ("1 | 2 => total = 3", "2 => total = 3"),
    ("3..=9", "3..9"),
    ("if n > 4", "if n > 5"),
    ("run(n); stop(n); }", "stop(n); run(n); }"),
    ("stop(n); }", "stop(n) }"),
    ("shade, .. }", "shade }"),
    ("(first, .., last) => last", "(first, .., last) => first"),
    ("ref x =>", "x =>"),
    ("(*x).go()", "*x.go()"),
    ("move |a: i32", "|a: i32"),
    ("a - b;", "b - a;"),
    ("&rest[1..size]", "rest[1..size]"),
    ("1..size", "..size"),
    ("y: -2", "y: 2"),
    ("x: 1, y: -2", "y: 1, x: -2"),
    ("y: -2, ..base", "y: -2"),
    ('"{} {}", key, total', '"{} {}", total, key'),
    ("total as u64", "total as i64"),
    ("get(key)?.send()", "get(key).send()"),
    (".send().await", ".send()"),
    ("(point.call)(add", "point.call(add"),
    ("parse::<i32>(text)?", "parse(text)?"),
    ("parse::<i32>(text)?;", "parse::<i32>(text);"),
    ("unsafe { STATE[0] = *pointer; }", "{ STATE[0] = *pointer; }"),
    ("*pointer", "pointer"),
    ("(1,)", "(1)"),
    ("!flag & mask ^ 1 << 2", "!(flag & mask) ^ 1 << 2"),
    ("mask ^ 1", "mask | 1"),
    ("1 << 2", "1 >> 2"),
    ("&mut total", "&total"),
    ("Vec<_>", "Vec<i32>"),
    ("|x| x.unwrap()", "|x| x"),
    ("assert_eq!(chosen, cast", "assert_ne!(chosen, cast"),
    ("assert_eq!(chosen, cast % 7)", "assert_eq!(cast % 7, chosen)"),
    ("[0; 4]", "[0, 4]"),
    ("    Ok(total)\n", "    Ok(total);\n"),
    ("$a + $a", "$a * $a"),
    ("$a:expr", "$a:ident"),
    ("pub fn deep", "fn deep"),
    ("Path as P", "Path"),
    ("use std::fmt;\n", ""),
]

SAME = [
    ("use std::fmt;\nuse std::{io, path::Path as P};", "use std::{path::Path as P, io};\nuse std::fmt;"),
    ("std::{io, path::Path as P}", "std::{\n    io,\n    path::{Path as P},\n}"),
    ("usize = 3", "usize = (3)"),
    ("usize = 3;", "usize = 3; // three"),
    ("1_000u32", "1000u32"),
    ("0x1F", "0x1f"),
    ('"no key"', 'r"no key"'),
    ('"no key"', '"\\x6eo key"'),
    ('"no key"', '"no \\\n        key"'),
    ("pair: (i32, u8),\n}", "pair: (i32, u8)\n}"),
    ("pair: (i32, u8),", "pair: (i32, u8,),"),
    ("Blue { shade: u8 } }", "Blue { shade: u8, }, }"),
    ("rest: Vec<Option<i32>>) ->", "rest: Vec<Option<i32>>,\n) ->"),
    ("1 | 2 => total = 3,", "| 1 | 2 => total = 3,"),
    ("=> drop(shade),", "=> { drop(shade) }"),
    ("=> last,", "=> {\n            last\n        }"),
    ("run(n); stop(n); }", "run(n); stop(n); },"),
    ("|x| x.unwrap()", "|x| { x.unwrap() }"),
    ("!(total == 2)", "!((total) == 2)"),
    ("i * (2 - 1)", "(i * (2 - 1))"),
    ("        continue;\n", "        continue\n"),
    ("break 'outer;", "break 'outer"),
    ('format!("{} {}", key, total)', 'format!(\n        "{} {}",\n        key,\n        total,\n    )'),
    ("pub trait Shape", "/// A shape.\npub trait Shape"),
    ("Point { x: 1, y: -2, ..base }", "Point {\n        x: 1,\n        y: -2,\n        ..base\n    }"),
    ("pub fn deep() {}", "pub fn deep() -> () {}"),
    ("where T: Other {", "where T: Other, {"),
    ("    ", "\t"),
]

PAIRS = [
    ("fn f() { (a.b)(c) }", "fn f() { a.b(c) }", False),
    ("fn f() { (a.b).c() }", "fn f() { a.b.c() }", True),
    ("fn f() { a + (b + c) }", "fn f() { a + b + c }", False),
    ("fn f() { -(1i32).abs() }", "fn f() { (-1i32).abs() }", False),
    ("fn f() -> i32 { 1 }", "fn f() -> i32 { 1; }", False),
    ("fn f() -> i32 { return 1; }", "fn f() -> i32 { return 1 }", True),
    ("fn f() -> i32 { if a { 1 } else { 2 } }", "fn f() -> i32 { if a { 1 } else { 2 }; }", False),
    ("type A = (i32);", "type A = i32;", True),
    ("type A = (i32,);", "type A = (i32);", False),
    ("const A: u8 = { 1 };", "const A: u8 = 1;", False),
    ("fn f() { match a { B => {} } }", "fn f() { match a { B => () } }", False),
    ("fn f() { match a { B => unsafe { x }, } }", "fn f() { match a { B => { unsafe { x } } } }", True),
    ("fn f() { m!(a, b) }", "fn f() { m!(a, b,) }", False),
    ("fn f() { vec![a, b] }", "fn f() { vec![a, b,] }", True),
    ("fn f() { m!(a b) }", "fn f() { m!(b a) }", False),
    ('const A: &str = "a\\n";', 'const A: &str = r"a\\n";', False),
    ('const A: &str = "a\n b";', 'const A: &str = "a\nb";', False),
    ('const A: &str = r#"a"b"#;', 'const A: &str = "a\\"b";', True),
    ("use a::b; use a::c;", "use a::c; use a::b;", True),
    ("use a::{b, c};", "use a::{c, b};", True),
    ("fn f() { use a::b; use a::c; d }", "fn f() { use a::c; use a::b; d }", True),
    ("use a::{self, b};", "use a::{b};", False),
    ("pub use a::b;", "use a::b;", False),
    ("fn f() { let (a) = b; }", "fn f() { let a = b; }", True),
    ("fn f() { let (a,) = b; }", "fn f() { let a = b; }", False),
    ("fn f() { |a| -> i32 { a } }", "fn f() { |a| { a } }", False),
    ("fn f() { a; b }", "fn f() { b; a }", False),
    ("fn f() { 'a: { 1 } }", "fn f() { { 1 } }", False),
]
