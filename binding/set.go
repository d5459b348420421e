package binding

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unsafe"
)

// Set is a vocabulary: the built-in rules together with an application's own
// rules, types and messages. It caches the plans of the types it has seen. A Set
// is made once, by [NewSet], and is safe for concurrent use.
type Set struct {
	rules    map[string]Rule
	types    map[reflect.Type]declaredType
	messages func(lang string, e FieldError) string

	mu      sync.Mutex
	objects map[reflect.Type]*object // guarded by mu
	open    map[reflect.Type]*node   // guarded by mu: named types being compiled
	parsed  map[string]*uses         // guarded by mu
	shared  sharing                  // guarded by mu
	roots   sync.Map                 // reflect.Type → *root, of Decode and Validate
	plans   sync.Map                 // planKey → planned, of Request
	merges  sync.Map                 // two types → Problems, of Merge
}

// SetOption is an argument of [NewSet]: the result of Rules, Types or Messages.
type SetOption func(*Set) error

// NewSet returns a set with the given rules, types and messages. It panics when
// a rule has no name, no Make, or the name of a built-in rule, and when a type is
// declared twice: these are mistakes of the program.
func NewSet(options ...SetOption) *Set {
	s := &Set{
		rules:   map[string]Rule{},
		types:   map[reflect.Type]declaredType{},
		objects: map[reflect.Type]*object{},
	}
	for _, option := range options {
		if err := option(s); err != nil {
			panic(fmt.Sprintf("binding: %s", err))
		}
	}
	return s
}

// Rule is a rule of an application's own, usable in validate tags under its name.
type Rule struct {
	Name    string // as in a validate tag, and the code of its error items
	Message string // English, as in "must be a stock number such as ABC-0042"; "" is "is not valid"
	// Make is called once for each use, at registration. An error says what is
	// wrong with the param or the type.
	Make func(Arg) (Op, error)
}

// Arg is what a rule is given where it is used.
type Arg struct {
	Param string       // the text after "="; "" when there is none
	Type  reflect.Type // of the field
}

var ruleName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// Rules adds rules to a set. A name consists of lower-case letters, digits and
// underscores and may not shadow a built-in rule.
func Rules(rules ...Rule) SetOption {
	return func(s *Set) error {
		for _, r := range rules {
			_, taken := builtin(r.Name)
			_, twice := s.rules[r.Name]
			switch {
			case !ruleName.MatchString(r.Name):
				return fmt.Errorf("a rule's name is %q; it consists of lower-case letters, digits and underscores", r.Name)
			case taken || isPresence(r.Name) || isCross(r.Name) || r.Name == "dive" || r.Name == "keys" || r.Name == "endkeys":
				return fmt.Errorf("the rule %q shadows a built-in one", r.Name)
			case twice:
				return fmt.Errorf("the rule %q is given twice", r.Name)
			case r.Make == nil:
				return fmt.Errorf("the rule %q has no Make", r.Name)
			}
			s.rules[r.Name] = r
		}
		return nil
	}
}

// declaredType is what a set knows about a type that cannot say it itself.
type declaredType struct {
	typ    reflect.Type
	schema Schema
	union  *unionType
}

// TypeOption is an argument of [Types]: the result of Type or Union.
type TypeOption struct{ declared declaredType }

// Type states the JSON form of T, a type of another package that reads and
// writes its own JSON or text.
func Type[T any](schema Schema) TypeOption {
	return TypeOption{declaredType{typ: reflect.TypeFor[T](), schema: schema}}
}

// Types adds types to a set.
func Types(types ...TypeOption) SetOption {
	return func(s *Set) error {
		for _, t := range types {
			if _, twice := s.types[t.declared.typ]; twice {
				return fmt.Errorf("the type %s is declared twice", t.declared.typ)
			}
			for _, k := range t.declared.schema {
				if !knownKeyword(k.name) {
					return fmt.Errorf("the type %s states %q, which is no keyword of JSON Schema", t.declared.typ, k.name)
				}
			}
			if t.declared.union != nil {
				if err := checkUnion(t.declared); err != nil {
					return err
				}
			}
			s.types[t.declared.typ] = t.declared
		}
		return nil
	}
}

// Messages replaces the English messages. f is called with a language of the
// client, such as "de-AT", then "de", and an item; "" means that it has no text,
// and the next language or English is used. It must be safe for concurrent use.
func Messages(f func(lang string, e FieldError) string) SetOption {
	return func(s *Set) error {
		s.messages = f
		return nil
	}
}

// Message returns the text of an item in the given language, or "".
func (s *Set) Message(lang string, e FieldError) string {
	if s.messages == nil {
		return ""
	}
	return s.messages(lang, e)
}

// Translates reports whether the set has messages of its own.
func (s *Set) Translates() bool { return s.messages != nil }

// RuleNames lists every rule that a validate tag may name under s, sorted.
func (s *Set) RuleNames() []string {
	names := slices.Collect(maps.Keys(s.rules))
	names = append(names, builtinNames...)
	slices.Sort(names)
	return names
}

