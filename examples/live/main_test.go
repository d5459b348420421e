package main

import (
	"context"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend/wendtest"
	"github.com/wend-go/wend/wendtest/contract"
)

var quiet = slog.New(slog.DiscardHandler)

// client talks to a service without thermometers. Whatever is answered is held to the
// document.
func client(t *testing.T) (*wendtest.Client, *hub) {
	t.Helper()
	h := newHub()
	return wendtest.New(t, contract.Check(t, newRouter(h, quiet))), h
}

func say(c *wendtest.Client, text string) {
	c.Post("/messages", map[string]any{"from": "Ada", "text": text}).Status(202)
}

// update is either kind, as a client reads it.
type update struct {
	Kind    string    `json:"kind"`
	From    string    `json:"from"`
	Text    string    `json:"text"`
	Sensor  string    `json:"sensor"`
	Celsius float64   `json:"celsius"`
	At      time.Time `json:"at"`
}

// take reads so many of a stream.
func take[T any](t *testing.T, n int, from iter.Seq2[T, error]) (got []T) {
	t.Helper()
	for v, err := range from {
		require.NoError(t, err)
		if got = append(got, v); len(got) == n {
			return got
		}
	}
	t.Fatalf("the stream has ended after %d of %d", len(got), n)
	return nil
}

func TestEvents(t *testing.T) {
	t.Parallel()
	c, h := client(t)
	say(c, "one")
	h.publish(Reading{Sensor: "kitchen", Celsius: 21.5})
	stream := c.Get("/events").Status(200).Header("Content-Type", "text/event-stream").Header("Cache-Control", "no-cache")
	seen := take(t, 2, wendtest.Events[update](stream))
	require.Equal(t, []string{"message", "reading"}, []string{seen[0].Name, seen[1].Name}, "the variants name the events")
	require.Equal(t, []string{"message", "reading"}, []string{seen[0].Data.Kind, seen[1].Data.Kind})
	require.Equal(t, "one", seen[0].Data.Text)
	require.Equal(t, 21.5, seen[1].Data.Celsius)

	say(c, "two") // while the client listens
	seen = append(seen, take(t, 1, wendtest.Events[update](stream))...)
	require.Equal(t, "two", seen[2].Data.Text)
	stream.Close()

	say(c, "three") // while it is away
	for _, tt := range []struct {
		name, last string
		first      string
		want       int
	}{
		{"it comes back", seen[1].ID, "two", 2},
		{"it has seen nothing", "", "one", 4},
		{"the server is another one", "OTHER.2", "one", 4},
		{"the id is none", "abc", "one", 4},
	} {
		t.Run(tt.name, func(t *testing.T) {
			again := c.Get("/events", wendtest.Header("Last-Event-ID", tt.last))
			got := take(t, tt.want, wendtest.Events[update](again))
			require.Equal(t, tt.first, got[0].Data.Text)
			require.Equal(t, "three", got[tt.want-1].Data.Text)
			again.Close()
		})
	}
}

func TestLog(t *testing.T) {
	t.Parallel()
	c, h := client(t)
	c.Get("/log").Status(200).BodyIs("")
	say(c, "one")
	h.publish(Reading{Sensor: "cellar", Celsius: 12})
	got := take(t, 2, wendtest.Lines[update](c.Get("/log").Status(200).Header("Content-Type", "application/jsonl")))
	require.Equal(t, update{Kind: "message", From: "Ada", Text: "one", At: got[0].At}, got[0])
	require.Equal(t, update{Kind: "reading", Sensor: "cellar", Celsius: 12}, got[1])

	stream := c.Get("/log?follow=true").Status(200)
	take(t, 2, wendtest.Lines[update](stream))
	say(c, "two")
	require.Equal(t, "two", take(t, 1, wendtest.Lines[update](stream))[0].Text)
	stream.Close()
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	c, _ := client(t)
	for _, tt := range []struct {
		name string
		got  *wendtest.Response
		want int
		errs []string
	}{
		{"nothing said", c.Post("/messages", map[string]any{}), 422, []string{"body /from required", "body /text required"}},
		{
			"too long", c.Post("/messages", map[string]any{"from": "a", "text": strings.Repeat("x", 501)}),
			422,
			[]string{"body /text max"},
		},
		{"an id that is too long", c.Get("/events", wendtest.Header("Last-Event-ID", strings.Repeat("x", 51))), 422, []string{"header /Last-Event-ID max"}},
		{"follow is no bool", c.Get("/log?follow=1"), 422, []string{"query /follow type"}},
		{"a form", c.Post("/messages", wendtest.Form{"from": "a", "text": "b"}), 415, nil},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.got.Problem(tt.want, tt.errs...) })
	}
	strange := wendtest.New(t, newRouter(newHub(), quiet), wendtest.Header("Sec-Fetch-Site", "cross-site"))
	strange.Post("/messages", map[string]any{"from": "a", "text": "b"}).Problem(403)
}

