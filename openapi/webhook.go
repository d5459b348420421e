package openapi

import (
	"context"
	"fmt"
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
	rt, err := sending[T](opts)
	return newOption(func(b *builder) error {
		if err != nil || name == "" {
			return fmt.Errorf("the webhook %q is wrong: %w", name, orEmpty(err))
		}
		b.sent = append(b.sent, sent{route: rt, name: name})
		return nil
	})
}

// Callback documents a request that the application sends because of one that it was
// sent (3.1 §4.8.18): nothing is served. It belongs to the route with that pattern, as in
// "POST /notes", and goes to where a runtime expression leads, as in
// "{$request.body#/notify_url}". T and the options are those of [Webhook].
func Callback[T any](pattern, name, expression string, opts ...wend.Option) Option {
	rt, err := sending[T](opts)
	return newOption(func(b *builder) error {
		switch {
		case err != nil || name == "":
			return fmt.Errorf("the callback %q of %s is wrong: %w", name, pattern, orEmpty(err))
		case !strings.Contains(expression, "{$"):
			return fmt.Errorf("the callback %q of %s is sent to %q, which has no runtime expression such as {$request.body#/url}", name, pattern, expression)
		}
		b.sent = append(b.sent, sent{rt, name, pattern, expression})
		return nil
	})
}

// sent is a request that the application sends. A route that nobody can reach describes
// it: what is sent is its output.
type sent struct {
	route      *wend.Route
	name       string
	owner      string // of a callback: the pattern of its route
	expression string
}

func sending[T any](opts []wend.Option) (*wend.Route, error) {
	r := wend.New(wend.CollectErrors())
	rt := wend.Post(r, "/", func(context.Context, wend.None) (out T, err error) { return out, nil }, opts...)
	return rt, r.Err()
}

func orEmpty(err error) error {
	if err == nil {
		return fmt.Errorf("it has no name")
	}
	return err
}

// gatherSent plans the requests that are sent, beside the routes.
func (b *builder) gatherSent() {
	for _, s := range b.sent {
		op := s.route.Operation()
		op.ErrorBody = nil // nothing is answered here
		p := b.plan(s.route, op)
		if p.id = p.op.ID; p.id == "" {
			p.id = s.name
		}
		b.sentPlans = append(b.sentPlans, p)
	}
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
		if s.owner == "" {
			if b.doc.Webhooks[s.name] != nil {
				b.mistake("there are two webhooks %q", s.name)
			}
			b.doc.Webhooks = put(b.doc.Webhooks, s.name, item)
			continue
		}
		owner := b.doc.Operation(s.owner)
		if owner == nil {
			b.mistake("the callback %q belongs to %q, and no documented route has this pattern", s.name, s.owner)
			continue
		}
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
