package main

import "fmt"

const Limit = 3 //@ Limit
const Typed int = 4 //@ Typed
const (
	A = iota //@ A
	B //@ B
	C, D = 1, 2 //@ C; D
)
var plain = 1 //@ plain
var declared int //@ declared
var one, two = 1, 2 //@ one; two
var (
	grouped = 1 //@ grouped
	other   string //@ other
)
type Store struct { //@ Store
	Name, Path string `json:"name"` //@ Store.Name; Store.Path
	Base //@ Store.Base
	*pkg.Other //@ Store.Other
	Generic[int] //@ Store.Generic
	inner struct { //@ Store.inner
		deep int //@ Store.inner.deep
	}
}
type Reader interface { //@ Reader
	Read(p []byte) (n int, err error) //@ Reader.Read; Reader.Read([]byte)
	fmt.Stringer
}
type Alias = Store //@ Alias
type Named int //@ Named
type Callback func(a int) error //@ Callback
type (
	First struct{ x int } //@ First; First.x
	Second = First //@ Second
)
type Number interface{ ~int | ~float64 } //@ Number
type List[T any] struct { //@ List
	items []T //@ List.items
}
func plainFunction(a, b int, rest ...string) (n int, err error) { //@ plainFunction; plainFunction(int, int, string)
	local := 1 //@ plainFunction.local
	const inside = 2 //@ plainFunction.inside
	var handler = func() { //@ plainFunction.handler
		deeper := 1 //@ plainFunction.handler.deeper
	}
	type nested struct{} //@ plainFunction.nested
}
func Generic[T any, U comparable](x T) U { panic(x) } //@ Generic
func (s *Store) Load(key string) error { return nil } //@ Store.Load
func (s Store) Value() int { return 1 } //@ Store.Value
func (Store) Anonymous() {} //@ Store.Anonymous
func (l *List[T]) Push(x T) {} //@ List.Push
func (l List[T]) Len() int { return 0 } //@ List.Len
func external(x int) //@ external
var handler = func() { //@ handler
	var deep int //@ handler.deep
}
