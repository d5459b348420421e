package contract_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/wendtest"
	"github.com/wend-go/wend/wendtest/contract"
)

type exampleNote struct {
	Text string `json:"text" validate:"max=10"`
}

// noisy answers what it does not promise: a text that is too long.
func noisy() *wend.Router {
	r := wend.New()
	wend.Get(r, "/notes/1", func(context.Context, wend.None) (exampleNote, error) {
		return exampleNote{"much longer than ten"}, nil
	})
	return r
}

// exampleT stands in for the *testing.T that an example does not have.
type exampleT struct{ testing.TB }

func (exampleT) Helper()                  {}
func (exampleT) Context() context.Context { return context.Background() }
func (exampleT) Cleanup(func())           {}
func (exampleT) Logf(string, ...any)      {}
func (e exampleT) Errorf(format string, args ...any) {
	_, wrong, _ := strings.Cut(fmt.Sprintf(format, args...), "\n") // the first line has file and line
	fmt.Println(wrong)
}

func (e exampleT) Fatalf(format string, args ...any) {
	e.Errorf(format, args...)
	runtime.Goexit()
}

func inTest(f func(t testing.TB)) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f(exampleT{})
	}()
	<-done
}

func ExampleCheck() {
	inTest(func(t testing.TB) {
		c := wendtest.New(t, contract.Check(t, noisy()))
		c.Get("/notes/1").Status(200)
	})
	// Output: - the body /text: must have at most 10 characters, has 20
}

func ExampleOption() {
	inTest(func(t testing.TB) {
		r := wend.New()
		wend.Get(r, "/notes/{id}", func(_ context.Context, in struct {
			ID int `path:"id" validate:"min=1"`
		},
		) (exampleNote, error) {
			return exampleNote{"milk"}, nil
		})
		contract.Fuzz(t, r, contract.Requests(20), contract.Seed(7))
		fmt.Println("nothing undocumented")
	})
	// Output: nothing undocumented
}
