package conformance

import (
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
)

var requests = flag.Int("requests", 4000, "how many requests of random applications to judge; before a release 200000")

const (
	operationsPerApp     = 4
	requestsPerOperation = 30
)

// fixedSeed is what a generator of applications begins with: the same in each run, unless
// the flag says otherwise.
func fixedSeed(t *testing.T) uint64 {
	t.Helper()
	start := *seed
	if start == 0 {
		start = 1
	}
	t.Logf("seed %d", start)
	return start
}

// exchanged is a request with the response to it.
type exchanged struct {
	o      *declared
	r      *http.Request // as it was sent; its body is sent
	body   []byte
	res    *http.Response
	answer []byte
}

// send sends a call.
func (a *app) send(o *declared, made *call) *exchanged {
	r, body := made.request()
	judged := r.Clone(r.Context())
	w := httptest.NewRecorder()
	a.router.ServeHTTP(w, r)
	res := w.Result()
	answer, _ := io.ReadAll(res.Body)
	return &exchanged{o, judged, body, res, answer}
}

// sent is what was sent, as the list of known asymmetries reads it.
func (x *exchanged) sent() string { return fmt.Sprint(x.r.URL, x.r.Header, string(x.body)) }

// String shows an exchange in a message.
func (x *exchanged) String() string {
	return fmt.Sprintf("%s %s\n%v\n%s\n→ %d %v\n%s", x.r.Method, x.r.URL.RequestURI(), x.r.Header, x.body, x.res.StatusCode, x.res.Header, x.answer)
}

// difference is what the document and the exchange differ in, or "".
func (d *described) difference(x *exchanged, partial bool) string {
	want, got := d.request(x.o.place(), x.r, x.body), x.res.StatusCode
	switch {
	case want.status == 0 && got/100 != 2 && (got != 422 || !partial):
		return fmt.Sprintf("refused with %d, and the document has nothing against it", got)
	case want.status != 0 && got/100 == 2:
		return fmt.Sprintf("taken, and the document wants %d: %s", want.status, want.why)
	case want.status != 0 && got != want.status:
		return fmt.Sprintf("refused with %d, and the document wants %d: %s", got, want.status, want.why)
	}
	if said := d.response(x.o.place(), got, x.res.Header, x.answer); said != "" {
		return "the response is not as documented: " + said
	}
	return ""
}

// omit notes what a document cannot say about an operation: whether it is strict, and parameters are absent when their text is empty: those
// with omitempty that hold no text, and those of a form. Only allowEmptyValue could say
// so, for a query alone, and OpenAPI 3.1 asks not to use it.
func (d *described) omit(o *declared) {
	d.strict[o.place()] = o.strict
	d.omitIn(o.place(), o.in)
}

func (d *described) omitIn(place string, t reflect.Type) {
	for i := 0; t.Kind() == reflect.Struct && i < t.NumField(); i++ {
		f := t.Field(i)
		if f.Anonymous {
			d.omitIn(place, f.Type)
		}
		if name, _, _ := strings.Cut(f.Tag.Get("form"), ","); name != "" {
			d.omits[place+" form "+name] = !isText(elem(f.Type)) // an empty input of a browser
		}
		for _, in := range []string{"query", "header", "cookie"} {
			name, _, _ := strings.Cut(f.Tag.Get(in), ",")
			at := place + " " + in + " " + name
			d.omits[at] = omits(f)
			for j := 0; in == "query" && f.Type.Kind() == reflect.Struct && j < f.Type.NumField(); j++ {
				member := f.Type.Field(j)
				name, _, _ := strings.Cut(member.Tag.Get("json"), ",")
				d.omits[at+"["+name+"]"] = omits(member)
			}
		}
	}
}

// elem is the type of the texts that a list holds.
func elem(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Slice {
		return t.Elem()
	}
	return t
}

func omits(f reflect.StructField) bool {
	return strings.Contains(f.Tag.Get("validate"), "omitempty") && !isText(f.Type)
}

// isPartial reports whether the document says only a part of what an operation enforces.
func (d *described) isPartial(o *declared) bool {
	op, _ := d.at(o.place())
	said := text(op)
	components := text(d.root["components"])
	return partly(said) || strings.Contains(said, "#/components/schemas/") && partly(components)
}

// What an application takes and refuses is what its document says, whole: parameters of
// every place and style, forms, bodies, statuses and responses.
func TestOperations(t *testing.T) {
	t.Parallel()
	start := fixedSeed(t)
	g := newGenerator(start)
	taken, refused, failures := 0, map[int]int{}, 0
	for judged := 0; judged < *requests; {
		operations := make([]*declared, operationsPerApp)
		for i := range operations {
			operations[i] = g.operation(t, i)
		}
		a := newApp(t, operations)
		d := describe(a.root)
		for _, o := range operations {
			d.omit(o)
			c, partial := newCaller(g, d, o), d.isPartial(o)
			for range requestsPerOperation {
				made := c.right()
				for range pick(g, []int{0, 0, 1, 1, 1, 2}) {
					c.change(made)
				}
				x := a.send(o, made)
				judged++
				if x.res.StatusCode/100 == 2 {
					taken++
				} else {
					refused[x.res.StatusCode]++
				}
				said := d.difference(x, partial)
				if said == "" || known(&subject{typ: o.in}, x.sent(), x.res.StatusCode/100 == 2) {
					continue
				}
				op, _ := d.at(o.place())
				t.Errorf("seed %d\ninput  %s\noutput %s\n%s\n%s\n%s", start, o.in, o.out, text(op), x, said)
				if failures++; failures == 3 {
					t.FailNow()
				}
				break
			}
		}
	}
	t.Logf("%d taken, refused %v", taken, refused)
	if 5*taken < *requests {
		t.Errorf("only %d of %d requests were taken: the generator proves little", taken, *requests)
	}
}
