// Package middleware holds middleware for any net/http router: plain
// func(http.Handler) http.Handler, without state outside of what a constructor
// returns. A constructor is called once and its middleware used for as many routes as
// there are: they share what it counts.
//
// What rejects a request does so in the format of the matched route of a wend
// router, and elsewhere with problem details (RFC 9457). Nothing that a client has sent
// is repeated in a rejection. A constructor panics when its arguments make no sense.
//
// A chain, from the outside:
//
//	RealIP, RequestID, Log, Recover, SecureHeaders, cors.New, compress.Responses, Timeout, RateLimit, a guard
//
// The table says what each does, what it does by default, and where it belongs; "first"
// is outermost. "Before routing" is wend.Outer in a wend router.
//
//	middleware            what it does                              default                           where
//	RealIP                client, host, scheme behind proxies       trusts nobody                     first
//	RequestID             gives each request an id                  takes a good one of the client    after RealIP
//	Log                   one line a request                        slog.Default; no path, no values  after RequestID
//	Recover               turns a panic into a 500                  wend routers do so by themselves  after Log
//	ServerTiming          says how long it took                                                       after Log
//	SecureHeaders         headers that make browsers careful        DENY, default-src 'none', nosniff after Recover
//	cors.New              lets pages of other origins in            nobody                            before guards
//	compress.Responses    gzip and zstd                             from 1 KiB, texts                 after Log
//	compress.Requests     decodes bodies                            1 MiB, 100 for 1                  after guards
//	ETag                  304 and 412 by the body's digest          up to 1 MiB                       after compress
//	Timeout               deadline of the context, 503                                                before what is slow
//	BufferedTimeout       503 whatever the handler does             the response is kept in memory    before what is slow
//	BodyLimit             413                                                                         before what reads
//	BodyDump              shows bodies to a function                                                  next to the handler
//	RateLimit             429 for who asks too often                by address, IPv6 by /64           before what is costly
//	Throttle              503 when too many are served              no queue; waits 5 s at most       before what is costly
//	CSRF                  403 for other sites' unsafe requests      same-origin and none pass         before the handler
//	BasicAuth, Bearer     401 without credentials                                                     after RateLimit
//	APIKey                the same for a header field                                                 after RateLimit
//	AllowedHosts          400 for another Host                                                        after RealIP
//	HTTPSRedirect         308 to https of the configured host                                         after RealIP
//	HostRedirect          308 from www to without, or back          by table                          after RealIP
//	Redirects             308 by a table of paths                                                     before routing
//	SlashRedirect         308 to the path without a final slash                                       before routing
//	CleanPath, Rewrite    another path for the router                                                 before routing
//	StripSlashes          the same                                                                    before routing
//	StripPrefix           the same, 404 outside of the prefix                                         before routing
//	MethodOverride        PUT, PATCH, DELETE by a field of a POST                                     before routing
//	AllowContentType      415 for another media type                                                  next to the handler
//	AllowContentEncoding  415 for another encoding                  none is allowed                   before what decodes
//	AllowCharset          415 for another charset                                                     next to the handler
//	CacheControl          Cache-Control of good answers                                               next to the handler
//	NoCache, SetHeader    a field of every answer                   no-store                          anywhere
//	RobotsTag             X-Robots-Tag                              noindex                           anywhere
//	Heartbeat             200 at one path                                                             first
//	Favicon               /favicon.ico                              204; kept for a day               first
//	Maintenance           503 while a switch is on                  again in a minute                 after Heartbeat
//	EarlyData             425 for unsafe requests of early data                                       before the handler
//	Deprecation           Deprecation, Sunset, Link                                                   of a route or group
//	Value                 a typed value for each request's context                                    before who reads it
//	When, Unless          a middleware for some requests                                              where that one belongs
//
// Handlers: Health and Ready for a load balancer, Proxy for other servers; profiles of
// the runtime are in the package profile. None is mounted by itself.
package middleware
