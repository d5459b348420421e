package radix

import "math/bits"

// The tree holds patterns by the bytes of their canonical literals. Each edge
// to a child is the child's first byte (key) and the bytes after it (prefix),
// so a node stands for everything read on the way to it:
//
//	"/" ─ n ─ "otes/" ─ {x} ─ leaf                 /notes/{id}
//	                     └─ / ─ "tags" ─ leaf      /notes/{id}/tags
//	                └─ "new" ─ leaf                /notes/new
//
// At a node the search tries, in this order, the literal child, the node
// behind {x}, and the leaf of the multi: that is the precedence, left to
// right. When a branch leads nowhere, the search comes back and tries the
// next.
//
// Coming back costs little: a wildcard in the middle takes exactly one
// segment, so all that was read before a node fixes where in the path it is
// entered, and no search enters a node twice. What a path can cost is bounded
// by the size of the tree, whatever the path.

// Tree finds values by method and path. Insert everything first; after that
// any number of goroutines may search. The zero Tree is empty.
type Tree[T any] struct {
	root node[T] // stands for the first slash

	// Optimization: the leaves of patterns without wildcards, by path. A
	// literal wins over all else, so the answer is the tree's. See
	// BenchmarkMatch/static.
	static      map[string]*entry[T]
	mayBeStatic filter
}

// filter is a set of paths that errs on the side of having one: a bit for each length
// with the byte in the middle and the last byte, folded.
//
// Optimization: a path with parameters mostly skips the hash of the whole path, 13 to
// 27 of 60 ns for one of GitHub's.
type filter [64]uint64

// bit is the place of a path, which is not empty.
func (f *filter) bit(path string) (word *uint64, mask uint64) {
	h := uint(len(path))*61 + uint(path[len(path)-1])*7 + uint(path[len(path)/2])*131
	return &f[h/64%uint(len(f))], 1 << (h % 64)
}

func (f *filter) has(path string) bool {
	word, mask := f.bit(path)
	return *word&mask != 0
}

func (f *filter) add(path string) {
	word, mask := f.bit(path)
	*word |= mask
}

// node is what may follow the bytes that lead to it. It fits in one cache
// line; most nodes have only a leaf.
type node[T any] struct {
	prefix string // bytes after the key, which the parent has compared
	kids   *kids[T]
	single *node[T]  // behind {x}
	leaf   *entry[T] // the path may end here
	multi  *entry[T] // here may follow anything
}

// kids are the literal children of a node: nodes[i] starts with the byte i of keys,
// counted from the lowest, or, when there are more than keys holds, with the c for
// which dense[c] is i+1.
//
// Optimization: with keys as a string, one more cache miss a level, the routes
// of BenchmarkMatch/github took 14.0 µs together instead of 10.4 µs.
type kids[T any] struct {
	keys  [2]uint64
	dense *[256]uint8 // Invariant: 255 are enough, no literal holds a control
	nodes []node[T]
}

// maxKeys is how many children keys holds.
const maxKeys = 16

// entry is the value of one method, in a list of those with the same path.
type entry[T any] struct {
	method string
	value  *T
	next   *entry[T]
}

// Insert adds v under p. If the tree has a value of the same method and
// shape, it returns that and adds nothing.
func (t *Tree[T]) Insert(p *Pattern, v *T) (existing *T) {
	n := &t.root
	skip := len("/") // the root stands for it
	for i, run := range p.runs {
		n = n.literal(run[skip:])
		skip = 0
		if p.end == rest && i == len(p.runs)-1 {
			return insert(&n.multi, p.Method, v)
		}
		if n.single == nil {
			n.single = new(node[T])
		}
		n = n.single
	}
	n = n.literal(p.tail[skip:])
	if p.end == subtree {
		return insert(&n.multi, p.Method, v)
	}
	existing = insert(&n.leaf, p.Method, v)
	if len(p.runs) == 0 {
		if t.static == nil {
			t.static = make(map[string]*entry[T])
		}
		t.static[p.tail] = n.leaf
		t.mayBeStatic.add(p.tail)
	}
	return existing
}

// insert adds a value at the end of a list, so that its head stays.
func insert[T any](list **entry[T], method string, v *T) (existing *T) {
	for ; *list != nil; list = &(*list).next {
		if (*list).method == method {
			return (*list).value
		}
	}
	*list = &entry[T]{method: method, value: v}
	return nil
}

// literal returns the node that s leads to, and makes it if need be.
func (n *node[T]) literal(s string) *node[T] {
	for s != "" {
		kid := n.kid(s[0])
		if kid == nil {
			return n.addKid(s[0], node[T]{prefix: s[1:]})
		}
		s = s[1:]
		common := 0
		for common < len(s) && common < len(kid.prefix) && s[common] == kid.prefix[common] {
			common++
		}
		if common < len(kid.prefix) {
			kid.split(common)
		}
		n, s = kid, s[common:]
	}
	return n
}

// split puts a node in the middle of n's edge.
func (n *node[T]) split(at int) {
	lower := *n
	key := lower.prefix[at]
	lower.prefix = lower.prefix[at+1:]
	*n = node[T]{prefix: n.prefix[:at]}
	n.addKid(key, lower)
}

// kid returns the child for the literal byte c, or nil.
func (n *node[T]) kid(c byte) *node[T] {
	if k := n.kids; k != nil {
		if i := k.index(c); i < len(k.nodes) {
			return &k.nodes[i]
		}
	}
	return nil
}

// index returns which of the nodes starts with c; for none, a number beyond them. The
// keys that are not in use are 0, which c may be, so that number may be any.
func (k *kids[T]) index(c byte) int {
	if k.dense != nil {
		return int(k.dense[c]-1) & 0xff // 0 is none, and becomes 255
	}
	if i := indexByte(k.keys[0], c); i < 8 {
		return i
	}
	return 8 + indexByte(k.keys[1], c)
}

// indexByte returns the index of the lowest byte of word that is c, or 8.
//
// Optimization: the eight are compared at once. x has a zero byte where word has c;
// the subtraction borrows into the high bit of the lowest of them, and of none below.
func indexByte(word uint64, c byte) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	x := word ^ ones*uint64(c)
	return bits.TrailingZeros64((x-ones)&^x&highs) / 8
}

// addKid grows the children by exactly one: most nodes never get another.
func (n *node[T]) addKid(key byte, kid node[T]) *node[T] {
	if n.kids == nil {
		n.kids = new(kids[T])
	}
	k := n.kids
	last := len(k.nodes)
	nodes := make([]node[T], last+1)
	copy(nodes, k.nodes)
	nodes[last], k.nodes = kid, nodes
	if last < maxKeys {
		k.keys[last/8] |= uint64(key) << (last % 8 * 8)
		return &nodes[last]
	}
	if k.dense == nil {
		k.dense = new([256]uint8)
		for i := range maxKeys {
			k.dense[byte(k.keys[i/8]>>(i%8*8))] = uint8(i + 1)
		}
	}
	k.dense[key] = uint8(last + 1)
	return &nodes[last]
}
