package middleware

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// CSP is a Content-Security-Policy: directives with their sources.
//
//	middleware.CSP{"default-src": {"'self'"}, "img-src": {"'self'", "data:"}, "upgrade-insecure-requests": nil}
type CSP map[string][]string

// cspDirectives are those of CSP Level 3 and of the specifications beside it.
const cspDirectives = " base-uri block-all-mixed-content child-src connect-src default-src font-src form-action frame-ancestors" +
	" frame-src img-src manifest-src media-src object-src report-to report-uri require-trusted-types-for sandbox script-src" +
	" script-src-attr script-src-elem style-src style-src-attr style-src-elem trusted-types upgrade-insecure-requests worker-src "

// cspKeywords mean something only in single quotes.
const cspKeywords = " none self unsafe-inline unsafe-eval unsafe-hashes strict-dynamic report-sample wasm-unsafe-eval inline-speculation-rules "

// String is the field's value, directives in the order of their names. It panics on
// what a browser would ignore in silence: an unknown directive, a keyword without its
// single quotes, 'none' beside another source, a source with a space, comma or
// semicolon in it.
func (p CSP) String() string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(p)) {
		if strings.Contains(name, " ") || !strings.Contains(cspDirectives, " "+name+" ") {
			panic("middleware: CSP: there is no directive " + strconv.Quote(name))
		}
		if b.Len() > 0 {
			b.WriteString("; ")
		}
		b.WriteString(name)
		for _, source := range p[name] {
			checkSource(name, source, len(p[name]))
			b.WriteString(" " + source)
		}
	}
	return b.String()
}

func checkSource(directive, source string, of int) {
	bad := func(why string) { panic("middleware: CSP: " + directive + ": " + strconv.Quote(source) + " " + why) }
	bare := strings.Trim(source, "'")
	switch {
	case source == "" || strings.ContainsAny(source, " ,;") || !isFieldValue(source):
		bad("is not one source")
	case directive == "sandbox", directive == "report-uri", directive == "report-to", directive == "trusted-types":
		return // no list of sources
	case source == bare && (strings.Contains(cspKeywords, " "+bare+" ") || isHashOrNonce(bare)):
		bad("needs single quotes: '" + bare + "'")
	case source == "'none'" && of > 1:
		bad("stands alone or not at all")
	case source != bare && source != "'"+bare+"'":
		bad("has a stray single quote")
	}
}

func isHashOrNonce(s string) bool {
	for _, prefix := range [...]string{"nonce-", "sha256-", "sha384-", "sha512-"} {
		if strings.HasPrefix(s, prefix) {
			return true
		}
	}
	return false
}
