package contract

import (
	"math/rand/v2"
	"net/http"
	"testing"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/wendtest"
)

// Secured sends a request without any credential to every operation that the document
// says needs one, and fails t unless each answers 401 with a challenge (RFC 9110
// §15.5.2). An operation whose security may be empty is left out. A document without
// any security ends the test: there is nothing to prove.
func Secured(t testing.TB, r *wend.Router, opts ...Option) {
	t.Helper()
	s := collect(t, opts)
	c := s.load(t, r)
	client := wendtest.New(t, r)
	sent := 0
	for _, op := range c.sorted() {
		if !op.secured {
			continue
		}
		sent++
		g := &generator{Rand: rand.New(rand.NewPCG(s.seed, 0)), steady: true}
		res := client.Do(op.method, g.target(op), nil).Raw()
		switch {
		case res.StatusCode != http.StatusUnauthorized:
			t.Errorf("%s, registered at %s, needs a credential and answers %d without one, want 401", op.pattern, op.site, res.StatusCode)
		case res.Header.Get("WWW-Authenticate") == "":
			t.Errorf("%s, registered at %s, answers 401 without WWW-Authenticate", op.pattern, op.site)
		}
	}
	if sent == 0 {
		t.Fatal("contract: no operation of the document has security, so Secured has nothing to prove")
	}
}
