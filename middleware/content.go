package middleware

import (
	"mime"
	"net/http"
	"slices"
	"strings"
)

// AllowContentType answers 415 to a body of another media type (RFC 9110 §15.5.16), or
// of none. Parameters such as charset do not count. Requests without a body pass. It
// panics on an empty list and on what is not a media type, as a range such as text/* is.
func AllowContentType(types ...string) func(http.Handler) http.Handler {
	allowed := mustList("AllowContentType", types)
	for _, t := range allowed {
		if parsed, _, err := mime.ParseMediaType(t); err != nil || parsed != t || !strings.Contains(t, "/") || strings.Contains(t, "*") {
			panic("middleware: AllowContentType: " + t + " is not a media type")
		}
	}
	return ofBodies(func(h http.Header) bool {
		mediaType, _, ok := contentType(h)
		return ok && slices.Contains(allowed, mediaType)
	}, "this media type is not accepted here", "Accept", strings.Join(allowed, ", "))
}

// AllowContentEncoding answers 415 with Accept-Encoding to a body that is encoded in
// another way (RFC 9110 §12.5.3). Bodies that are not encoded pass. Without encodings
// none is allowed.
func AllowContentEncoding(encodings ...string) func(http.Handler) http.Handler {
	allowed := make([]string, len(encodings))
	for i, e := range encodings {
		mustField("AllowContentEncoding", e, "")
		allowed[i] = strings.ToLower(e)
	}
	return ofBodies(func(h http.Header) bool {
		for _, line := range h["Content-Encoding"] {
			for e := range strings.SplitSeq(line, ",") {
				if e = strings.ToLower(strings.TrimSpace(e)); e != "" && e != "identity" && !slices.Contains(allowed, e) {
					return false
				}
			}
		}
		return true
	}, "this encoding of a body is not accepted here", "Accept-Encoding", strings.Join(append(allowed, "identity"), ", "))
}

// AllowCharset answers 415 to a body whose Content-Type names another charset. One that
// names none passes. It panics on an empty list.
func AllowCharset(charsets ...string) func(http.Handler) http.Handler {
	allowed := mustList("AllowCharset", charsets)
	return ofBodies(func(h http.Header) bool {
		if len(h["Content-Type"]) == 0 {
			return true
		}
		_, parameters, ok := contentType(h)
		charset := strings.ToLower(parameters["charset"])
		return ok && (charset == "" || slices.Contains(allowed, charset))
	}, "this charset is not accepted here")
}

// contentType reads the media type, in lower case; ok is false if there is not exactly
// one.
func contentType(h http.Header) (mediaType string, parameters map[string]string, ok bool) {
	values := h["Content-Type"]
	if len(values) != 1 {
		return "", nil, false
	}
	mediaType, parameters, err := mime.ParseMediaType(values[0])
	return mediaType, parameters, err == nil
}

func mustList(middleware string, list []string) []string {
	if len(list) == 0 {
		panic("middleware: " + middleware + " wants at least one value")
	}
	lower := make([]string, len(list))
	for i, s := range list {
		lower[i] = strings.ToLower(s)
	}
	return lower
}

// ofBodies rejects requests with a body that is not allowed.
func ofBodies(allowed func(http.Header) bool, detail string, fields ...string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.ContentLength != 0 && r.Body != nil && r.Body != http.NoBody && !allowed(r.Header) {
				reject(w, r, http.StatusUnsupportedMediaType, detail, fields...)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}
