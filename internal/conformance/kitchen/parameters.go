package kitchen

import (
	"context"
	"time"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
)

type filter struct {
	Since  time.Time `json:"since"`
	Author *string   `json:"author" validate:"min=1"`
	Most   int       `json:"most" validate:"max=9"`
}

// everySource has a parameter of each sort.
type everySource struct {
	ID       int               `path:"id" validate:"min=1,max=99" doc:"which"`
	Color    Color             `path:"color"`
	Q        string            `query:"q" validate:"required,min=2,max=20" doc:"what to look for" example:"milk"`
	Limit    int               `query:"limit" default:"20" validate:"min=1,max=100"`
	Sort     []string          `query:"sort,csv" default:"text,-id" validate:"max=3,dive,oneof=id -id text -text"`
	Levels   []Level           `query:"level" validate:"max=3"`
	Shade    *Color            `query:"shade"`
	Before   binding.Opt[int]  `query:"before"`
	Wait     time.Duration     `query:"wait" default:"1m30s" validate:"min=0s"`
	Exact    bool              `query:"exact"`
	Ratio    float64           `query:"ratio" validate:"min=0,max=1"`
	Filter   filter            `query:"filter,deepObject"`
	Labels   map[string]string `query:"labels,deepObject" validate:"max=3"`
	Region   string            `query:"region" validate:"required_with=Zone"`
	Zone     string            `query:"zone"`
	Internal string            `query:"internal,hidden"`
	Legacy   bool              `query:"legacy,deprecated"`
	Tenant   string            `header:"X-Tenant" validate:"uuid" example:"0191f2c4-1c4e-7c3a-9d52-0242ac120002"`
	Versions []int             `header:"X-Versions" validate:"max=4"`
	Changed  time.Time         `header:"If-Modified-Since"`
	Session  string            `cookie:"sid" validate:"max=40"`
}

// echoed is what was understood.
type echoed struct {
	Versions []int `header:"X-Versions"`
	Count    uint8 `header:"X-Count" jsonschema:"deprecated"`
	Body     struct {
		ID     int      `json:"id"`
		Color  Color    `json:"color"`
		Q      string   `json:"q"`
		Sort   []string `json:"sort"`
		Levels []Level  `json:"levels"`
	}
}

func (k *kitchen) addParameters(r *wend.Router) {
	wend.Get(r, "/{id}/{color}", echo)
}

func echo(_ context.Context, in everySource) (echoed, error) {
	out := echoed{Versions: in.Versions, Count: uint8(len(in.Sort))}
	out.Body.ID, out.Body.Color, out.Body.Q, out.Body.Sort, out.Body.Levels = in.ID, in.Color, in.Q, in.Sort, in.Levels
	return out, nil
}

type fileName struct {
	Name string `path:"name"`
}

func readFile(_ context.Context, in fileName) (wend.Blob, error) {
	return wend.Blob{MediaType: "application/octet-stream", Data: []byte(in.Name)}, nil
}

func readTree(context.Context, wend.None) (Tree, error) { return Tree{Name: "below"}, nil }

func readRoot(context.Context, wend.None) (Tree, error)   { return Tree{Name: "root"}, nil }
func search(context.Context, Tree) (Page[Tree], error)    { return Page[Tree]{}, nil }
func ping(context.Context, wend.None) (wend.None, error)  { return wend.None{}, nil }
func purge(context.Context, wend.None) (wend.None, error) { return wend.None{}, nil }
func anyMethod(_ context.Context, in Tree) (Tree, error)  { return in, nil }
func health(context.Context, wend.None) (string, error)   { return "ok", nil }
