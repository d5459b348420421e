// Package middleware holds middleware for any net/http router: plain
// func(http.Handler) http.Handler, without state outside of what a constructor
// returns.
//
// What rejects a request does so in the format of the matched route of a wend
// router, and elsewhere with problem details (RFC 9457).
//
//	middleware   what it does                                        where
//	RequestID    gives each request an id                            first
//	Log          one line a request                                  after RequestID
//	Recover      turns a panic into a 500; wend routers do so        after Log
//	             by themselves
//	RateLimit    refuses clients that ask too often                  before what is costly
package middleware
