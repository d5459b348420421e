package contract

import (
	"fmt"
	"testing"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/openapi"
	"github.com/wend-go/wend/wendtest"
)

// Option changes what is compared, or which requests are made.
type Option struct{ apply func(*settings) error }

type settings struct {
	document []openapi.Option
	client   []wendtest.Option
	skip     map[string]bool
	strict   bool
	requests int
	seed     uint64
}

// Document builds the document with options, such as [openapi.Version] and
// [openapi.Edit]: those that the application serves it with.
func Document(opts ...openapi.Option) Option {
	return Option{func(s *settings) error { s.document = append(s.document, opts...); return nil }}
}

// Client gives options to the client of [Fuzz], such as a credential or what replaces
// a dependency. [Secured] ignores them.
func Client(opts ...wendtest.Option) Option {
	return Option{func(s *settings) error { s.client = append(s.client, opts...); return nil }}
}

// Skip leaves out the routes with these patterns, as in "GET /notes/{id}".
func Skip(patterns ...string) Option {
	return Option{func(s *settings) error {
		for _, p := range patterns {
			s.skip[p] = true
		}
		return nil
	}}
}

// Strict holds the errors of middleware to the document as well: each from 400 to 499, and in
// [Fuzz] each from 500 on, has to be declared, by wend.Errors on the route or its group.
func Strict() Option {
	return Option{func(s *settings) error { s.strict = true; return nil }}
}

// Requests sets how many requests [Fuzz] makes of each operation; 100 by default.
func Requests(n int) Option {
	return Option{func(s *settings) error {
		if s.requests = n; n < 1 {
			return fmt.Errorf("%d requests prove nothing", n)
		}
		return nil
	}}
}

// Seed sets where the requests of [Fuzz] begin; 1 by default. The same seed makes the
// same requests of the same document.
func Seed(n uint64) Option {
	return Option{func(s *settings) error { s.seed = n; return nil }}
}

// collect applies options; a wrong one ends the test.
func collect(t testing.TB, opts []Option) settings {
	t.Helper()
	s := settings{skip: map[string]bool{}, requests: 100, seed: 1}
	for _, opt := range opts {
		if opt.apply == nil {
			continue // the zero Option
		}
		if err := opt.apply(&s); err != nil {
			t.Fatalf("contract: %v", err)
		}
	}
	return s
}

// load reads the document of a router; a router with mistakes ends the test.
func (s *settings) load(t testing.TB, r *wend.Router) *contract {
	t.Helper()
	if r == nil {
		t.Fatal("contract: the router is nil")
	}
	if err := r.Err(); err != nil {
		t.Fatalf("the router has registration errors:\n%v", err)
	}
	c, err := read(r, s)
	if err != nil {
		t.Fatalf("contract: %v", err)
	}
	for pattern := range s.skip {
		if c.operations[pattern] == nil {
			t.Fatalf("contract: Skip names %q, and no documented route has this pattern", pattern)
		}
		delete(c.operations, pattern)
	}
	if len(c.operations) == 0 {
		t.Fatal("contract: the router has no documented operation")
	}
	return c
}
