package wend

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// WriteRoutes writes a table of the routes of the scope and of those below it: method,
// path, name, handler, the chain of middleware from the outside in, and file:line of the
// registration. It is for people; [Router.Routes] is for programs.
func (r *Router) WriteRoutes(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "METHOD\tPATH\tNAME\tHANDLER\tMIDDLEWARE\tREGISTERED AT")
	for rt := range r.Routes() {
		o := rt.Operation()
		var chain []string
		for _, mw := range o.Middleware {
			chain = append(chain, shortName(mw))
		}
		method := rt.Method()
		if method == "" {
			method = "any"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", method, rt.Path(), orDash(rt.Name()), orDash(o.Handler), orDash(strings.Join(chain, " ")), rt.Site())
	}
	return t.Flush()
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// shortName is the name of the function that has made a middleware: "Log" of
// "github.com/wend-go/wend/middleware.Log.func1". The package is left out, since the
// compiler puts the caller's there when it inlines the function.
func shortName(full string) string {
	parts := strings.Split(full[strings.LastIndexByte(full, '/')+1:], ".")
	for i := len(parts) - 1; i > 0; i-- {
		if !strings.HasPrefix(parts[i], "func") && strings.Trim(parts[i], "0123456789") != "" {
			return strings.TrimSuffix(parts[i], "-fm")
		}
	}
	return parts[0]
}
