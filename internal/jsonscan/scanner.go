package jsonscan

// Limits of a text where none are set.
const (
	DefaultDepth  = 64
	DefaultTokens = 100_000
)

// Scanner reads one JSON text. [Scanner.Reset] makes the zero value ready.
//
// A method that reads a value expects Pos at its first byte, which is where
// [Scanner.Kind] leaves it; every method leaves Pos after what it has read.
// A Scanner is for one goroutine.
type Scanner struct {
	Data []byte // the whole text
	Pos  int    // offset of the next byte

	// The name that EnterObject or NextKey has read, as it stands between its
	// quotes. Reading the member's value may change all three.
	Key        []byte
	KeyEscaped bool // Key is text only after Unquote
	KeyPos     int  // offset of its opening quote

	depth  int // containers that may still be opened
	tokens int // names and values that may still be read
	failed bool
	err    Error

	names []name   // names of the objects that are being read, see names.go
	table []uint32 // hash tables of the large ones among them
}

// Reset begins a new text with the default limits. It keeps nothing of the last
// text; Reset(nil) before the scanner goes back into a pool.
func (s *Scanner) Reset(data []byte) {
	s.Data, s.Pos, s.Key = data, 0, nil
	s.depth, s.tokens = DefaultDepth, DefaultTokens-1 // the outermost value is a token
	s.failed = false
	s.names, s.table = s.names[:0], s.table[:0]
	if cap(s.names) > keptNames {
		s.names, s.table = nil, nil
	}
}

// keptNames is the capacity of the stack of names above which Reset gives it up,
// so that one large text does not hold a megabyte in every pooled scanner.
const keptNames = 1 << 10

// Limit replaces the limits of this text: how deep containers may nest, and how
// many names and values it may have together. It is called right after Reset.
func (s *Scanner) Limit(depth, tokens int) {
	s.depth, s.tokens = depth, tokens-1
}

// Failed reports whether the text is refused.
func (s *Scanner) Failed() bool { return s.failed }

// Err returns why the text is refused, or nil.
func (s *Scanner) Err() *Error {
	if !s.failed {
		return nil
	}
	e := s.err
	return &e
}

// fail notes the first error and moves to the end, where all reading fails. It
// returns false, for the caller to return.
//
//go:noinline
func (s *Scanner) fail(reason string, offset int) bool {
	if !s.failed {
		s.failed = true
		s.err = Error{reason, offset}
	}
	s.Pos = len(s.Data)
	s.depth, s.tokens = 0, 0
	return false
}

// kinds maps the first byte of a value to its kind.
var kinds = [256]byte{
	'{': '{', '[': '[', '"': '"', 't': 't', 'f': 'f', 'n': 'n', '-': '0',
	'0': '0', '1': '0', '2': '0', '3': '0', '4': '0', '5': '0', '6': '0', '7': '0', '8': '0', '9': '0',
}

// Kind skips white space and returns what begins there: '{', '[', '"', 't',
// 'f', 'n', '0' for a number, or 0 where no value can begin, on which Skip gives
// the error. It reads nothing.
func (s *Scanner) Kind() byte {
	if s.Pos < len(s.Data) && s.Data[s.Pos] > ' ' {
		return kinds[s.Data[s.Pos]]
	}
	return kinds[s.skipSpace()]
}

// peek skips white space and returns the next byte, or 0 at the end. A byte that
// is 0 in the text is an error wherever peek is used, so the two need not differ.
func (s *Scanner) peek() byte {
	if s.Pos < len(s.Data) && s.Data[s.Pos] > ' ' {
		return s.Data[s.Pos]
	}
	return s.skipSpace()
}

func (s *Scanner) skipSpace() byte {
	i := s.Pos
	for i < len(s.Data) {
		switch c := s.Data[i]; c {
		case ' ', '\n', '\r', '\t':
			i++
		default:
			s.Pos = i
			return c
		}
	}
	s.Pos = i
	return 0
}

// EnterObject reads '{' and, unless the object is empty, the first name with its
// colon. It reports whether there is one.
func (s *Scanner) EnterObject() bool {
	s.Pos++
	if s.depth--; s.depth < 0 {
		return s.fail(Depth, s.Pos-1)
	}
	if s.peek() == '}' {
		s.Pos++
		s.depth++
		return false
	}
	return s.key()
}

// NextKey reads the comma after a member and the next name with its colon, or
// the end of the object. It reports whether there is a name.
func (s *Scanner) NextKey() bool {
	switch s.peek() {
	case ',':
		s.Pos++
		return s.key()
	case '}':
		s.Pos++
		s.depth++
		return false
	}
	return s.fail(Syntax, s.Pos)
}

// EnterObjectAt is EnterObject for a caller that expects a certain first name: key is
// its text as EnterObjectAt and NextKeyAt compare it, `,"name":`. hit says that it is
// there, spelt so, and read.
func (s *Scanner) EnterObjectAt(key string) (more, hit bool) {
	if key != "" && s.depth > 0 && s.takes(s.Pos+1, key[1:]) {
		s.depth--
		return true, true
	}
	return s.EnterObject(), false
}

// NextKeyAt is NextKey for a caller that expects a certain name; see EnterObjectAt.
//
// Optimization: senders keep to an order and write no blanks more often than not, and
// then a name costs one comparison; it was a tenth of reading an object.
func (s *Scanner) NextKeyAt(key string) (more, hit bool) {
	if s.takes(s.Pos, key) {
		return true, true
	}
	return s.NextKey(), false
}

