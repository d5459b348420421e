package main

import (
	"context"
	"iter"
	"net/http"
	"time"

	"github.com/wend-go/wend"
)

type watchInput struct {
	// A browser sends it by itself when it has lost the connection.
	LastEventID string `header:"Last-Event-ID" validate:"max=50" doc:"the last event that the client has seen"`
}

// watch sends every update as an event, named by its kind: first those that the client
// has missed, then each when it happens. It never ends by itself. The context does, when
// the client goes and when the server begins to stop; a browser then comes back, here or
// at the process that has taken over.
func (h *hub) watch(ctx context.Context, in watchInput) (wend.Events[Update], error) {
	return func(yield func(wend.Event[Update], error) bool) {
		for number, u := range h.follow(ctx, h.number(in.LastEventID)) {
			if !yield(wend.Event[Update]{ID: h.id(number), Data: u}, nil) {
				return
			}
		}
	}, nil
}

type logInput struct {
	Follow bool `query:"follow" doc:"go on with what happens from now on"`
}

// log sends the updates as JSON Lines, one object a line: for programs that read line by
// line, such as jq. Unlike an event stream it has an end, unless it follows.
func (h *hub) log(ctx context.Context, in logInput) (iter.Seq2[Update, error], error) {
	return func(yield func(Update, error) bool) {
		if !in.Follow {
			updates, _, _ := h.since(0)
			for _, u := range updates {
				if !yield(u, nil) {
					return
				}
			}
			return
		}
		for _, u := range h.follow(ctx, 0) {
			if !yield(u, nil) {
				return
			}
		}
		yield(nil, context.Cause(ctx)) // an end that is none: the connection is cut, so that nobody takes it for one
	}, nil
}

// follow yields the updates behind a number, until the context ends.
func (h *hub) follow(ctx context.Context, number int) iter.Seq2[int, Update] {
	return func(yield func(int, Update) bool) {
		for {
			updates, first, changed := h.since(number)
			for i, u := range updates {
				number = first + i
				if !yield(number, u) {
					return
				}
			}
			select {
			case <-changed:
			case <-ctx.Done():
				return
			}
		}
	}
}

type sayInput struct {
	From string `json:"from" validate:"required,max=40" example:"Ada"`
	Text string `json:"text" validate:"required,max=500" example:"Hello"`
}

type said struct {
	Status int `status:"202"`
	Body   Message
}

// say tells everybody.
func (h *hub) say(_ context.Context, in sayInput) (said, error) {
	m := Message{From: in.From, Text: in.Text, At: time.Now().UTC()}
	h.publish(m)
	return said{Status: http.StatusAccepted, Body: m}, nil
}
