package contract_test

import (
	"context"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/wendtest"
	"github.com/wend-go/wend/wendtest/contract"
)

// hexCodec writes JSON in hexadecimal.
type hexCodec struct{}

func (hexCodec) MediaTypes() []string { return []string{"application/x-hex"} }

func (hexCodec) ToJSON(dst, body []byte) ([]byte, error) { return hex.AppendDecode(dst, body) }

func (hexCodec) FromJSON(dst, json []byte) ([]byte, error) { return hex.AppendEncode(dst, json), nil }

// brokenCodec writes what it cannot read.
type brokenCodec struct{ hexCodec }

func (brokenCodec) FromJSON(dst, json []byte) ([]byte, error) { return append(dst, '!'), nil }

// Bodies of a codec are judged as the JSON that they stand for.
func TestCheck_codec(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		codec binding.Codec
		note  note
		want  string
	}{
		{"right", hexCodec{}, note{1, "milk"}, ""},
		{"wrong", hexCodec{}, note{0, "milk"}, "the body /id: must be at least 1"},
		{"unreadable", brokenCodec{}, note{1, "milk"}, "the body is not what the codec of its media type reads: encoding/hex: invalid byte"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := wend.New(wend.Codec(tt.codec))
			wend.Get(r, "/", func(context.Context, wend.None) (note, error) { return tt.note, nil })
			said := run(t, func(t testing.TB) {
				wendtest.New(t, contract.Check(t, r)).Get("/", wendtest.Header("Accept", "application/x-hex")).
					Status(200).Header("Content-Type", "application/x-hex")
			})
			if tt.want == "" {
				require.Empty(t, said)
			} else {
				require.Contains(t, said, tt.want)
			}
		})
	}
}

// Fuzz speaks the languages of codecs, and takes what they carry for what it is.
func TestFuzz_codec(t *testing.T) {
	t.Parallel()
	var lax atomic.Bool
	seen := map[string]bool{} // Fuzz sends one request after the other
	counted := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			rec := httptest.NewRecorder()
			next.ServeHTTP(rec, r)
			seen[fmt.Sprint(r.Header.Get("Content-Type"), " ", rec.Code, " ", rec.Header().Get("Content-Type"))] = true
			maps.Copy(w.Header(), rec.Header())
			w.WriteHeader(rec.Code)
			_, _ = rec.Body.WriteTo(w)
		})
	}
	r := wend.New(wend.Codec(hexCodec{}), wend.With(counted))
	wend.Post(r, "/", func(_ context.Context, in note) (note, error) {
		if lax.Load() {
			in.ID = 0
		}
		return in, nil
	})
	contract.Fuzz(t, r)
	for _, want := range []string{
		"application/x-hex 200 application/x-hex", "application/x-hex 200 application/json", "application/json 200 application/x-hex",
		"application/x-hex 422 application/problem+json",
	} {
		require.Contains(t, seen, want)
	}
	lax.Store(true)
	said := run(t, func(t testing.TB) { contract.Fuzz(t, r) })
	require.Contains(t, said, "the body /id: must be at least 1")
}
