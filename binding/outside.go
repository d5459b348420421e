package binding

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"
)

// Request reads the input type T from a request of any router, with the limits of
// [DefaultLimits]. Path values come from [http.Request.PathValue]. The error is an
// *[Error], or a [Problems] when T itself is wrong.
func Request[T any](r *http.Request) (T, error) { return RequestWith[T](empty, r) }

// RequestWith is Request with the rules of s.
func RequestWith[T any](s *Set, r *http.Request) (T, error) {
	var v T
	p := reflect.ValueOf(&v)
	err := s.request(r, p)
	return v, err
}

// request binds r into the value that target points to.
func (s *Set) request(r *http.Request, target reflect.Value) error {
	t := target.Type().Elem()
	plan, problems := s.Input(t, Config{Method: r.Method})
	if len(problems) > 0 {
		return problems
	}
	if t.Kind() == reflect.Pointer {
		target.Elem().Set(reflect.New(t.Elem()))
		target = target.Elem()
	}
	in := Incoming{Request: r, Limits: DefaultLimits()}
	for _, name := range plan.paths {
		value := r.PathValue(name)
		if value == "" && !strings.Contains(r.Pattern, "{"+name) {
			return fmt.Errorf("binding: %s reads the path parameter %q, which the pattern %q does not have", t, name, r.Pattern)
		}
		in.Values = append(in.Values, value)
	}
	return plan.Bind(&in, target.UnsafePointer())
}
