package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"

	"github.com/go-playground/validator/v10"

	"github.com/wend-go/wend/binding"
)

// operation is one row: a request and its answer.
type operation struct {
	name   string
	call   call
	status int
	answer func(body []byte) error
	target target
}

// framework is a contender; the first is the floor.
type framework struct {
	name  string
	build func() http.Handler
}

var frameworks = []framework{
	{"floor", buildFloor},
	{"gin", buildGinEndpoints},
	{"echo + validator", buildEchoEndpoints},
	{"chi + validator", buildChiEndpoints},
	{"huma", buildHuma},
	{"wend", buildWendEndpoints},
}

const lastFramework = 5 // wend

// toFloor is a target against net/http by hand.
func toFloor(ratio, allocs float64) target {
	return target{column: lastFramework, ratio: ratio, peer: 0, allocs: allocs, mean: true}
}

func operations() []operation {
	equals := func(v any) func([]byte) error {
		want, err := json.Marshal(v)
		if err != nil {
			panic(err) // Invariant: our own types have a form in JSON
		}
		return func(body []byte) error {
			if !sameJSON(body, want) {
				return fmt.Errorf("got %s, want %s", body, want)
			}
			return nil
		}
	}
	var o order
	if err := json.Unmarshal([]byte(validBody), &o); err != nil {
		panic(err) // Invariant: our own text
	}
	post := call{"POST", "/customers/42/orders", "channel=web", "acme", []byte(validBody)}
	wrong := call{"POST", "/customers/0/orders", "channel=fax", "x", []byte(invalidBody)}
	return []operation{
		{"POST, 1 KB, 25 rules", post, 201, equals(take(42, "web", "acme", &o)), toFloor(0.30, 20)},
		{"the same, 11 fields invalid", wrong, 422, sameFields, toFloor(0.40, -1)},
		{"GET, 3 parameters", call{"GET", "/lists/7", "limit=20&sort=name", "", nil}, 200, equals(page{7, 20, "name"}), toFloor(0.40, 1)},
		{"GET JSON by path parameter", call{"GET", "/items/a1b2", "", "", nil}, 200, equals(item{"a1b2", "Fountain pen", true}), toFloor(0.40, 0)},
		{"GET text", call{"GET", "/text", "", "", nil}, 200, func(body []byte) error {
			if string(body) != plainText {
				return fmt.Errorf("got %q", body)
			}
			return nil
		}, toFloor(0.45, 0)},
	}
}

func sameFields(body []byte) error {
	got := wrongFields(body)
	slices.Sort(got)
	if got = slices.Compact(got); !slices.Equal(got, fields) {
		return fmt.Errorf("fields %q, want %q\n%s", got, fields, body)
	}
	return nil
}

// endpoints is the command "endpoint".
func endpoints(p plan) error {
	requests := &table{title: "Requests"}
	handlers := make([]http.Handler, len(frameworks))
	for i, f := range frameworks {
		requests.names = append(requests.names, f.name)
		requests.base = append(requests.base, i == 0)
		if i == 0 || i == lastFramework || p.with.MatchString(f.name) {
			handlers[i] = f.build()
		}
	}
	for _, op := range operations() {
		if !p.only.MatchString(op.name) {
			continue
		}
		all := make([]runner, len(handlers))
		for i, h := range handlers {
			if h == nil {
				continue
			}
			if err := op.check(h); err != nil {
				return fmt.Errorf("%s, %s: %w", frameworks[i].name, op.name, err)
			}
			all[i] = op.runs(h)
		}
		requests.rows = append(requests.rows, row{name: op.name, samples: p.measure(all), targets: []target{op.target}})
	}
	missed := requests.print(p.out)
	parts, err := p.parts()
	if err != nil {
		return err
	}
	missed += parts.print(p.out)
	if m, rows := mean(requests); rows > 0 {
		fmt.Fprintf(p.out, "\nGeometric mean of wend ÷ floor over %d rows: %.2f. Targets missed: %d.\n", rows, m, missed)
	}
	return nil
}

func (op *operation) check(h http.Handler) error {
	w := newWriter(true)
	r, rewind := op.call.request()
	for range 2 { // what is pooled is used again
		rewind()
		w.reset()
		h.ServeHTTP(w, r)
		if w.status != op.status {
			return fmt.Errorf("status %d, want %d: %s", w.status, op.status, w.body)
		}
		if err := op.answer(w.body); err != nil {
			return err
		}
	}
	return nil
}

func (op *operation) runs(h http.Handler) runner {
	w := newWriter(false)
	r, rewind := op.call.request()
	clean := *r
	return func(n int) {
		for range n {
			*r = clean // routers write into it
			rewind()
			h.ServeHTTP(w, r)
			w.reset()
		}
	}
}

// parts measures decoding, checking and encoding alone.
func (p plan) parts() (*table, error) {
	t := &table{title: "Parts of the POST", names: []string{"library", "wend"}, base: []bool{true, false}}
	var o, again order
	data := []byte(validBody)
	if err := json.Unmarshal(data, &o); err != nil {
		return nil, err
	}
	if err := binding.Decode(data, &again); err != nil || !reflect.DeepEqual(o, again) {
		return nil, fmt.Errorf("decoded %+v, want %+v: %w", again, o, err)
	}
	answer := take(42, "web", "acme", &o)
	set, v := binding.NewSet(), wireNames(validator.New())
	mine, err := set.AppendJSON(nil, answer)
	if err != nil {
		return nil, err
	}
	if theirs, err := json.Marshal(answer); err != nil || !bytes.Equal(mine, theirs) {
		return nil, fmt.Errorf("encoded %s, want %s: %w", mine, theirs, err)
	}
	if err := firstError(v.Struct(&o), binding.Validate(&o)); err != nil {
		return nil, err
	}
	against := target{column: 1, peer: -1, allocs: -1}
	for _, part := range []struct {
		name         string
		library, own func() error
		target       target
	}{
		{
			"check a struct alone, go-playground/validator", func() error { return v.Struct(&o) },
			func() error { return binding.Validate(&o) },
			target{column: 1, ratio: 0.06, peer: 0, allocs: 0},
		},
		{
			"decode 1 KB, encoding/json (wend checks the rules too)", func() error { var o order; return json.Unmarshal(data, &o) },
			func() error { var o order; return binding.Decode(data, &o) }, against,
		},
		{
			"encode 500 B, encoding/json", func() error { _, err := json.Marshal(&answer); return err },
			func() (err error) { mine, err = set.AppendJSON(mine[:0], &answer); return err }, against,
		},
	} {
		if !p.only.MatchString(part.name) {
			continue
		}
		t.rows = append(t.rows, row{name: part.name, samples: p.measure([]runner{repeat(part.library), repeat(part.own)}), targets: []target{part.target}})
	}
	return t, nil
}

func repeat(f func() error) runner {
	return func(n int) {
		for range n {
			if err := f(); err != nil {
				panic(err) // Invariant: it worked before
			}
		}
	}
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
