package wend

import (
	"net/http"
	"path"
	"strings"
)

// What the name of a static file and the header of a request say.

// codings are the content codings of files that lie beside others, best first.
var codings = [...]struct{ name, ext string }{{"br", ".br"}, {"zstd", ".zst"}, {"gzip", ".gz"}}

// acceptsCoding reports whether a client takes a content coding (RFC 9110 §12.5.3).
func acceptsCoding(r *http.Request, coding string) bool {
	takes := false
	for _, line := range r.Header["Accept-Encoding"] {
		for item := range strings.SplitSeq(line, ",") {
			name, params, _ := strings.Cut(item, ";")
			name = strings.TrimSpace(name)
			if strings.EqualFold(name, coding) {
				return weight(params) > 0
			}
			takes = takes || name == "*" && weight(params) > 0
		}
	}
	return takes
}

// acceptsHTML reports whether a client names text/html, as a browser does for a page and
// for nothing else.
func acceptsHTML(r *http.Request) bool {
	for _, line := range r.Header["Accept"] {
		for item := range strings.SplitSeq(line, ",") {
			name, params, _ := strings.Cut(item, ";")
			if strings.EqualFold(strings.TrimSpace(name), "text/html") && weight(params) > 0 {
				return true
			}
		}
	}
	return false
}

// cacheControl is how long a file may be kept: for ever when its name has a hash.
func cacheControl(name string) string {
	if hasHash(path.Base(name)) {
		return "public, max-age=31536000, immutable"
	}
	return "no-cache"
}

// hasHash reports whether a file name has a part that a build makes of the content: 8 or
// more hexadecimal digits, or 8 or more letters and digits of which some are digits, set
// off by dots or by a hyphen at the end of the stem.
func hasHash(name string) bool {
	parts := strings.Split(name, ".")
	if len(parts) < 2 {
		return false
	}
	for _, part := range parts[1 : len(parts)-1] {
		if isHash(part) {
			return true
		}
	}
	stem := parts[0]
	i := strings.LastIndexByte(stem, '-')
	return i > 0 && isHash(stem[i+1:])
}

func isHash(s string) bool {
	digits, upper := 0, 0
	for i := range len(s) {
		switch c := s[i]; {
		case '0' <= c && c <= '9':
			digits++
		case 'A' <= c && c <= 'Z':
			upper++
		case 'a' <= c && c <= 'z' || c == '_':
		default:
			return false
		}
	}
	allHex := strings.Trim(s, "0123456789abcdef") == ""
	return len(s) >= 8 && (allHex && digits > 0 && digits < len(s) || digits > 0 && upper > 0)
}

// mediaTypes are those of the files that a web application has. They do not depend on
// the machine, as those of the package mime do.
var mediaTypes = map[string]string{
	".avif": "image/avif", ".css": "text/css; charset=utf-8", ".csv": "text/csv; charset=utf-8", ".gif": "image/gif",
	".htm": "text/html; charset=utf-8", ".html": "text/html; charset=utf-8", ".ico": "image/x-icon", ".jpeg": "image/jpeg",
	".jpg": "image/jpeg", ".js": "text/javascript; charset=utf-8", ".json": "application/json", ".map": "application/json",
	".md": "text/markdown; charset=utf-8", ".mjs": "text/javascript; charset=utf-8", ".mp3": "audio/mpeg", ".mp4": "video/mp4",
	".otf": "font/otf", ".pdf": "application/pdf", ".png": "image/png", ".svg": "image/svg+xml", ".ttf": "font/ttf",
	".txt": "text/plain; charset=utf-8", ".wasm": "application/wasm", ".wav": "audio/wav", ".webm": "video/webm",
	".webmanifest": "application/manifest+json", ".webp": "image/webp", ".woff": "font/woff", ".woff2": "font/woff2",
	".xml": "application/xml", ".zip": "application/zip",
}

func mediaTypeOf(name string) string {
	if t := mediaTypes[strings.ToLower(path.Ext(name))]; t != "" {
		return t
	}
	return octetStream
}
