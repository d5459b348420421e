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

// planKey is what a plan made for [Request] depends on.
type planKey struct {
	typ      reflect.Type
	body     bool // the type itself may be the body
	bodiless bool // GET, HEAD
}

type planned struct {
	plan     *Plan
	problems Problems
}

// request binds r into the value that target points to.
func (s *Set) request(r *http.Request, target reflect.Value) error {
	t := target.Type().Elem()
	key := planKey{t, Config{Method: r.Method}.mayHaveBody(), r.Method == http.MethodGet || r.Method == http.MethodHead}
	cached, ok := s.plans.Load(key)
	if !ok {
		plan, problems := s.Input(t, Config{Method: r.Method})
		cached, _ = s.plans.LoadOrStore(key, planned{plan, problems})
	}
	plan, problems := cached.(planned).plan, cached.(planned).problems
	if len(problems) > 0 {
		return problems
	}
	if t.Kind() == reflect.Pointer {
		target.Elem().Set(reflect.New(t.Elem()))
		target = target.Elem()
	}
	in := Incoming{Request: r, Limits: DefaultLimits(), keepInMemory: true}
	for _, name := range plan.paths {
		value := r.PathValue(name)
		if value == "" && !strings.Contains(r.Pattern, "{"+name) {
			return fmt.Errorf("binding: %s reads the path parameter %q, which the pattern %q does not have", t, name, r.Pattern)
		}
		in.Values = append(in.Values, value)
	}
	err := plan.Bind(&in, target.UnsafePointer())
	if e, ok := err.(*Error); ok {
		return e.Clone()
	}
	return err
}
