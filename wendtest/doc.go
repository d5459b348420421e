// Package wendtest tests a router, or any [http.Handler], in process:
//
//	func TestNotes(t *testing.T) {
//		c := wendtest.New(t, api.New(), wendtest.Header("X-Tenant", "a"))
//		var n Note
//		c.Post("/notes", Note{Text: "milk"}).Status(201).Header("Location", "/notes/1").JSON(&n)
//		c.Get("/notes", wendtest.Query("limit", 0)).Problem(422, "query /limit min")
//	}
//
// A check that fails ends the test at the line that made it, and prints the request
// and the response. [http/httptest] works as well; what this package adds is that
// message, bodies from Go values, cookies, and streams that are read while they run.
//
// # What a handler sees
//
// A request as a server has read it: HTTP/1.1 over TLS, for the host example.com, from
// 192.0.2.1, with no header that was not asked for except those of the body. The context
// is the test's; it ends when the handler returns, as a server's does.
//
// A response is what a client of net/http would get: the header as it was when it was
// sent, a Content-Type found by sniffing where the handler set none, the Content-Length
// of a short body, no body for HEAD, 204 and 304. A handler that panics, or that wrote
// less than the Content-Length it declared, gives an aborted response. There is no Date.
// Not offered are Hijack, trailers and HTTP/2. Redirects are answers and not followed.
//
// A request returns when the handler does, or earlier when it flushes or has written a
// megabyte: then the response is read while the handler runs. Reading to the end waits
// for the handler, and a handler that is a megabyte ahead of the reader waits for it.
//
// # Time
//
// All of it works in a bubble of [testing/synctest], when the client was made in it:
// deadlines that a handler sets on its reads and writes are kept.
package wendtest
