package conformance

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/openapi"
)

// Declarations that reflect.StructOf cannot make: groups, named and generic types, methods,
// unions, blank fields, providers, options.

type (
	paging struct {
		Limit  int    `query:"limit" default:"20" validate:"min=1,max=100"`
		Cursor string `query:"cursor" validate:"omitempty,base64"`
	}
	strictQuery struct {
		_     struct{} `validate:"required"`
		A     int      `query:"a"`
		B     string   `query:"b"`
		C     *int     `query:"c"`
		D     int      `query:"d" default:"3"`
		Level level    `header:"X-Level"`
	}
	grouped struct {
		ID color `path:"id"`
		paging
		Colors []color              `query:"color" validate:"min=1,max=2"`
		Levels []level              `header:"X-Levels" validate:"unique"`
		Opt    binding.Opt[float64] `query:"opt" validate:"min=0.5"`
		Kind   color                `cookie:"kind" validate:"ne=red"`
		Range  struct {
			Low  *int   `json:"low" validate:"min=0"`
			High int    `json:"high" validate:"omitempty,max=9"`
			Unit color  `json:"unit"`
			By   string `json:"by" jsonschema:"readOnly" validate:"min=1"`
		} `query:"range,deepObject"`
		Labels map[color]string `query:"labels,deepObject" validate:"max=2,dive,min=2"`
	}
	generic struct {
		Key  string `path:"key" validate:"min=2,max=4"`
		Body page[form]
	}
	shaped struct {
		Body drawing
	}
	lines struct {
		Numbers []int8 `path:"numbers" validate:"max=3,dive,min=0"`
		Body    []leaf `validate:"min=1,max=2"`
	}
	optional struct {
		Trace string `header:"X-Trace" validate:"omitempty,uuid"`
		Body  *wide
	}
	posted struct {
		Title string           `form:"title" validate:"required,max=5"`
		Tags  []color          `form:"tags" validate:"max=2"`
		Sure  bool             `form:"sure"`
		Count *uint8           `form:"count" validate:"min=2"`
		Day   time.Time        `form:"day"`
		Meta  leaf             `form:"meta,json"`
		Mode  binding.Opt[int] `form:"mode"`
	}
	filed struct {
		Name  string           `form:"name" validate:"min=1"`
		File  binding.Upload   `form:"file" validate:"required"`
		More  []binding.Upload `form:"more" validate:"max=2"`
		Extra *leaf            `form:"extra,json"`
	}
	noted struct {
		ID   level  `path:"id"`
		Body string `validate:"min=2,max=3"`
	}
	picture struct {
		Body []byte `body:"image/png"`
	}
	secretive struct {
		Token binding.Secret `header:"X-Token" validate:"required"`
		Until time.Time      `query:"until" validate:"required"`
	}
	removal struct {
		ID   int64 `path:"id" validate:"min=1"`
		Body *leaf
	}
	tenant   struct{ name string }
	tenantIn struct {
		Name string `header:"X-Tenant" validate:"required,alphanum"`
	}
	owned struct {
		Tenant tenant
		paging
		Body tree
	}
	reply struct {
		Status  int       `status:"200,202"`
		Count   uint8     `header:"X-Count"`
		Colors  []color   `header:"X-Colors"`
		Changed time.Time `header:"X-Changed"`
		Session string    `cookie:"session"`
		Body    page[leaf]
	}
)

func ofTenant(_ context.Context, in tenantIn) (tenant, error) { return tenant{in.Name}, nil }

func answered[In any](context.Context, In) (reply, error) {
	return reply{Status: 202, Count: 3, Colors: []color{"red", "green"}, Session: "s", Body: page[leaf]{Items: []leaf{{N: 2}}}}, nil
}

func nothing[In any](context.Context, In) (wend.None, error) { return wend.None{}, nil }

func echoed[In any](_ context.Context, in In) (In, error) { return in, nil }

// declarations is a router of them.
func declarations() *wend.Router {
	r := wend.New(wend.Logger(slog.New(slog.NewTextHandler(io.Discard, nil))), wend.Binding(binding.NewSet(binding.Types(
		binding.Union[shape]("kind", binding.Variant[circle]("circle"), binding.Variant[*polygon]("polygon"))))))
	wend.Provide(r, ofTenant)
	wend.Get(r, "/paged", answered[paging])
	wend.Get(r, "/strict", answered[strictQuery])
	wend.Get(r, "/known", answered[paging], wend.RejectUnknownQuery())
	wend.Get(r, "/nothing", nothing[wend.None], wend.RejectUnknownQuery())
	wend.Post(r, "/alone", nothing[leaf], wend.RejectUnknownQuery())
	wend.Get(r, "/grouped/{id}", answered[grouped])
	wend.Post(r, "/generic/{key}", nothing[generic])
	wend.Post(r, "/shapes", nothing[shaped])
	wend.Put(r, "/lines/{numbers}", nothing[lines])
	wend.Patch(r, "/optional", nothing[optional])
	wend.Post(r, "/posted", nothing[posted])
	wend.Post(r, "/filed", nothing[filed])
	wend.Post(r, "/noted/{id}", nothing[noted])
	wend.Put(r, "/picture", nothing[picture])
	wend.Get(r, "/secret", nothing[secretive])
	wend.Delete(r, "/removal/{id}", nothing[removal])
	wend.Post(r, "/owned", nothing[owned])
	wend.Post(r, "/leaf", echoed[leaf])
	wend.Put(r, "/tree", echoed[tree])
	wend.Post(r, "/forms", nothing[[]form])
	wend.Post(r, "/map", nothing[map[string]*all])
	open := r.Group("/open", wend.AllowUnknownFields())
	wend.Post(open, "/leaf", nothing[leaf])
	wend.Post(open, "/shapes", nothing[shaped])
	wend.Get(open, "/grouped/{id}", nothing[grouped])
	wend.Post(open, "/posted", nothing[posted])
	return r
}

// The same as TestOperations for declarations that are written down.
func TestOperations_declarations(t *testing.T) {
	t.Parallel()
	r := declarations()
	doc, err := openapi.Build(openapi.Info{Title: "Written", Version: "1"}, r.Routes())
	require.NoError(t, err)
	a := &app{router: r}
	a.data, err = doc.JSON()
	require.NoError(t, err)
	a.root, err = readDocument(a.data)
	require.NoError(t, err)
	g, d := newGenerator(fixedSeed(t)), describe(a.root)
	for route := range r.Routes() {
		o := &declared{method: route.Method(), path: route.Path(), in: route.Operation().In.Type()}
		o.strict = slices.Contains([]string{"/known", "/nothing", "/alone"}, o.path)
		d.omit(o)
		c, partial, taken := newCaller(g, d, o), d.isPartial(o), 0
		for range 200 {
			made := c.right()
			if c.IntN(2) == 0 {
				c.change(made)
			}
			x := a.send(o, made)
			if x.res.StatusCode/100 == 2 {
				taken++
			}
			if said := d.difference(x, partial); said != "" {
				t.Errorf("%s\n%s\n%s", text(c.op), x, said)
				break
			}
		}
		require.Greater(t, taken, 20, "%s %s", o.method, o.path)
	}
}
