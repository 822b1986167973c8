"""Go: a source, edits that change its meaning and edits that do not; pairs of small sources."""

BASE = """\
package main

import (
	"fmt"
	str "strings"
)

const Limit = 3

const (
	Red Color = iota + 1
	Green
	Blue
)

var names, other = []string{"ann", "bo"}, 1.5

type Store[T any] struct {
	Name, Path string `json:"name"`
	*Base
	items map[string][]T
	done  chan<- bool
}

type Reader interface {
	Read(p []byte) (n int, err error)
	~int | ~string
}

type Handler func(a int, rest ...string) error

func (s *Store[T]) Load(key string, size, depth int, rest ...string) (total int, err error) {
	if key == "" && (size > 0 || len(rest) >= Limit) {
		return 0, fmt.Errorf("no key %q", key)
	} else if size := depth; size < 2 {
		total--
	}
	defer s.close()
	go func() { s.done <- true }()
	for i := 0; i < 3; i++ {
		total += i * (Limit - 1)
	}
	for {
		break
	}
	for ; size > 0; {
		size >>= 1
	}
	for index, value := range s.items[key] {
		if !(index == 2) {
			continue
		}
		fmt.Println(index, value, 'x', `raw\\n`, 0x1F, 1_000, 2i)
	}
	switch total {
	case 1, 2:
		fallthrough
	case 3:
		s.run()
	default:
		s.stop()
	}
	switch x := other.(type) {
	case nil, error:
		_ = x
	}
	select {
	case v, ok := <-s.in:
		use(v, ok)
	case s.out <- 1:
	}
	part := names[1:3:4]
	point := &Point{X: 1, Y: -2}
	pair := [...]int{1, 2}
	var local *int = &total
	*local = total &^ 3
	labelled, ok := s.items["x"]
loop:
	for {
		break loop
	}
	fn := func(a, b int) int { return a - b }
	panic(fn(point.X, pair[0]) + str.Len(part...) % 7)
}

func Generic[T comparable](x T, y interface{ M() }) T { return x }
"""

CHANGES = [
    ("const Limit = 3", "const Limit = 4"),
    ("const Limit = 3", "const Limit = 3.0"),
    ("const Limit = 3", 'const Limit = "3"'),
    ("const Limit = 3", "var Limit = 3"),
    ("const Limit", "const limit"),
    ("Red Color = iota + 1", "Red Color = iota"),
    ("Red Color = iota + 1", "Red = iota + 1"),
    ("Green\n\tBlue", "Blue\n\tGreen"),
    ("\tGreen\n", ""),
    ('"ann", "bo"', '"bo", "ann"'),
    ('"ann", "bo"', '"ann"'),
    ('[]string{"ann"', '[2]string{"ann"'),
    ("1.5", "1.25"),
    ("[T any]", "[T comparable]"),
    ('`json:"name"`', '`json:"names"`'),
    (' `json:"name"`', ""),
    ("*Base", "Base"),
    ("Name, Path string", "Path, Name string"),
    ("map[string][]T", "map[string]T"),
    ("chan<- bool", "<-chan bool"),
    ("chan<- bool", "chan bool"),
    ("Read(p []byte)", "Read(p string)"),
    ("(n int, err error)\n\t~", "(err error, n int)\n\t~"),
    ("~int | ~string", "int | ~string"),
    ("~int | ~string", "~int"),
    ("type Handler func", "type Handler = func"),
    ("(s *Store[T])", "(s Store[T])"),
    ("key string, size", "size string, key"),
    ("size, depth int", "depth, size int"),
    ("size, depth int", "size, depth int64"),
    ("rest ...string) (total", "rest []string) (total"),
    ("(total int, err error)", "(int, error)"),
    ('key == ""', 'key != ""'),
    ("&& (size > 0 || len(rest) >= Limit)", "&& size > 0 || len(rest) >= Limit"),
    ("size > 0 ||", "size >= 0 ||"),
    ("size > 0 ||", "0 > size ||"),
    ('"no key %q"', '"no key  %q"'),
    ("return 0, fmt", "return 1, fmt"),
    ("} else if size := depth; size < 2 {", "}\n\tif size := depth; size < 2 {"),
    ("else if size := depth; size < 2", "else if size < 2"),
    ("total--", "total++"),
    ("defer s.close()", "s.close()"),
    ("defer s.close()\n", ""),
    ("go func()", "func()"),
    ("s.done <- true", "s.done <- false"),
    ("i := 0; i < 3", "i := 1; i < 3"),
    ("i < 3; i++", "i < 3;"),
    ("i * (Limit - 1)", "i * Limit - 1"),
    ("total += i", "total -= i"),
    ("total += i", "total = i"),
    ("for {\n\t\tbreak\n", "for {\n\t\tcontinue\n"),
    ("for ; size > 0; {", "for ; ; size > 0 {"),
    ("size >>= 1", "size <<= 1"),
    ("index, value := range", "value, index := range"),
    ("index, value := range", "index, value = range"),
    ("!(index == 2)", "index == 2"),
    ("continue\n", "break\n"),
    ("'x'", "'y'"),
    ("`raw\\n`", '"raw\\n"'),
    ("0x1F", "0x1E"),
    ("1_000", "100"),
    ("2i", "3i"),
    ("case 1, 2:", "case 2, 1:"),
    ("case 1, 2:", "case 1:"),
    ("\t\tfallthrough\n", ""),
    ("\tdefault:\n\t\ts.stop()\n", ""),
    ("case nil, error:", "case error:"),
    ("x := other.(type)", "other.(type)"),
    ("v, ok := <-s.in", "v, ok = <-s.in"),
    ("case s.out <- 1:", "case <-s.out:"),
    ("names[1:3:4]", "names[1:3]"),
    ("names[1:3:4]", "names[:3]"),
    ("&Point{", "Point{"),
    ("X: 1, Y: -2", "X: 1, Y: 2"),
    ("X: 1, Y: -2", "Y: 1, X: -2"),
    ("X: 1, Y: -2", "1, -2"),
    ("[...]int{", "[]int{"),
    ("var local *int = &total", "var local = &total"),
    ("*local = total", "local = total"),
    ("total &^ 3", "total & 3"),
    ('labelled, ok := s.items["x"]', 'labelled := s.items["x"]'),
    ("break loop", "break"),
    ("return a - b", "return b - a"),
    ("func(a, b int) int {", "func(a, b int) int64 {"),
    ("panic(", "print("),
    ("part...", "part"),
    ("% 7", "/ 7"),
    ("[T comparable]", "[T any]"),
    ("interface{ M() }", "interface{ N() }"),
    ('str "strings"', '"strings"'),
    ('\t"fmt"\n', ""),
    ("package main", "package other"),
    ("Generic[T", "generic[T"),
]

