package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/stretchr/testify/require"
)

// kin is kin-openapi, which knows nothing of wend, asked about whole requests and
// responses.
type kin struct {
	doc *openapi3.T
}

func newKin(t *testing.T, a *app) *kin {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(a.data)
	require.NoError(t, err)
	require.NoError(t, doc.Validate(context.Background()), "%s", a.data)
	return &kin{doc}
}

// judge asks about a request, and about the response to one.
func (k *kin) judge(x *exchanged) (request, response error) {
	item := k.doc.Paths.Value(x.o.path)
	r := x.r.Clone(context.Background())
	r.Body = io.NopCloser(bytes.NewReader(x.body))
	r.ContentLength = int64(len(x.body))
	var formats []openapi3.SchemaValidationOption
	for name, check := range byFormat {
		formats = append(formats, openapi3.WithStringFormatValidator(name, openapi3.NewCallbackValidator(func(s string) error {
			if !check(s) {
				return fmt.Errorf("no %s", name)
			}
			return nil
		})))
	}
	input := &openapi3filter.RequestValidationInput{
		Request: r, PathParams: map[string]string{},
		Route: &routers.Route{Spec: k.doc, Path: x.o.path, PathItem: item, Method: x.o.method, Operation: item.GetOperation(x.o.method)},
		Options: &openapi3filter.Options{
			SkipSettingDefaults: true, IncludeResponseStatus: true, SchemaValidationOptions: formats,
			AuthenticationFunc: openapi3filter.NoopAuthenticationFunc,
		},
	}
	segments := strings.Split(x.r.URL.EscapedPath(), "/")
	for i, name := range strings.Split(x.o.path, "/") {
		if strings.HasPrefix(name, "{") {
			input.PathParams[strings.Trim(name, "{}")], _ = url.PathUnescape(segments[i])
		}
	}
	request = validate(input)
	response = openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: x.res.StatusCode, Header: x.res.Header,
		Body: io.NopCloser(bytes.NewReader(x.answer)), Options: input.Options,
	})
	return request, response
}

var errPanic = errors.New("panic")

func validate(input *openapi3filter.RequestValidationInput) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%w: %v", errPanic, v)
		}
	}()
	return openapi3filter.ValidateRequest(context.Background(), input)
}

// weakness is what kin-openapi judges otherwise, and why that is not taken for a mistake
// of a document. One that no request of a long
// run shows any more fails.
type weakness struct {
	reason string
	covers func(d *described, x *exchanged, said error) bool
}

var weaknesses = map[string]weakness{
	"anyOf, not and references in parameters": {
		"it does not decode the text of a parameter or header whose schema has not, or no type of its own",
		func(d *described, x *exchanged, _ error) bool {
			op, _ := d.at(x.o.place())
			heads := ""
			for status := range op["responses"].(map[string]any) {
				said, _ := d.at(child(x.o.place(), "responses", status))
				heads += text(said["headers"])
			}
			return regexp.MustCompile(`"(anyOf|not|allOf|\$ref|const|enum)"`).MatchString(text(op["parameters"]) + heads)
		},
	},
	"forms": {
		"it refuses parts that no schema names, and files, which have no type in 3.1; empty inputs are values",
		func(_ *described, x *exchanged, _ error) bool {
			return strings.Contains(strings.ToLower(x.r.Header.Get("Content-Type")), "form")
		},
	},
	"empty texts": {
		"it refuses an empty list, and any text that is empty and no string",
		func(_ *described, _ *exchanged, said error) bool {
			return said != nil && strings.Contains(said.Error(), "empty value is not allowed")
		},
	},
	"integers past int64": {
		"it reads each integer by strconv.ParseInt, also one of format uint64",
		func(_ *described, _ *exchanged, said error) bool {
			return said != nil && strings.Contains(said.Error(), "value out of range")
		},
	},
	"spellings of numbers": {
		"it reads numbers and booleans by strconv: +1, 007, NaN, 1 for true",
		only("path type", "query type", "header type", "cookie type"),
	},
	"a parameter twice": {"it takes the first", only("query multiple", "header multiple", "cookie multiple")},
	"a name twice": {
		"it reads a body by encoding/json, which takes the last member of a name",
		only(" json"),
	},
	"members that no schema names": {"it leaves them out of a deepObject", only("query unknown")},
	"large numbers": {
		"it holds the numbers of a body in a float64",
		func(_ *described, x *exchanged, _ error) bool {
			return regexp.MustCompile(`[0-9]{16}|1e[34]`).MatchString(x.sent())
		},
	},
	"a list in one text, twice": {
		"it takes the first; wend and the judge read them as one list, and OpenAPI does not say",
		func(d *described, x *exchanged, _ error) bool {
			op, _ := d.at(x.o.place())
			names := map[string]int{}
			for _, pair := range pairsOf(x.r.URL.RawQuery) {
				names[pair[0]]++
			}
			params, _ := op["parameters"].([]any)
			return slices.ContainsFunc(params, func(p any) bool {
				said := p.(map[string]any)
				return said["explode"] == false && names[said["name"].(string)] > 1
			})
		},
	},
	"an escaped comma": {
		"it splits a list behind decoding, not before (RFC 6570 §3.2.1)",
		func(_ *described, x *exchanged, _ error) bool { return strings.Contains(x.r.URL.RequestURI(), "%2C") },
	},
	"members of members": {
		"it panics at a deepObject with name[a] and name[a][b]",
		func(_ *described, _ *exchanged, said error) bool { return errors.Is(said, errPanic) },
	},
	"media types in +json": {
		"wend takes them for JSON (RFC 6839 §3.1), and OpenAPI has no range that would say so",
		func(_ *described, x *exchanged, _ error) bool {
			return strings.Contains(x.r.Header.Get("Content-Type"), "+json")
		},
	},
	"strict queries": {
		"OpenAPI has no word for RejectUnknownQuery",
		func(d *described, x *exchanged, said error) bool { return d.strict[x.o.place()] && said == nil },
	},
	"a query that cannot be read": {"url.URL.Query drops pairs silently", only(" 400")},
	"cookies beyond RFC 6265": {
		"net/http does not show a value with a backslash or beyond ASCII, so it looks absent",
		func(_ *described, x *exchanged, _ error) bool {
			return strings.ContainsFunc(x.r.Header.Get("Cookie"), func(r rune) bool { return r > 126 || r == '\\' })
		},
	},
}

