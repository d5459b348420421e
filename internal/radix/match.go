package radix

// Result is what a search ended in.
type Result uint8

const (
	NotFound Result = iota
	Found
	Suspect // a wildcard would take bytes that Check has to judge first
)

// Match finds the value for a method and a path from Canonical.
//
// Where the path is the same for several methods, the value of the method
// wins, then for HEAD that of GET, then the one without a method. If no
// method fits, the search goes on with the next pattern.
//
// Literals are clean, and wildcards are looked at while they are read, so a
// path that is Found is Clean. Suspect means that Check must tell; if it says
// Clean, MatchChecked has the answer. NotFound says nothing about the path.
func (t *Tree[T]) Match(method, path string) (*T, Result) {
	var lens Lengths
	return t.match(&search{t.methods.number(method), slash | suspect, &lens}, path)
}

// MatchPlain is Match for the decoded path of a URL without a RawPath, which Canonical
// would return as it is or refuse. What Canonical refuses is Suspect or NotFound. It
// also tells how long the values of the wildcards are; none holds an encoded slash.
//
// Optimization: the path is not looked through for a NUL first, which is 4 ns of a
// request with one parameter, and not walked again for its parameters.
func (t *Tree[T]) MatchPlain(method, path string, lens *Lengths) (*T, Result) {
	return t.match(&search{t.methods.number(method), slash | suspect | marked, lens}, path)
}

// MatchChecked is Match for a path that Check found Clean; it is never
// Suspect.
func (t *Tree[T]) MatchChecked(method, path string) (*T, Result) {
	var lens Lengths
	return t.match(&search{t.methods.number(method), slash, &lens}, path)
}

// search is what a walk carries along.
type search struct {
	method method
	stop   class
	lens   *Lengths
}

func (t *Tree[T]) match(s *search, path string) (*T, Result) {
	if path == "" || path[0] != '/' {
		return nil, NotFound
	}
	if t.mayBeStatic.has(path) {
		if e := t.static[path]; e != nil {
			if v := e.fit(s.method); v != nil {
				return v, Found
			}
		}
	}
	return t.root.match(s, path[1:], 0)
}

// fit returns the value in the list for a method, or nil.
func (e *entry[T]) fit(m method) *T {
	var ofGet, ofAll *T
	for ; e != nil; e = e.next {
		switch e.method {
		case m:
			return e.value
		case get:
			ofGet = e.value
		case everyMethod:
			ofAll = e.value
		}
	}
	if ofGet != nil && m == head {
		return ofGet
	}
	return ofAll
}

// match searches below n for what is left of the path. taken is how many wildcards lead
// to n.
func (n *node[T]) match(s *search, path string, taken int) (*T, Result) {
	for path != "" {
		w := n.wild
		if kid := n.kid(path[0]); kid != nil && starts(path, kid.prefix) {
			left := path[len(kid.prefix):]
			if w == nil || !w.takes && w.multi == nil {
				n, path = kid, left // nothing to come back for
				continue
			}
			if v, r := kid.match(s, left, taken); r != NotFound {
				return v, r
			}
		}
		if w == nil {
			return nil, NotFound
		}
		if w.takes {
			end, clean := scanSegment(path, s.stop)
			if !clean {
				return nil, Suspect
			}
			if left := path[end:]; end > 0 && starts(left, w.single.prefix) {
				s.lens.set(taken, end)
				left = left[len(w.single.prefix):]
				if w.multi == nil {
					n, path = &w.single, left
					taken++
					continue
				}
				if v, r := w.single.match(s, left, taken+1); r != NotFound {
					return v, r
				}
			}
		}
		return n.matchMulti(s, path, taken)
	}
	if v := n.leaf.fit(s.method); v != nil {
		return v, Found
	}
	return n.matchMulti(s, path, taken)
}

// starts is strings.HasPrefix.
//
// Optimization: prefixes are short, and a call to compare them is not: the GitHub
// routes take 11.6 µs together instead of 12.5 µs.
func starts(path, prefix string) bool {
	if len(path) < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		if path[i] != prefix[i] {
			return false
		}
	}
	return true
}

func (n *node[T]) matchMulti(s *search, path string, taken int) (*T, Result) {
	if n.wild == nil {
		return nil, NotFound
	}
	v := n.wild.multi.fit(s.method)
	if v == nil {
		return nil, NotFound
	}
	if s.stop&suspect != 0 && !scanRest(path, s.stop) {
		return nil, Suspect
	}
	s.lens.set(taken, len(path))
	return v, Found
}

// class says what a byte of a path may mean to a search.
type class uint8

const (
	slash   class = 1 << iota
	suspect       // controls, backslash, and all that is not ASCII
	marked        // an encoded slash in a canonical path, a NUL in any other
)

var classes = func() (table [256]class) {
	for c := range table {
		if c < ' ' && c != encodedSlash || c == '\\' || c >= 0x7f {
			table[c] = suspect
		}
	}
	table['/'] = slash
	table[encodedSlash] = marked
	return table
}()

// scanSegment returns where the segment that path starts with ends, and
// whether it is free of what stop asks to look for. A dot at its start is
// suspect: it may be a dot segment.
func scanSegment(path string, stop class) (end int, clean bool) {
	for end < len(path) && classes[path[end]]&stop == 0 {
		end++
	}
	if stop&suspect == 0 {
		return end, true
	}
	clean = path[0] != '.' && (end == len(path) || path[end] == '/')
	return end, clean
}

// scanRest reports whether a multi may take path, which follows a slash,
// without a closer look.
func scanRest(path string, stop class) bool {
	before := byte('/')
	for i := range len(path) {
		c := path[i]
		if classes[c]&stop&^slash != 0 || before == '/' && (c == '/' || c == '.') {
			return false
		}
		before = c
	}
	return true
}

// Methods returns the methods of all patterns that match a clean canonical
// path; GET brings HEAD. It is 0 when there is none.
func (t *Tree[T]) Methods(path string) MethodSet {
	var u union
	if path != "" && path[0] == '/' {
		t.root.collect(&u, path[1:])
	}
	return u.set
}

// union is what a search for methods collects.
type union struct {
	set    MethodSet
	visits int // nodes entered
}

// collect enters every node that path leads to: those of match and more.
func (n *node[T]) collect(u *union, path string) {
	u.visits++
	if path == "" {
		n.leaf.collect(u)
	} else if kid := n.kid(path[0]); kid != nil && starts(path, kid.prefix) {
		kid.collect(u, path[len(kid.prefix):])
	}
	w := n.wild
	if w == nil {
		return
	}
	if w.takes && path != "" {
		if end := segmentEnd(path); end > 0 && starts(path[end:], w.single.prefix) {
			w.single.collect(u, path[end+len(w.single.prefix):])
		}
	}
	w.multi.collect(u)
}

func (e *entry[T]) collect(u *union) {
	for ; e != nil; e = e.next {
		if u.set.add(e.method); e.method == get {
			u.set.add(head)
		}
	}
}