// takes reads a member's name and colon where they stand at i, spelt as in key.
func (s *Scanner) takes(i int, key string) bool {
	end := i + len(key)
	if key == "" || end > len(s.Data) || string(s.Data[i:end]) != key || s.tokens < 2 {
		return false
	}
	if key[0] == ',' {
		i++
	}
	s.KeyPos, s.Key, s.KeyEscaped = i, s.Data[i+1:end-2], false
	s.tokens -= 2
	s.Pos = end
	return true
}

func (s *Scanner) key() bool {
	if s.peek() != '"' {
		return s.fail(Syntax, s.Pos)
	}
	s.KeyPos = s.Pos
	raw, escaped, ok := s.String()
	if !ok {
		return false
	}
	s.Key, s.KeyEscaped = raw, escaped
	if s.peek() != ':' {
		return s.fail(Syntax, s.Pos)
	}
	s.Pos++
	if s.tokens -= 2; s.tokens < 0 { // the name and its value
		return s.fail(Tokens, s.KeyPos)
	}
	return true
}

// EnterArray reads '['. It reports whether the array has an element, which comes
// next.
func (s *Scanner) EnterArray() bool {
	s.Pos++
	if s.depth--; s.depth < 0 {
		return s.fail(Depth, s.Pos-1)
	}
	if s.peek() == ']' {
		s.Pos++
		s.depth++
		return false
	}
	return s.elem()
}

// NextElem reads the comma after an element, or the end of the array. It reports
// whether another element comes next.
func (s *Scanner) NextElem() bool {
	switch s.peek() {
	case ',':
		s.Pos++
		return s.elem()
	case ']':
		s.Pos++
		s.depth++
		return false
	}
	return s.fail(Syntax, s.Pos)
}

func (s *Scanner) elem() bool {
	if s.tokens--; s.tokens < 0 {
		return s.fail(Tokens, s.Pos)
	}
	return true
}

// End reports whether only white space is left and nothing has failed; anything
// else is a syntax error.
func (s *Scanner) End() bool {
	s.peek()
	if s.Pos != len(s.Data) {
		return s.fail(Syntax, s.Pos)
	}
	return !s.failed
}

// Null reads null.
func (s *Scanner) Null() bool { return s.literal("null") }

// Bool reads true or false.
func (s *Scanner) Bool() (value, ok bool) {
	if s.Pos < len(s.Data) && s.Data[s.Pos] == 't' {
		return true, s.literal("true")
	}
	return false, s.literal("false")
}

func (s *Scanner) literal(want string) bool {
	if end := s.Pos + len(want); end <= len(s.Data) && string(s.Data[s.Pos:end]) == want {
		s.Pos = end
		return true
	}
	return s.badLiteral(want)
}

func (s *Scanner) badLiteral(want string) bool {
	i := 0
	for s.Pos+i < len(s.Data) && s.Data[s.Pos+i] == want[i] {
		i++
	}
	return s.fail(Syntax, s.Pos+i)
}

// Number reads a number and returns its text. What may follow a number is left to
// the next call, so 01 fails there, at its second digit.
func (s *Scanner) Number() (raw []byte, ok bool) {
	end, ok := scanNumber(s.Data, s.Pos)
	if !ok {
		return nil, s.fail(Syntax, end)
	}
	raw = s.Data[s.Pos:end]
	s.Pos = end
	return raw, true
}

// Int reads a number of up to 18 digits, without fraction and exponent. For any other
// ok is false, and nothing is read: Number comes next.
func (s *Scanner) Int() (value int64, ok bool) {
	i := s.Pos
	negative := i < len(s.Data) && s.Data[i] == '-'
	if negative {
		i++
	}
	first := i
	for i < len(s.Data) && isDigit(s.Data[i]) {
		value = 10*value + int64(s.Data[i]-'0')
		i++
	}
	digits := i - first
	if digits == 0 || digits > 18 || digits > 1 && s.Data[first] == '0' ||
		i < len(s.Data) && (s.Data[i] == '.' || s.Data[i]|0x20 == 'e') {
		return 0, false
	}
	s.Pos = i
	if negative {
		value = -value
	}
	return value, true
}

// Skip reads one value of any kind and checks all of it, names included.
func (s *Scanner) Skip() bool {
	switch s.Kind() {
	case '{':
		return s.skipObject()
	case '[':
		for more := s.EnterArray(); more; more = s.NextElem() {
			if !s.Skip() {
				return false
			}
		}
		return !s.failed
	case '"':
		_, _, ok := s.String()
		return ok
	case '0':
		_, ok := s.Number()
		return ok
	case 't', 'f':
		_, ok := s.Bool()
		return ok
	case 'n':
		return s.Null()
	}
	return s.fail(Syntax, s.Pos)
}

func (s *Scanner) skipObject() bool {
	names := s.Names()
	for more := s.EnterObject(); more; more = s.NextKey() {
		if !s.AddName(&names) || !s.Skip() {
			return false
		}
	}
	s.EndNames(names)
	return !s.failed
}

// SkipRaw is Skip that returns the value's text.
func (s *Scanner) SkipRaw() (raw []byte, ok bool) {
	s.peek()
	start := s.Pos
	if !s.Skip() {
		return nil, false
	}
	return s.Data[start:s.Pos], true
}