var builtinNames = strings.Fields(`required nonzero nullable notnull omitempty omitnil dive
	min max gte lte gt lt len eq ne oneof noneof multipleof unique maxsize mime
	required_if required_unless required_with required_with_all required_without required_without_all
	excluded_if excluded_unless excluded_with excluded_without
	eqfield nefield gtfield gtefield ltfield ltefield
	email uuid uuid4 uri url http_url hostname hostname_rfc1123 fqdn ipv4 ipv6 ip cidr mac port datetime date
	e164 alpha alphanum numeric number hexadecimal ascii lowercase uppercase contains startswith endswith excludes
	hexcolor semver base64 json timezone iso4217 iso3166_1_alpha2`)

// root is a type compiled to stand alone.
type root struct {
	node     *node
	problems Problems
	program  func() *program // made by the first Validate
}

// root compiles t, once.
func (s *Set) root(t reflect.Type) *root {
	if r, ok := s.roots.Load(t); ok {
		return r.(*root)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r := &root{}
	r.node = compiler{s}.node(t, nil, site{where: t.String(), out: &r.problems})
	r.problems = append(r.problems, gatherProblems(r.node, false)...)
	r.program = sync.OnceValue(func() *program { return assemble(r.node) })
	actual, _ := s.roots.LoadOrStore(t, r)
	return actual.(*root)
}

// gatherProblems collects the mistakes of all struct types below n.
func gatherProblems(n *node, input bool) Problems {
	if n == nil || n.elem == nil && n.obj == nil && n.un == nil {
		return nil
	}
	var all Problems
	seen := map[*object]bool{}
	met := map[*node]bool{}
	var walk func(*node)
	walk = func(n *node) {
		if n == nil || met[n] {
			return
		}
		met[n] = true
		walk(n.elem)
		walk(n.key)
		if n.un != nil {
			for i := range n.un.variants {
				walk(n.un.variants[i].node)
			}
		}
		if n.obj == nil || seen[n.obj] {
			return
		}
		seen[n.obj] = true
		all = append(all, n.obj.problems...)
		if input {
			all = append(all, n.obj.unread...)
		}
		for i := range n.obj.fields {
			walk(n.obj.fields[i].node)
		}
	}
	walk(n)
	return all
}

// empty is the set of the package functions. It holds no rules of anybody's,
// only the plans of the types it has seen.
var empty = NewSet()

// Validate checks v, a value or a pointer to one, against the rules of its type
// and returns an *[Error] that lists what is broken, or nil. An error of the
// type's own mistakes is a [Problems].
func Validate(v any) error { return empty.Validate(v) }

// Validate is the package function with the rules of s.
func (s *Set) Validate(v any) error { return s.ValidateContext(context.Background(), v) }

// ValidateContext is Validate with a context for Validate methods that take one.
func (s *Set) ValidateContext(ctx context.Context, v any) error {
	value := reflect.ValueOf(v)
	for value.Kind() == reflect.Pointer && !value.IsNil() {
		value = value.Elem()
	}
	if !value.IsValid() {
		return &Error{Status: 422, Fields: []FieldError{{In: string(Body), Code: CodeRequired, Detail: "is required"}}}
	}
	r := s.root(value.Type())
	if len(r.problems) > 0 {
		return r.problems
	}
	p := unsafe.Pointer(nil)
	if value.CanAddr() {
		p = value.Addr().UnsafePointer()
	} else {
		p = addressable(value)
	}
	if r.program().holds(ctx, p) {
		return nil
	}
	w := walkers.Get().(*walker)
	defer w.release()
	w.ctx = ctx
	w.check(r.node, p)
	switch {
	case w.failed != nil:
		return w.failed
	case len(w.found) > 0:
		e := w.report.err()
		relocate(value.Type(), e)
		return e
	}
	return nil
}

// Decode reads one JSON text into *v as a request body is read: strictly, with
// every rule. What *v held before is lost. The error is an *[Error], that of a
// Validate method which is not about the value, or a [Problems] when T itself is
// wrong; *v is then unspecified.
//
// An *[Error] that a handler returns is a 422, also when the text was not the client's:
// wrap that of a file or a column with %v and not with %w.
func Decode[T any](data []byte, v *T) error { return DecodeWith(empty, data, v) }

// DecodeWith is Decode with the rules of s.
func DecodeWith[T any](s *Set, data []byte, v *T) error { return s.Decode(data, v) }

// Decode is the package function with the rules of s; v is a non-nil pointer.
func (s *Set) Decode(data []byte, v any) error {
	target := reflect.ValueOf(v)
	if target.Kind() != reflect.Pointer || target.IsNil() {
		return Problems{{Where: fmt.Sprintf("%T", v), Text: "is not a pointer to decode into"}}
	}
	r := s.root(target.Type().Elem())
	if len(r.problems) > 0 {
		return r.problems
	}
	target.Elem().SetZero() // Invariant: the result depends on data alone
	return decodeBody(context.Background(), r.node, data, target.UnsafePointer(), false, nil)
}
