package openapi

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"github.com/wend-go/wend/binding"
)

// SchemaOf returns the JSON Schema (2020-12) of one type alone: of what is accepted
// as a body of that type, or of what is written, by the view. The types that it
// refers to are in "$defs".
func SchemaOf[T any](v binding.View) (*Schema, error) { return SchemaWith[T](binding.NewSet(), v) }

// SchemaWith is [SchemaOf] with the rules and types of s.
func SchemaWith[T any](s *binding.Set, v binding.View) (*Schema, error) {
	t := reflect.TypeFor[T]()
	config := binding.Config{Method: http.MethodPost, AllowUnknownFields: v == binding.InputOpen}
	compile := s.Input
	if v == binding.Output {
		compile = s.Output
	}
	plan, problems := compile(t, config)
	if len(problems) > 0 {
		return nil, fmt.Errorf("openapi: %w", problems)
	}
	var body *binding.Field
	fields := 0
	for f := range plan.Fields() {
		body, fields = &f, fields+1
	}
	if fields != 1 || body.In != binding.Body || body.Type != t || body.Schema == nil && body.Foreign {
		return nil, fmt.Errorf("openapi: %s is no body: its fields come from, or go to, other parts of a message", t)
	}
	parts := newComponents("#/$defs/")
	parts.collect(body.Schema)
	parts.settle()
	if len(parts.bad) > 0 {
		return nil, errors.New("openapi: " + strings.Join(parts.bad, "; "))
	}
	return standalone(convert(body.Schema, parts.ref), parts.schemas()), nil
}
