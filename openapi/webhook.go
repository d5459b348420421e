package openapi

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
)

// Webhook documents a request that the application sends to whoever has asked for it by
// other means (3.1 §4.8.1): nothing is served. T is declared like the output of a
// handler: its body is the body of a POST, its headers are headers. Options are those
// that describe a route, such as wend.Summary and wend.Tags; the name is the operation's
// id unless wend.OperationID gives one.
//
//	docs.Mount(r, info, openapi.Webhook[NoteCreated]("noteCreated", wend.Summary("A note was made")))
func Webhook[T any](name string, opts ...wend.Option) Option {
	return newSent(sent{name: name, site: caller(), compile: sending[T](opts)})
}

// Callback documents a request that the application sends because of one that it was
// sent (3.1 §4.8.18): nothing is served. It belongs to the route with that pattern, as in
// "POST /notes", and goes to where a runtime expression leads, as in
// "{$request.body#/notify_url}". T and the options are those of [Webhook].
func Callback[T any](pattern, name, expression string, opts ...wend.Option) Option {
	return newSent(sent{name: name, back: true, owner: pattern, expression: expression, site: caller(), compile: sending[T](opts)})
}

// Binding gives the types of webhooks the rules and types of a set: docs.Mount takes that
// of its router, and [Build] the only one that its routes have. A callback has that of its
// route.
func Binding(set *binding.Set) Option {
	return newOption(func(b *builder) error {
		if set == nil {
			return errors.New("Binding is given nil")
		}
		b.set = set
		return nil
	})
}

// sent is a request that the application sends. A route that nobody can reach describes
// it: what is sent is its output.
type sent struct {
	name       string
	back       bool   // it is a callback
	owner      string // of a callback: the pattern of its route
	expression string
	site       string // of the call that declared it
	compile    func(*binding.Set) (*wend.Route, error)
}

// caller is file:line of the call of the exported function that calls it, the file with
// its directory.
func caller() string {
	_, file, line, _ := runtime.Caller(2)
	return fmt.Sprintf("%s/%s:%d", filepath.Base(filepath.Dir(file)), filepath.Base(file), line)
}

// sending returns what compiles a type under a set.
func sending[T any](opts []wend.Option) func(*binding.Set) (*wend.Route, error) {
	return func(set *binding.Set) (*wend.Route, error) {
		own := []wend.Option{wend.CollectErrors()}
		if set != nil {
			own = append(own, wend.Binding(set))
		}
		r := wend.New(own...)
		rt := wend.Post(r, "/", func(context.Context, wend.None) (out T, err error) { return out, nil }, opts...)
		return rt, r.Err()
	}
}

func newSent(s sent) Option {
	return newOption(func(b *builder) error {
		switch {
		case s.name == "":
			return fmt.Errorf("%s has no name", s)
		case s.back && !strings.Contains(s.expression, "{$"):
			return fmt.Errorf("%s is sent to %q, which has no runtime expression such as {$request.body#/url}", s, s.expression)
		case s.back && !runtimeExpressions(s.expression):
			return fmt.Errorf("%s is sent to %q, which has a wrong runtime expression; write one such as {$request.body#/url} or {$request.query.url}", s, s.expression)
		case slices.ContainsFunc(b.sent, func(other sent) bool { return other.same(s) }):
			return fmt.Errorf("there are two of %s", s)
		}
		b.sent = append(b.sent, s)
		return nil
	})
}

// expression stands for a part of the exchange (3.1 §4.8.20.3).
var expression = regexp.MustCompile(
	`^\$(url|method|statusCode|(request|response)\.(header\.[!#$%&'*+\-.^_|~0-9A-Za-z\x60]+|(query|path)\.[^{}]+|body(#(/[^{}]*)?)?))$`)

// runtimeExpressions reports whether what stands in braces are runtime expressions.
func runtimeExpressions(s string) bool {
	for {
		_, inner, found := strings.Cut(s, "{")
		if !found {
			return !strings.Contains(s, "}")
		}
		if inner, s, found = strings.Cut(inner, "}"); !found || !expression.MatchString(inner) {
			return false
		}
	}
}

// same reports whether two would have one place in the document.
func (s sent) same(other sent) bool {
	return s.back == other.back && s.name == other.name && s.owner == other.owner && s.expression == other.expression
}

// String names what is sent.
func (s sent) String() string {
	if !s.back {
		return fmt.Sprintf("the webhook %q", s.name)
	}
	return fmt.Sprintf("the callback %q of %s", s.name, s.owner)
}

// under compiles what is sent; mistakes are told at the call that declared it.
func (s sent) under(set *binding.Set) (*wend.Route, error) {
	rt, err := s.compile(set)
	var mistakes wend.RegistrationErrors
	if !errors.As(err, &mistakes) {
		return rt, err
	}
	return rt, s.told(mistakes)
}