// only covers requests that kin-openapi takes and that are refused for these reasons alone.
func only(reasons ...string) func(*described, *exchanged, error) bool {
	return func(_ *described, x *exchanged, said error) bool {
		var p struct{ Errors []struct{ In, Code string } }
		if said != nil || json.Unmarshal(x.answer, &p) != nil {
			return false
		}
		if len(p.Errors) == 0 {
			return x.res.StatusCode == 400 && slices.Contains(reasons, " 400")
		}
		for _, e := range p.Errors {
			if x.res.StatusCode == 400 && e.Code == "json" {
				e.In = ""
			}
			if !slices.Contains(reasons, e.In+" "+e.Code) {
				return false
			}
		}
		return true
	}
}

// excused names the weaknesses that explain a difference.
func excused(d *described, x *exchanged, said error) (names []string) {
	for name, w := range weaknesses {
		if w.covers(d, x, said) {
			names = append(names, name)
		}
	}
	return names
}

// kin-openapi, which shares nothing with the judge of TestOperations either, says about
// requests and responses what the application does, but for a list of its weaknesses.
func TestOperations_kin(t *testing.T) {
	t.Parallel()
	g := newGenerator(fixedSeed(t))
	seen, agreed, differed := map[string]bool{}, 0, 0
	for agreed+differed < *requests/5 {
		o := g.operation(t, 0)
		a := newApp(t, []*declared{o})
		d, k := describe(a.root), newKin(t, a)
		d.omit(o)
		if d.isPartial(o) {
			continue
		}
		c := newCaller(g, d, o)
		for range requestsPerOperation / 2 {
			made := c.right()
			if g.IntN(2) == 0 {
				c.change(made)
			}
			x := a.send(o, made)
			request, response := k.judge(x)
			if errors.Is(request, errPanic) {
				seen["members of members"] = true
				continue
			}
			if (request == nil) == (x.res.StatusCode/100 == 2) && response == nil {
				agreed++
				continue
			}
			differed++
			names := excused(d, x, request)
			for _, name := range names {
				seen[name] = true
			}
			if len(names) == 0 && !known(&subject{typ: o.in}, x.sent(), x.res.StatusCode/100 == 2) {
				t.Fatalf("input %s\noutput %s\n%s\nkin: %v\nabout the response: %v\n%s", o.in, o.out, x, request, response, text(c.op))
			}
		}
	}
	for name := range weaknesses {
		if !seen[name] && *requests >= 100_000 { // fewer may miss one
			t.Errorf("%s: no request shows this weakness any more", name)
		}
	}
	t.Logf("%d agreed, %d explained", agreed, differed)
	require.Greater(t, agreed, differed, "most differs: kin-openapi proves little")
}
