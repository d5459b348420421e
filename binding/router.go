package binding

import (
	"fmt"
	"net/http"
	"reflect"
)

// HasHeaders reports whether the output has header or cookie fields.
func (p *Plan) HasHeaders() bool { return len(p.params) > 0 }

// BindRequest reads a request into dst, a non-nil pointer, with the limits of
// [DefaultLimits]; path values come from [http.Request.PathValue]. See [Request].
func (s *Set) BindRequest(r *http.Request, dst any) error {
	p := reflect.ValueOf(dst)
	if p.Kind() != reflect.Pointer || p.IsNil() {
		return fmt.Errorf("binding: %T is not a pointer to bind into", dst)
	}
	return s.request(r, p)
}
