package radix

import (
	"math/bits"
	"slices"
)

// method is the number of a method, so that a search compares numbers.
type method uint8

const (
	everyMethod method = iota // of a pattern without one
	get
	head
	firstOther
	noMethod method = MaxMethods // none that a tree has
)

// MaxMethods is how many different methods the patterns of a Tree may have: none, which
// is every one, among them.
const MaxMethods = 64

// methods are those of a tree that are not GET or HEAD, numbered from firstOther on.
type methods []string

// number returns the number of a method, or noMethod.
func (m methods) number(name string) method {
	switch name {
	case "GET":
		return get
	case "HEAD":
		return head
	case "":
		return everyMethod
	}
	for i, other := range m {
		if other == name {
			return firstOther + method(i)
		}
	}
	return noMethod
}

// add returns the number of a method, and gives it one if need be.
func (m *methods) add(name string) method {
	n := m.number(name)
	if n == noMethod {
		n = firstOther + method(len(*m))
		*m = append(*m, name)
	}
	return n
}

// MethodSet is a set of the methods of a Tree, by their numbers.
type MethodSet uint64

func (s *MethodSet) add(m method) { *s |= 1 << m }

// Takes reports whether a pattern with this method may be inserted: false for one more
// than MaxMethods.
func (t *Tree[T]) Takes(method string) bool {
	return int(firstOther)+len(t.methods) < MaxMethods || t.methods.number(method) != noMethod
}

// Names are the methods of a set that are not every one, sorted.
func (t *Tree[T]) Names(s MethodSet) []string {
	names := make([]string, 0, bits.OnesCount64(uint64(s)))
	for i, name := range append([]string{"", "GET", "HEAD"}, t.methods...) {
		if name != "" && s>>i&1 == 1 {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