SAME = [
    ("const Limit = 3", "const Limit = 0X3"),
    ("const Limit = 3", "const Limit = (3) // three"),
    ("const Limit = 3", "const Limit = 3;"),
    ("1_000", "1000"),
    ("0x1F", "0x1f"),
    ("0x1F", "31"),
    ("`raw\\n`", '"raw\\\\n"'),
    ('"no key %q"', "`no key %q`"),
    ('"no key %q"', '"\\x6eo key %q"'),
    ('"fmt"\n\tstr "strings"', 'str "strings"\n\n\t"fmt"'),
    ('import (\n\t"fmt"\n\tstr "strings"\n)', 'import "fmt"\nimport str "strings"'),
    ('"ann", "bo"}', '"ann",\n\t"bo",\n}'),
    ("size, depth int, rest", "size int, depth int, rest"),
    ("rest ...string) (total", "rest ...string,\n) (total"),
    ("X: 1, Y: -2}", "X: 1,\n\t\tY: -2,\n\t}"),
    ("!(index == 2)", "!((index) == 2)"),
    ("i * (Limit - 1)", "(i * (Limit - 1))"),
    ("defer s.close()", "defer s.close() // later\n"),
    ("case 1, 2:", "case 1,\n\t\t2:"),
    ("return a - b }", "return (a - b)\n\t}"),
    ("break\n", "break;\n"),
    ("func Generic", "// Generic is generic.\nfunc Generic"),
    ("\t", "    "),
    ("done  chan<- bool", "done chan<- bool"),
    ("comparable](x T", "comparable,](x T"),
]

PAIRS = [
    ("package a\nvar x = a(b)", "package a\nvar x = (a)(b)", True),
    ("package a\nvar x = (*T)(b)", "package a\nvar x = *T(b)", False),
    ("package a\nvar x = a + (b + c)", "package a\nvar x = a + b + c", False),
    ("package a\nvar x = -(a + b)", "package a\nvar x = -a + b", False),
    ("package a\nfunc f() (int)", "package a\nfunc f() int", True),
    ("package a\nfunc f() (n int)", "package a\nfunc f() int", False),
    ("package a\nfunc f(a, b int)", "package a\nfunc f(a int, b int)", True),
    ("package a\nfunc f(int, string)", "package a\nfunc f(int string)", False),
    ("package a\nfunc f(a int)", "package a\nfunc f(int)", False),
    ("package a\nvar x chan (<-chan int)\n", "package a\nvar x chan<- (chan int)\n", False),
    ("package a\nvar x = 010", "package a\nvar x = 8", True),
    ("package a\nvar x = 010", "package a\nvar x = 10", False),
    ('package a\nvar x = "\\u00e9"', 'package a\nvar x = "é"', True),
    ('package a\nvar x = "\\xe9"', 'package a\nvar x = "é"', False),
    ("package a\nvar x = `a\n b`", "package a\nvar x = `a\nb`", False),
    ("package a\nfunc f() { for a { } }", "package a\nfunc f() { for ; ; a { } }", False),
    ("package a\nfunc f() { if a(); b { } }", "package a\nfunc f() { if b { } }", False),
    ("package a\nfunc f() { switch a(); { } }", "package a\nfunc f() { switch a() { } }", False),
    ("package a\nfunc f() {\n\ta()\n\tb()\n}", "package a\nfunc f() { a(); b() }", True),
    ("package a\nvar x = func() {}", "package a\nfunc x() {}", False),
    ("package a\nvar x = []T{{1}, {2}}", "package a\nvar x = []T{{1, 2}}", False),
    ("package a\ntype T struct{ a int; b int }\n", "package a\ntype T struct {\n\ta int\n\tb int\n}\n", True),
]