// Every client sees every update once and in its order, however many there are.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	c, _ := client(t)
	const clients, writers, each = 8, 4, 20
	var wg sync.WaitGroup
	orders := make([]string, clients)
	for i := range clients {
		wg.Go(func() {
			stream := c.Get("/events")
			defer stream.Close()
			var order []string
			for e, err := range wendtest.Events[update](stream) {
				if err != nil {
					t.Error(err)
					return
				}
				if order = append(order, e.ID+" "+e.Data.Text); len(order) == writers*each {
					break
				}
			}
			orders[i] = strings.Join(order, "\n")
		})
	}
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				say(c, fmt.Sprint(w, ".", i))
			}
		})
	}
	wg.Wait()
	for i := range clients {
		require.Equal(t, orders[0], orders[i])
	}
}

// The hub keeps a bounded past; who comes back too late goes on with what there is.
func TestHub(t *testing.T) {
	t.Parallel()
	h := newHub()
	for i := range maxKept + 10 {
		h.publish(Reading{Celsius: float64(i)})
	}
	for _, tt := range []struct {
		name              string
		behind            int
		first, count      int
		firstCelsiusShown float64
	}{
		{"all that is kept", 0, 11, maxKept, 10},
		{"what is gone", 5, 11, maxKept, 10},
		{"the last one", maxKept + 9, maxKept + 10, 1, maxKept + 9},
	} {
		got, first, _ := h.since(tt.behind)
		require.Equal(t, tt.first, first, tt.name)
		require.Len(t, got, tt.count, tt.name)
		require.Equal(t, tt.firstCelsiusShown, got[0].(Reading).Celsius, tt.name)
	}
	got, _, changed := h.since(maxKept + 10)
	require.Empty(t, got)
	got, _, _ = h.since(1 << 40)
	require.Empty(t, got, "a number of the future")
	h.publish(Message{})
	<-changed
}

func TestThermometers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHub()
		r := newRouter(h, quiet, thermometers(h, time.Second)...)
		require.NoError(t, r.Start(t.Context()))
		time.Sleep(4500 * time.Millisecond) // in the bubble
		require.NoError(t, r.Stop(t.Context()))
		time.Sleep(10 * time.Second)
		got, _, _ := h.since(0)
		require.Len(t, got, 4, "and none after the end")
		require.Equal(t, "cellar", got[1].(Reading).Sensor)
	})
}

// The server stops within a second although nobody hangs up.
func TestDrain(t *testing.T) {
	t.Parallel()
	h := newHub()
	h.publish(Message{From: "Ada", Text: "one"})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- newRouter(h, quiet).Serve(ctx, l) }()

	var open []*http.Response
	for i := range 20 {
		path := []string{"/events", "/log?follow=true"}[i%2]
		res, err := http.Get("http://" + l.Addr().String() + path)
		require.NoError(t, err)
		defer res.Body.Close()
		_, err = io.ReadFull(res.Body, make([]byte, 20))
		require.NoError(t, err)
		open = append(open, res)
	}
	start := time.Now()
	stop()
	require.NoError(t, <-served)
	require.Less(t, time.Since(start), time.Second)
	for _, res := range open {
		_, _ = io.Copy(io.Discard, res.Body) // comes to an end
	}
}

// The page works under a policy without exceptions.
func TestPage(t *testing.T) {
	t.Parallel()
	c := wendtest.New(t, newRouter(newHub(), quiet))
	page := c.Get("/").Status(200).Header("Content-Type", "text/html; charset=utf-8").
		Header("Content-Security-Policy", "base-uri 'none'; connect-src 'self'; default-src 'none'; form-action 'none'; "+
			"frame-ancestors 'none'; script-src 'self'; style-src 'self'").Text()
	require.Equal(t, 1, strings.Count(page, "<script"))
	require.Contains(t, page, `<script type="module" src="/app.js"></script>`)
	for _, forbidden := range []string{"<style", "style=", "onclick", "javascript:"} {
		require.NotContains(t, page, forbidden)
	}
	require.NotContains(t, c.Get("/app.js").Status(200).Header("Content-Type", "text/javascript; charset=utf-8").Text(), "innerHTML")
	c.Get("/style.css").Status(200)
	c.Get("/a/link", wendtest.Header("Accept", "text/html")).Status(200).BodyIs(page)
	c.Get("/no.png").Problem(404)
	c.Get("/docs").Status(200)
}

// Requests that are made of the document get answers that are in it.
func TestContract(t *testing.T) {
	t.Parallel()
	h := newHub()
	h.publish(Message{From: "Ada", Text: "one"})
	contract.Fuzz(t, newRouter(h, quiet), contract.Requests(10))
}
