package jsonscan

import (
	"bytes"
	"hash/maphash"
)

// Names finds a name that an object has twice. Objects nest, so their names are
// a stack: an object's are those above first, and they go when it ends. A small
// object is searched from front to back; a large one has an open-addressed hash
// table, which lies on a stack of its own. Either way a text costs time in
// proportion to its length, and once the stacks have grown nothing is allocated.
type Names struct {
	first int // index of the object's first name in Scanner.names
	table int // index of its table in Scanner.table
	size  int // entries of the table, a power of two; 0 means there is none
}

// name is one name of an object that is being read.
type name struct {
	start, end int    // where it stands in Data, without quotes
	hash       uint64 // of its text, after Unquote
}

// linearNames is how many names are searched one by one. Any small number is
// right; it bounds the work for one name.
const linearNames = 16

// seed makes equal hashes unpredictable, so that a sender cannot fill a table with them.
var seed = maphash.MakeSeed()

// Names begins an object. A decoder that finds duplicates among the names it
// knows by itself, may begin at the first name that it does not know, and add
// only these.
func (s *Scanner) Names() Names {
	return Names{first: len(s.names), table: len(s.table)}
}

// AddName adds Key to the object that s.Names began. A name that is there
// already fails, with Duplicate.
func (s *Scanner) AddName(n *Names) bool {
	hash := s.hashKey()
	own := s.names[n.first:]
	switch {
	case len(own) < linearNames:
		for i := range own {
			if own[i].hash == hash && s.sameAsKey(own[i]) {
				return s.fail(Duplicate, s.KeyPos)
			}
		}
		s.names = append(s.names, s.keyName(hash))
		return true
	case 2*len(own) >= n.size:
		s.growTable(n)
	}
	slot := hash & uint64(n.size-1)
	for ; s.table[n.table+int(slot)] != 0; slot = (slot + 1) & uint64(n.size-1) {
		other := own[s.table[n.table+int(slot)]-1]
		if other.hash == hash && s.sameAsKey(other) {
			return s.fail(Duplicate, s.KeyPos)
		}
	}
	s.names = append(s.names, s.keyName(hash))
	s.table[n.table+int(slot)] = uint32(len(own) + 1)
	return true
}

// EndNames forgets the names of the object, and of all that it contains.
func (s *Scanner) EndNames(n Names) {
	s.names = s.names[:n.first]
	s.table = s.table[:n.table]
}

// growTable gives the object a table four times as long as its list of names.
// Its old one, if any, is the top of the stack, because the objects inside have ended.
func (s *Scanner) growTable(n *Names) {
	own := s.names[n.first:]
	n.size = 4 * linearNames
	for n.size < 4*len(own) {
		n.size *= 2
	}
	s.table = s.table[:n.table]
	for range n.size / linearNames {
		s.table = append(s.table, make([]uint32, linearNames)...)
	}
	for i, other := range own {
		slot := other.hash & uint64(n.size-1)
		for s.table[n.table+int(slot)] != 0 {
			slot = (slot + 1) & uint64(n.size-1)
		}
		s.table[n.table+int(slot)] = uint32(i + 1)
	}
}

func (s *Scanner) keyName(hash uint64) name {
	return name{s.KeyPos + 1, s.KeyPos + 1 + len(s.Key), hash}
}

func (s *Scanner) hashKey() uint64 {
	if s.KeyEscaped {
		var text [64]byte // most names fit, and it stays on the stack
		return maphash.Bytes(seed, Unquote(text[:0], s.Key))
	}
	return maphash.Bytes(seed, s.Key)
}

func (s *Scanner) sameAsKey(other name) bool {
	raw := s.Data[other.start:other.end]
	return bytes.Equal(raw, s.Key) || bytes.Equal(Unquote(nil, raw), Unquote(nil, s.Key))
}
