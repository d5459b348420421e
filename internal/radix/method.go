package radix

// method is the number of a method, so that a search compares numbers.
type method uint16

const (
	everyMethod method = iota // of a pattern without one
	get
	head
	firstOther
	noMethod method = 1<<16 - 1 // none that a tree has
)

// methods numbers those of a tree that are not GET or HEAD, from firstOther on.
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

// name is the inverse of number.
func (m methods) name(n method) string {
	if n < firstOther {
		return [...]string{"", "GET", "HEAD"}[n]
	}
	return m[n-firstOther]
}
