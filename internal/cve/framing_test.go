package cve_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
)

// framingSite answers with the path and the body that a handler sees, so that a request within a request would show.
func framingSite() *wend.Router {
	r := quiet()
	r.Handle("POST /echo", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, "refused", http.StatusBadRequest)
			return
		}
		_, _ = w.Write([]byte("echo:" + string(body)))
	}))
	r.Handle("POST /ignore", text("ignored"))
	r.Handle("GET /admin", text("smuggled"))
	r.Handle("GET /get", text("got"))
	wend.Post(r, "/typed", func(_ context.Context, in struct{ Body map[string]int }) (none, error) { return none{}, nil })
	return r
}

// inner is the request that must not come to be.
const inner = "GET /admin HTTP/1.1\r\nHost: x\r\n\r\n"

// TestFraming: where one request ends is never a matter of opinion. A head that two readers could take differently is
// refused, and the connection with it; what is accepted is one request.
func TestFraming(t *testing.T) {
	t.Parallel()
	addr := serve(t, framingSite())
	const post = "POST /echo HTTP/1.1\r\nHost: x\r\n"
	const chunked = post + "Transfer-Encoding: chunked\r\n"
	for _, c := range []struct{ name, wire string }{
		{"CVE-2019-16276 space before the colon", post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + inner},
		{"CVE-2021-22959 space before the colon", post + "Content-Length : 5\r\n\r\nhello" + inner},
		{"CVE-2024-27982 space before the name", post + " Content-Length: 5\r\n\r\nhello" + inner},
		{"CVE-2022-1705 coding that is no chunked", post + "Transfer-Encoding: chunk\r\n\r\n0\r\n\r\n" + inner},
		{"CVE-2019-15605 chunked behind a control", post + "Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n" + inner},
		{"CVE-2020-1935 coding without chunked", post + "Transfer-Encoding: identity\r\nContent-Length: 3\r\n\r\nabc" + inner},
		{"CVE-2021-33037 several codings", post + "Transfer-Encoding: chunked, identity\r\nContent-Length: 3\r\n\r\nabc" + inner},
		{"CVE-2019-17569 coding in quotes", post + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n" + inner},
		{"CVE-2020-8287 field twice", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: eee\r\n\r\n0\r\n\r\n" + inner},
		{"CVE-2024-1135 gzip before chunked", post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" + inner},
		{"CVE-2022-32213 chunked in brackets", post + "Transfer-Encoding: chunkedchunked\r\n\r\n0\r\n\r\n" + inner},
		{"CVE-2022-32215 value of two lines", post + "Transfer-Encoding: chunked\r\n , identity\r\n\r\n0\r\n\r\n" + inner},
		{"CVE-2022-35256 line break that is none", post + "X: y\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + inner},
		{"CVE-2022-32214 lines that end in CR alone", "POST /echo HTTP/1.1\rHost: x\rContent-Length: 5\r\rhello" + inner},
		{"CVE-2023-30589 CR in a name", post + "\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + inner},
		{"CVE-2020-8201 CR for a hyphen", post + "Content\rLength: 5\r\n\r\nhello" + inner},
		{"CVE-2016-6816 characters of the request line", "POST /ec\"ho<>^`{|} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\x00\r\n\r\n" + inner},
		{"CVE-2005-2090 two lengths", post + "Content-Length: 5\r\nContent-Length: 0\r\n\r\nhello" + inner},
		{"CVE-2020-10108 two lengths in another case", post + "Content-Length: 5\r\ncontent-length: 6\r\n\r\nhello" + inner},
		{"CVE-2015-5740 two lengths in one", post + "Content-Length: 5, 0\r\n\r\nhello" + inner},
		{"CVE-2015-5739 space in the name", post + "Content Length: 5\r\n\r\nhello" + inner},
		{"CVE-2016-2086 list of equal lengths", post + "Content-Length: 5,5\r\n\r\nhello" + inner},
		{"CVE-2018-7159 space within a length", post + "Content-Length: 1 2\r\n\r\nhello" + inner},
		{"CVE-2019-16792 lengths that are a list", post + "Content-Length: 0, 5\r\n\r\nhello" + inner},
		{"CVE-2022-24761 length with a sign", post + "Content-Length: +5\r\n\r\nhello" + inner},
		{"CVE-2022-24761 length with an underscore", post + "Content-Length: 0_5\r\n\r\nhello" + inner},
		{"CVE-2022-42252 length that is no number", post + "Content-Length: 5a\r\n\r\nhello" + inner},
		{"CVE-2023-40167 length with a sign", post + "Content-Length: -5\r\n\r\nhello" + inner},
		{"CVE-2023-40225 empty length", post + "Content-Length: \r\n\r\nhello" + inner},
		{"CVE-2014-0099 length beyond 64 bits", post + "Content-Length: 18446744073709551621\r\n\r\nhello" + inner},
		{"CVE-2021-40346 name longer than a byte tells", post + "Content-Length0" + strings.Repeat("a", 255) + ": \r\nContent-Length: x\r\n\r\nhello" + inner},
		{"CVE-2023-25725 empty name", post + ": x\r\nContent-Length: 5\r\n\r\nhello" + inner},
		{"CVE-2019-9900 NUL in a value", post + "X: a\x00b\r\nContent-Length: 5\r\n\r\nhello" + inner},
		{"CVE-2017-7658 two lengths, the first of them zero", post + "Content-Length: 0\r\nContent-Length: 5\r\n\r\nhello" + inner},
		{"CVE-2014-0075 chunk beyond 64 bits", chunked + "\r\nfffffffffffffffff\r\nhello\r\n0\r\n\r\n" + inner},
		{"CVE-2013-2028 chunk beyond a sign", chunked + "\r\n-5\r\nhello\r\n0\r\n\r\n" + inner},
		{"CVE-2017-7657 chunk that overflows", chunked + "\r\n100000000000000005\r\nhello\r\n0\r\n\r\n" + inner},
		{"CVE-2022-24801 chunk with a prefix", chunked + "\r\n0x5\r\nhello\r\n0\r\n\r\n" + inner},
		{"CVE-2019-16785 chunk line that ends in LF", chunked + "\r\n5\nhello\r\n0\r\n\r\n" + inner},
		{"CVE-2025-22871 extension that ends in LF", chunked + "\r\n5;\nhello\r\n0\r\n\r\n" + inner},
		{"CVE-2025-55315 CR within an extension", chunked + "\r\n5;\rxx\r\nhello\r\n0\r\n\r\n" + inner},
		{"CVE-2024-52304 line break within an extension", chunked + "\r\n5;a\nxx\r\nhello\r\n0\r\n\r\n" + inner},
		{"CVE-2021-22960 parameter of a chunk without a semicolon", chunked + "\r\n5 x\r\nhello\r\n0\r\n\r\n" + inner},
		{"CVE-2020-11076 chunk without its line break", chunked + "\r\n5\r\nhelloXX0\r\n\r\n" + inner},
		{"CVE-2017-7656 no version", "POST /echo\r\n\r\n" + inner},
		{"CVE-2016-8743 spaces in the request line", "POST  /echo\tHTTP/1.1\r\nHost: x\r\n\r\n" + inner},
		{"CVE-2024-24791 expectation that is none", post + "Expect: 200-nothing\r\nContent-Length: 5\r\n\r\nhello" + inner},
		{"CVE-2021-31525 head larger than anybody wants", post + "X: " + strings.Repeat("a", 200<<10) + "\r\n\r\n" + inner},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			responses, bodies := exchange(t, addr, c.wire)
			for i := range responses {
				require.NotContains(t, bodies[i], "smuggled", c.wire)
			}
			require.NotEmpty(t, responses)
			last := responses[len(responses)-1]
			require.True(t, last.Close || last.StatusCode >= 400, "status %d: %q", last.StatusCode, bodies)
		})
	}
	t.Run("CVE-2014-0230 body that nobody reads", func(t *testing.T) {
		t.Parallel()
		_, bodies := exchange(t, addr, "POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\n"+strings.Repeat(inner, 100))
		require.NotContains(t, strings.Join(bodies, ""), "smuggled")
	})
	t.Run("CVE-2024-24791 body of a request that is refused before it is read", func(t *testing.T) {
		t.Parallel()
		responses, bodies := exchange(t, addr, "POST /typed HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nExpect: 100-continue\r\n"+
			"Content-Length: 37\r\n\r\n"+inner)
		require.Equal(t, 415, responses[0].StatusCode)
		require.NotContains(t, strings.Join(bodies, ""), "smuggled")
	})
	_, bodies := exchange(t, addr, chunked+"\r\n5;ext=1\r\nhello\r\n0\r\nX: y\r\n\r\nGET /get HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	require.Equal(t, []string{"echo:hello", "got"}, bodies, "what is well-formed is two requests")
}

// TestFraming_one: heads that are odd and well-formed are read in one way, which is that of the field that counts.
func TestFraming_one(t *testing.T) {
	t.Parallel()
	addr := serve(t, framingSite())
	const post = "POST /echo HTTP/1.1\r\nHost: x\r\n"
	const last = "GET /get HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
	for _, c := range []struct {
		name, wire string
		want       []string
	}{
		{"CVE-2025-59139 length beside chunks", post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", []string{"echo:hello"}},
		{"CVE-2024-6827 chunks before a length", post + "Transfer-Encoding: chunked\r\nContent-Length: 300\r\n\r\n5\r\nhello\r\n0\r\n\r\n", []string{"echo:hello"}},
		{"CVE-2023-45648 trailer that looks like a head", post + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n", []string{"echo:hello"}},
		{"CVE-2025-53643 trailer with a length", post + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nContent-Length: 3\r\n\r\n", []string{"echo:hello"}},
		{"CVE-2013-4450 requests in a row", strings.Repeat("GET /get HTTP/1.1\r\nHost: x\r\n\r\n", 50), strings.Split(strings.Repeat("got ", 50), " ")[:50]},
		{"CVE-2023-46137 answers in their order", post + "Content-Length: 1\r\n\r\n1" + post + "Content-Length: 1\r\n\r\n2", []string{"echo:1", "echo:2"}},
		{"CVE-2012-0053 line that is too long", "GET /get HTTP/1.1\r\nHost: x\r\nCookie: sid=hunter2\r\nX: " + strings.Repeat("x", 80<<10) + "\r\n\r\n", nil},
		{"CVE-2015-2080 illegal characters", "GET /get HTTP/1.1\r\nHost: x\r\nCookie: sid=hunter2\r\nReferer: \x00\r\n\r\n", nil},
		{"CVE-2022-41721 prior knowledge of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", nil},
		{"CVE-2022-41721 upgrade to HTTP/2", "GET /get HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n", []string{"got"}},
		{"CVE-2022-41721 upgrade with a body", post + "Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 5\r\n\r\nhello", []string{"echo:hello"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			responses, bodies := exchange(t, addr, c.wire+last)
			require.NotContains(t, strings.Join(bodies, ""), "hunter2")
			if c.want == nil {
				require.Len(t, responses, 1)
				require.GreaterOrEqual(t, responses[0].StatusCode, 400)
				return
			}
			require.Equal(t, append(c.want, "got"), bodies)
			for _, resp := range responses {
				require.NotEqual(t, 101, resp.StatusCode)
			}
		})
	}
}

// TestFraming_chunks: what a client may send around its data is bounded.
func TestFraming_chunks(t *testing.T) {
	t.Parallel()
	addr := serve(t, framingSite())
	const head = "POST /typed HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
	for _, c := range []struct{ name, wire string }{
		{"CVE-2024-22019 extension without an end", head + "1;" + strings.Repeat("a", 1<<20)},
		{"CVE-2024-21647 extensions of small chunks", head + strings.Repeat("1;"+strings.Repeat("a", 2000)+"\r\n \r\n", 400)},
		{"CVE-2023-39326 much extension for few bytes", head + strings.Repeat("1;"+strings.Repeat("b", 3000)+"\r\n \r\n", 400)},
		{"CVE-2012-3544 extension", head + "5;" + strings.Repeat("x=y;", 200_000) + "\r\nhello\r\n"},
		{"CVE-2023-46589 trailer without an end", head + "2\r\n{}\r\n0\r\nX: " + strings.Repeat("y", 2<<20)},
		{"CVE-2018-3711 body of spaces without an end", head + strings.Repeat("400\r\n"+strings.Repeat(" ", 1024)+"\r\n", 1100)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			responses, bodies := exchange(t, addr, c.wire)
			for i, resp := range responses {
				require.GreaterOrEqual(t, resp.StatusCode, 400, bodies[i])
			}
			require.NotEmpty(t, responses)
		})
	}
}
