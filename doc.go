// Package wend is an embeddable web framework: one plain typed function is routed by
// a radix tree, bound from path, query, headers, cookies and body, validated from
// struct tags, wrapped in net/http middleware, and documented as OpenAPI, all from
// one declaration.
//
//	type noteID struct {
//		ID int `path:"id" validate:"min=1"`
//	}
//
//	var errNoNote = &wend.Error{Status: 404, Code: "no_note", Detail: "no such note", Err: sql.ErrNoRows}
//
//	func (s *store) getNote(ctx context.Context, in noteID) (Note, error) { … }
//
//	r := wend.New()
//	wend.Get(r, "/notes/{id}", s.getNote, wend.Errors(errNoNote))
//	docs.Mount(r, openapi.Info{Title: "Notes", Version: "1.0.0"})
//	err := r.Run(ctx, ":8080") // nil on a clean stop
//
// # Input
//
// The tag of a field says where its value comes from; its rules are those of package
// binding.
//
//	path:"id"  query:"q"  header:"X-Token"  cookie:"sid"  form:"title"
//	body:""    the body, as is a field named Body without a json tag
//	no tag     filled by type: Context, *http.Request, *slog.Logger, *Tasks, or what a provider gives
//
// A struct without any of these tags is the body itself on POST, PUT, PATCH and QUERY;
// then every exported field has a json tag. The handler is never called with an input
// that breaks its tags: the client gets one answer with everything that is wrong.
//
// # Output
//
// The output is the body, unless it has fields tagged header, cookie, status or body:
// then those are the response. [None] answers 204. A [Responder] writes itself.
// Nothing is written before all is encoded, so a value that cannot be encoded is a
// clean 500. Only streams write through: [Events], iter.Seq, [Stream], [Download].
//
// # Dependencies
//
// [Provide] says who makes the values of a type: a function with an input of its own, run
// once for a request. With [Secure] it enforces a scheme of package security, and
// documents it. [ProvideScoped] is for values that end, such as transactions: before the
// response is written, and with the error that the request fails with. [Supply] gives the
// same value to everybody, [Require] guards a scope.
//
// The order of a request is fixed: match, middleware, security and guards, parameters,
// body, other providers, handler, encoding, ends, write, tasks. No byte of a body is read
// before security has passed.
//
// # Errors
//
// A handler returns an *[Error], or any error that [Errors] or [MapError] of its scopes
// know; all others are a 500 whose text stays in the log. The wire format is problem
// details (RFC 9457) or that of [OnError].
//
// # Routing
//
// Patterns are those of [http.ServeMux]: {x} is one whole segment, {x...} all that is left,
// and a pattern that ends in a slash takes everything below it, so the page at the root
// is "/{$}". For one path a literal segment wins over {x}, and that over {x...}, whatever
// the order of registration. Routes are fixed at the first request; a match takes no lock
// and allocates nothing.
//
// Middleware is func(http.Handler) http.Handler. It runs behind the match, outermost
// scope first: the request's Pattern is set, and [Param] works.
//
// # Mistakes
//
// Registration functions panic with a *[RegistrationError] that lists every mistake of
// the call at the caller's line; [CollectErrors] gathers those of a whole program.
package wend
