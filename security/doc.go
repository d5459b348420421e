// Package security describes how a client proves who it is: bearer tokens, Basic
// credentials, API keys, OAuth 2.0 and OpenID Connect, as data. One value feeds three
// readers: wend.Secure takes the credential out of the request by it, the 401 shows
// its challenge, and the document states it as a security scheme (OpenAPI 3.1 §4.8.27).
//
//	wend.Provide(api, currentUser, wend.Secure(security.Bearer("JWT")))
//
//	type bearer struct {
//		Token security.Token // without the scheme word; prints as [redacted]
//	}
//
// A scheme says where a credential is. Whether it is a good one is for the provider to
// say: it returns the value it stands for, or [ErrInvalid].
package security