// told puts mistakes at the call that declared what is sent.
func (s sent) told(mistakes wend.RegistrationErrors) error {
	for _, m := range mistakes {
		m.What, m.Site = s.String(), s.site
	}
	return errors.New(strings.TrimPrefix(mistakes.Error(), "wend: "))
}

// checkSent compiles what is sent where a set is known before any route is. The set of a
// callback is its route's, which may have rules and types that this one lacks.
func (b *builder) checkSent() error {
	var all []error
	for _, s := range b.sent {
		if b.set == nil {
			continue
		}
		if s.back {
			all = append(all, s.whateverSet(b.set))
			continue
		}
		_, err := s.under(b.set)
		all = append(all, err)
	}
	return errors.Join(all...)
}

// whateverSet is what is wrong with a callback, but for what rules and types of another
// set could mend.
func (s sent) whateverSet(set *binding.Set) error {
	_, err := s.compile(set)
	var mistakes wend.RegistrationErrors
	if !errors.As(err, &mistakes) {
		return err
	}
	for _, m := range mistakes {
		m.Problems = slices.DeleteFunc(m.Problems, func(p binding.Problem) bool {
			return strings.Contains(p.Write, "binding.Types(") || strings.Contains(p.Text, "unknown rule")
		})
	}
	mistakes = slices.DeleteFunc(mistakes, func(m *wend.RegistrationError) bool { return len(m.Problems) == 0 })
	if len(mistakes) == 0 {
		return nil
	}
	return s.told(mistakes)
}

// gatherSent plans the requests that are sent, beside the routes.
func (b *builder) gatherSent() {
	known := b.sent
	b.sent = nil
	for _, s := range known {
		set, ok := b.setOf(s)
		if !ok {
			continue
		}
		rt, err := s.under(set)
		if err != nil {
			b.mistake("%s", err)
			continue
		}
		op := rt.Operation()
		op.ErrorBody = nil // nothing is answered here
		p := b.plan(rt, op)
		if p.id = p.op.ID; p.id == "" {
			p.id = s.name
		}
		b.sent, b.sentPlans = append(b.sent, s), append(b.sentPlans, p)
	}
}

// setOf finds the rules and types of what is sent; nil are the built-in ones.
func (b *builder) setOf(s sent) (set *binding.Set, ok bool) {
	if !s.back && b.set != nil {
		return b.set, true
	}
	var sets []*binding.Set
	for _, p := range b.plans {
		switch {
		case s.back && p.route.Pattern() == s.owner:
			return p.op.Binding, true
		case !s.back && p.op.Binding != nil && !slices.Contains(sets, p.op.Binding):
			sets = append(sets, p.op.Binding)
		}
	}
	switch {
	case s.back:
		b.mistake("the callback %q belongs to %q, and no documented route has this pattern", s.name, s.owner)
		return nil, false
	case len(sets) > 1:
		b.mistake("%s, declared at %s, could have the rules and types of %d routers; choose with openapi.Binding", s, s.site, len(sets))
		return nil, false
	case len(sets) == 1:
		return sets[0], true
	}
	return nil, true
}

// addSent documents them, where the routes are known.
func (b *builder) addSent() {
	for i, s := range b.sent {
		p := b.sentPlans[i]
		item := &PathItem{Post: b.sentOperation(p, s.name)}
		for _, other := range b.plans {
			if other.id == p.id {
				b.mistake("%s at %s and the webhook or callback %q have the operation id %q; give one another with wend.OperationID",
					other.route.Pattern(), other.route.Site(), s.name, p.id)
			}
		}
		if !s.back {
			b.doc.Webhooks = put(b.doc.Webhooks, s.name, item)
			continue
		}
		owner := b.doc.Operation(s.owner)
		owner.Callbacks = put(owner.Callbacks, s.name, put(owner.Callbacks[s.name], s.expression, item))
	}
}

// sentOperation describes what is sent. Of the answer only that it is one is known.
func (b *builder) sentOperation(p *operationPlan, name string) *Operation {
	o := &Operation{
		Tags: p.op.Tags, Summary: p.op.Summary, Description: p.op.Description, OperationID: p.id, Deprecated: p.op.Deprecated,
		Responses: map[string]*Response{"2XX": {Description: "The receiver has it"}},
	}
	if o.Summary == "" {
		o.Summary = summary(name, p.method, p.path)
	}
	b.examples(p)
	for i := range p.out {
		switch f := &p.out[i]; f.In {
		case binding.Header:
			o.Parameters = append(o.Parameters, &Parameter{
				Name: f.Name, In: string(f.In), Description: f.Doc, Deprecated: f.Deprecated, Schema: b.schema(f.Schema), Example: f.Example,
			})
		case binding.Body:
			o.RequestBody = &RequestBody{Description: f.Doc, Required: true, Content: b.content(f, p.outExamples)}
			if f.Foreign {
				o.RequestBody.Content = b.foreignContent(f, p)
			}
		}
	}
	return o
}
