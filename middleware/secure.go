package middleware

import (
	"net/http"
	"strconv"
	"time"
)

// Secure says what [SecureHeaders] sends. An empty field is the default, "-" leaves
// the header out.
type Secure struct {
	// Policy is Content-Security-Policy; nil is default-src 'none'; frame-ancestors
	// 'none', which is right for an API. A policy of no directives sends none.
	Policy CSP
	// ReportOnly sends the policy for the browser to report and not to enforce.
	ReportOnly     bool
	FrameOptions   string // X-Frame-Options; DENY
	ReferrerPolicy string // strict-origin-when-cross-origin
	OpenerPolicy   string // Cross-Origin-Opener-Policy; same-origin
	ResourcePolicy string // Cross-Origin-Resource-Policy; same-origin
	Permissions    string // Permissions-Policy; none is sent
	// HSTS is how long a browser may use https only, sent over https only (see
	// [Scheme]), in whole seconds; 0 is one year, a negative one leaves the header out.
	HSTS time.Duration
	// HSTSSubdomains binds every name below the host as well, for the whole of HSTS.
	HSTSSubdomains bool
}

// SecureHeaders sets what makes browsers careful, always X-Content-Type-Options:
// nosniff, and the headers of s. A handler may set its own over them, as a page does
// that needs another policy. It allocates nothing. It panics on a policy that browsers
// would not understand and on a value that is none of a header.
func SecureHeaders(s Secure) func(http.Handler) http.Handler {
	policyName := "Content-Security-Policy"
	if s.ReportOnly {
		policyName += "-Report-Only"
	}
	if s.Policy == nil {
		s.Policy = CSP{"default-src": {"'none'"}, "frame-ancestors": {"'none'"}}
	}
	policy := s.Policy.String()
	if policy == "" {
		policy = "-"
	}
	var fields []field
	add := func(name, value, fallback string) {
		if value == "" {
			value = fallback
		}
		if value == "" || value == "-" {
			return
		}
		mustField("SecureHeaders", name, value)
		fields = append(fields, field{name, []string{value}})
	}
	add("X-Content-Type-Options", "nosniff", "")
	add("X-Frame-Options", s.FrameOptions, "DENY")
	add("Referrer-Policy", s.ReferrerPolicy, "strict-origin-when-cross-origin")
	add("Cross-Origin-Opener-Policy", s.OpenerPolicy, "same-origin")
	add("Cross-Origin-Resource-Policy", s.ResourcePolicy, "same-origin")
	add("Permissions-Policy", s.Permissions, "")
	add(policyName, policy, "")
	hsts := []string{hstsValue(s)}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			for _, f := range fields {
				h[f.name] = f.value
			}
			if s.HSTS >= 0 && Scheme(r) == "https" {
				h["Strict-Transport-Security"] = hsts
			}
			next.ServeHTTP(w, r)
		})
	}
}

func hstsValue(s Secure) string {
	age := s.HSTS
	switch {
	case age == 0:
		age = 365 * 24 * time.Hour
	case age > 0 && age < time.Second: // "max-age=0" would make browsers forget
		panic("middleware: SecureHeaders: HSTS is in whole seconds")
	}
	value := "max-age=" + strconv.FormatInt(int64(age/time.Second), 10)
	if s.HSTSSubdomains {
		value += "; includeSubDomains"
	}
	return value
}

// field is a header field whose value all responses share. It has capacity one, so
// that Header.Add copies it; nothing writes to it.
type field struct {
	name  string
	value []string
}
