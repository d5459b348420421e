package howto_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
)

// show sends a request and prints the answer.
func show(h http.Handler, method, target, body string, header ...string) {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for pair := range slices.Chunk(header, 2) {
		r.Header.Set(pair[0], pair[1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	fmt.Println(w.Code, strings.TrimSpace(w.Body.String()))
}

var (
	errSoldOut = &wend.Error{Status: http.StatusConflict, Code: "sold_out", Detail: "the book is sold out"}
	errClosed  = errors.New("shop: closed")
)

func Example_declaredErrors() {
	r := wend.New()
	shop := r.Group("/shop", wend.Errors(
		errSoldOut,
		&wend.Error{Status: http.StatusServiceUnavailable, Code: "closed", Detail: "come back tomorrow", Err: errClosed},
	))
	wend.Post(shop, "/{book}", func(_ context.Context, in struct {
		Book string `path:"book"`
	},
	) (wend.None, error) {
		switch in.Book {
		case "emma":
			return wend.None{}, errSoldOut
		case "dune":
			return wend.None{}, fmt.Errorf("order: %w", errClosed) // found by errors.Is
		}
		return wend.None{}, wend.Errorf(http.StatusNotFound, "there is no book %q", in.Book)
	})
	show(r, "POST", "/shop/emma", "")
	show(r, "POST", "/shop/dune", "")
	show(r, "POST", "/shop/it", "")
	// Output:
	// 409 {"type":"about:blank","title":"Conflict","status":409,"detail":"the book is sold out","code":"sold_out"}
	// 503 {"type":"about:blank","title":"Service Unavailable","status":503,"detail":"come back tomorrow","code":"closed"}
	// 404 {"type":"about:blank","title":"Not Found","status":404,"detail":"there is no book \"it\""}
}

func Example_unknownErrors() {
	log := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == "cause" || a.Key == "msg" {
			return a
		}
		return slog.Attr{}
	}}))
	r := wend.New(wend.Logger(log))
	wend.Get(r, "/", func(context.Context, wend.None) (wend.None, error) {
		return wend.None{}, errors.New("pq: password authentication failed for user shop")
	})
	show(r, "GET", "/", "")
	// Output:
	// msg="request failed" cause="internal server error: pq: password authentication failed for user shop"
	// 500 {"type":"about:blank","title":"Internal Server Error","status":500}
}

type period struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// Validate is asked after the rules of the tags.
func (p period) Validate() error {
	if p.To < p.From {
		return binding.Invalid("/to", "before_from", "must not be before from")
	}
	return nil
}

func Example_rulesInCode() {
	r := wend.New()
	wend.Post(r, "/periods", func(_ context.Context, in period) (period, error) {
		if in.To > 2100 { // what only the handler can know
			return in, binding.Invalid("/body/to", "too_far", "is too far away")
		}
		return in, nil
	})
	show(r, "POST", "/periods", `{"from":2000,"to":1999}`)
	show(r, "POST", "/periods", `{"from":2000,"to":2101}`)
	// Output:
	// 422 {"type":"about:blank","title":"Unprocessable Entity","status":422,"detail":"1 field is invalid","errors":[{"in":"body","pointer":"/to","code":"before_from","detail":"must not be before from"}]}
	// 422 {"type":"about:blank","title":"Unprocessable Entity","status":422,"detail":"1 field is invalid","errors":[{"in":"body","pointer":"/to","code":"too_far","detail":"is too far away"}]}
}

// fastAPIError is the body of FastAPI's errors: a text, or a list of what is wrong.
type fastAPIError struct {
	Detail any `json:"detail"`
}

type fastAPIItem struct {
	Type string `json:"type"`
	Loc  []any  `json:"loc"`
	Msg  string `json:"msg"`
}

func fastAPI(_ *http.Request, e *wend.Error) fastAPIError {
	if len(e.Fields) == 0 {
		if e.Detail != "" {
			return fastAPIError{e.Detail}
		}
		return fastAPIError{http.StatusText(e.Status)}
	}
	items := make([]fastAPIItem, len(e.Fields))
	for i, f := range e.Fields {
		loc := []any{f.In}
		for part := range strings.SplitSeq(strings.TrimPrefix(f.Pointer, "/"), "/") {
			if part == "" {
				continue
			}
			var index int
			if json.Unmarshal([]byte(part), &index) == nil {
				loc = append(loc, index)
			} else {
				loc = append(loc, strings.NewReplacer("~1", "/", "~0", "~").Replace(part))
			}
		}
		items[i] = fastAPIItem{Type: f.Code, Loc: loc, Msg: f.Detail}
	}
	return fastAPIError{items}
}

func Example_errorsLikeFastAPI() {
	r := wend.New(wend.OnError(fastAPI, "application/json"))
	wend.Post(r, "/periods", func(_ context.Context, in []period) ([]period, error) { return in, nil })
	show(r, "POST", "/periods", `[{"from":1,"to":"x"}]`)
	show(r, "GET", "/nowhere", "")
	// Output:
	// 422 {"detail":[{"type":"type","loc":["body",0,"to"],"msg":"must be an integer"}]}
	// 404 {"detail":"there is nothing at this path"}
}

// ginError is the shape that many gin services write by hand.
type ginError struct {
	Error string `json:"error"`
}

func Example_errorsLikeGin() {
	r := wend.New(wend.OnError(func(_ *http.Request, e *wend.Error) ginError { return ginError{e.Error()} }, "application/json"))
	show(r, "GET", "/nowhere", "")
	// Output: 404 {"error":"there is nothing at this path"}
}
