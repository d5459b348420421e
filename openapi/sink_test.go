package openapi_test

import (
	"context"
	"io"
	"iter"
	"net/http"
	"time"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
	morestock "github.com/wend-go/wend/openapi/testdata/more/stock"
	"github.com/wend-go/wend/openapi/testdata/shop"
	"github.com/wend-go/wend/openapi/testdata/stock"
	"github.com/wend-go/wend/security"
)

// The kitchen sink: a router with everything that a document has to say, as steps
// that can be registered in any order.

type Note struct {
	ID      int       `json:"id" jsonschema:"readOnly"`
	Text    string    `json:"text" validate:"required,max=280" doc:"What to remember" example:"Buy milk"`
	Pin     string    `json:"pin" jsonschema:"writeOnly" validate:"omitempty,len=4,numeric"`
	Color   Color     `json:"color"`
	Tags    []string  `json:"tags" validate:"max=5,unique,dive,min=1"`
	Created time.Time `json:"created" jsonschema:"readOnly"`
	Parent  *Note     `json:"parent"`
	Old     bool      `json:"old" jsonschema:"deprecated"`
}

type Color string

func (Color) Enum() []Color { return []Color{"red", "green"} }

type Level int

func (Level) Enum() []Level { return []Level{1, 2, 3} }

type Page[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next"`
}

type Tree struct {
	Name     string          `json:"name"`
	Children []Tree          `json:"children"`
	ByName   map[string]Tree `json:"by_name"`
}

type Shape interface{ Area() float64 }

type Circle struct {
	Radius float64 `json:"radius" validate:"gt=0"`
}

func (Circle) Area() float64 { return 0 }

type Square struct {
	Side float64 `json:"side" validate:"gt=0"`
}

func (*Square) Area() float64 { return 0 }

type Drawing struct {
	Shapes []Shape           `json:"shapes"`
	Front  Shape             `json:"front,omitempty"`
	Counts map[string]int8   `json:"counts"`
	Byte   uint8             `json:"byte"`
	Big    uint64            `json:"big"`
	Long   time.Duration     `json:"long"`
	Any    any               `json:"any"`
	Raw    []byte            `json:"raw"`
	Inner  struct{ X int32 } `json:"inner"`
	Levels []Level           `json:"levels"`
	Text   int64             `json:"text,string"`
	Maybe  binding.Opt[Tree] `json:"maybe,omitzero"`
}

type filter struct {
	Since  time.Time `json:"since"`
	Author *string   `json:"author"`
}

type everySource struct {
	ID       int               `path:"id" validate:"min=1" doc:"which note"`
	Q        string            `query:"q" validate:"required,min=2"`
	Limit    int               `query:"limit" default:"20" validate:"min=1,max=100"`
	Sort     []string          `query:"sort,csv" default:"text,-id" validate:"max=3,dive,oneof=id -id text -text"`
	Level    []Level           `query:"level"`
	Color    *Color            `query:"color"`
	Before   binding.Opt[int]  `query:"before"`
	Wait     time.Duration     `query:"wait" default:"1m30s" validate:"min=0s"`
	Filter   filter            `query:"filter,deepObject"`
	Labels   map[string]string `query:"labels,deepObject"`
	Secret   string            `query:"secret,hidden"`
	Legacy   bool              `query:"legacy,deprecated"`
	Tenant   string            `header:"X-Tenant" validate:"uuid" example:"0191f2c4-1c4e-7c3a-9d52-0242ac120002"`
	Versions []int             `header:"X-Versions"`
	Changed  time.Time         `header:"If-Modified-Since" validate:"omitempty"`
	Session  string            `cookie:"sid"`
}

type createdNote struct {
	Status   int         `status:"201,200"`
	Location string      `header:"Location" doc:"where the note is"`
	Type     string      `header:"Content-Type"`
	Modified time.Time   `header:"Last-Modified"`
	Count    *int        `header:"X-Count" jsonschema:"deprecated"`
	Token    string      `cookie:"token" doc:"a session"`
	Theme    wend.Cookie `cookie:"theme"`
	Body     Note        `doc:"the note as stored"`
}

type legacyError struct {
	Message string `json:"message"`
}

type optionalBody struct {
	ID   string `path:"id"`
	Body *Note
}

type rawBody struct {
	Body []byte `body:"image/png,image/jpeg" validate:"required"`
}

type textBody struct{ Body string }

type streamBody struct{ Body io.Reader }

type csvBody struct {
	Body wend.Blob `body:"text/csv"`
}

type listBody struct {
	Body []Note `validate:"min=1,max=10"`
}

type oneID struct {
	ID int `path:"id"`
}

type otherID struct {
	Note string `path:"note"`
}

type restOf struct {
	Rest string `path:"rest"`
}

type nested struct {
	Notes struct {
		Inner []struct {
			Note *Note `json:"note"`
		} `json:"inner"`
	} `json:"notes"`
}

type byHand struct{ Ctx wend.Context }

var (
	errNoNote  = &wend.Error{Status: http.StatusNotFound, Code: "no_note", Detail: "there is no such note"}
	errNoOwner = &wend.Error{Status: http.StatusNotFound, Code: "no_owner", Detail: "there is no such owner"}
	errTaken   = &wend.Error{Status: http.StatusUnprocessableEntity, Code: "taken", Detail: "the text is taken"}
	errBusy    = &wend.Error{Status: http.StatusServiceUnavailable, Header: http.Header{"Retry-After": {"1"}}}
)

// answer makes a handler without a name of its own.
func answer[In, Out any](context.Context, In) (out Out, err error) { return out, nil }

func getNote(context.Context, oneID) (Note, error)                   { return Note{}, nil }
func listHTTPNotes(context.Context, everySource) (Page[Note], error) { return Page[Note]{}, nil }
func create_note(context.Context, Note) (createdNote, error)         { return createdNote{}, nil } //nolint:revive // the name is the test

func sinkSet() *binding.Set {
	return binding.NewSet(binding.Types(
		binding.Union[Shape]("kind", binding.Variant[Circle]("circle"), binding.Variant[*Square]("square")),
	))
}

// sink returns a router with all steps in the order given, or as written.
func sink(order ...int) *wend.Router {
	r := wend.New(wend.Binding(sinkSet()), wend.Errors(errBusy))
	notes := r.Group("/notes", wend.Tags("notes"), wend.Errors(errNoNote))
	old := r.Group("/old", wend.Deprecated(), wend.OnError(func(*http.Request, *wend.Error) legacyError { return legacyError{} }))
	secret := r.Group("/secret", wend.Hidden())
	mounted := wend.New(wend.Binding(sinkSet()), wend.Tags("mounted"))

	steps := []func(){
		func() { wend.Get(notes, "/{id}", getNote, wend.Description("Reads *one* note.")) },
		func() { wend.Get(notes, "/{id}/all", listHTTPNotes, wend.Errors(errNoOwner)) },
		func() {
			wend.Post(notes, "", create_note, wend.Errors(errTaken), wend.Tags("writing"),
				wend.Example("short", Note{Text: "Buy milk", Color: "red", Tags: []string{"home"}}))
		},
		func() {
			wend.Put(notes, "/{id}", answer[optionalBody, Note], wend.Summary("Replace a note"), wend.AllowUnknownFields())
		},
		func() { wend.Delete(notes, "/{note}", answer[otherID, wend.None], wend.OperationID("forget")) },
		func() { wend.Get(notes, "", answer[wend.None, []Note]) },
		func() { wend.Get(notes, "/", answer[wend.None, Page[Note]]) },
		func() { wend.Get(notes, "/{$}", answer[wend.None, Note]) },
		func() { wend.Get(notes, "/by-id", answer[wend.None, Note]) },
		func() { wend.Get(r, "/files/{rest...}", answer[restOf, wend.Blob]) },
		func() {
			wend.Get(r, "/files/{name}", answer[struct {
				Name string `path:"name"`
			}, csvBody])
		},
		func() { wend.Post(r, "/raw", answer[rawBody, wend.Text]) },
		func() { wend.Post(r, "/text", answer[textBody, wend.Redirect]) },
		func() { wend.Get(r, "/away", answer[wend.None, wend.Redirect]) },
		func() { wend.Put(r, "/stream", answer[streamBody, wend.None], wend.Status(http.StatusAccepted)) },
		func() { wend.Post(r, "/list", answer[listBody, map[string]Note]) },
		func() { wend.Query(r, "/search", answer[Note, []Tree]) },
		func() { wend.Post(r, "/draw", answer[Drawing, Drawing]) },
		func() { wend.Post(r, "/tree", answer[Tree, nested]) },
		func() { wend.Head(r, "/ping", answer[wend.None, wend.None]) },
		func() { wend.Get(r, "/hand", answer[byHand, wend.None]) },
		func() { wend.Get(r, "/items/shop", answer[wend.None, Page[shop.Item]]) },
		func() { wend.Get(r, "/items/stock", answer[wend.None, Page[stock.Item]]) },
		func() { wend.Get(r, "/items/more", answer[wend.None, morestock.Item]) },
		func() { wend.Post(old, "/notes", answer[Note, Note]) },
		func() { wend.Get(secret, "/plans", answer[wend.None, Drawing]) },
		func() { r.Handle("GET /plain", http.NotFoundHandler()) },
		func() { r.Handle("/any", wend.Func(answer[Tree, wend.None])) },
		func() { r.Handle("PURGE /cache", wend.Func(answer[wend.None, wend.None])) },
		func() { wend.Get(mounted, "/health", answer[wend.None, string]) },
		func() {
			me := r.Group("/me", wend.Tags("me"), wend.Errors(errBlocked))
			wend.Provide(me, tenantOf)
			wend.Provide(me, userOf, wend.Secure(loginScheme, "read"), wend.Errors(errLocked))
			wend.Get(me, "", answer[struct {
				Who    User
				Where  tenant
				Tenant string `header:"X-Tenant" validate:"uuid"`
			}, Note])
			wend.Put(me, "", answer[struct {
				Who  User `scopes:"write admin"`
				Body Note
			}, Note])
		},
		func() {
			maybe := r.Group("/maybe")
			wend.Provide(maybe, keyOf, wend.Secure(security.AnyOf(
				security.AllOf(security.APIKey("header", "X-Key"), security.Basic("shop")), security.Bearer("JWT").Described("A token *of ours*"),
			)))
			wend.Get(maybe, "", answer[struct{ Who *key }, Note])
			wend.Delete(maybe, "", answer[wend.None, wend.None], wend.Require[key]())
		},
		func() {
			streams := r.Group("/streams", wend.Tags("streams"))
			wend.Get(streams, "/events", answer[wend.None, wend.Events[Note]])
			wend.Get(streams, "/drawings", answer[wend.None, wend.Events[Shape]])
			wend.Get(streams, "/lines", answer[wend.None, iter.Seq[Tree]])
			wend.Get(streams, "/numbers", answer[wend.None, iter.Seq2[int, error]])
			wend.Get(streams, "/bytes", answer[wend.None, watched])
		},
		func() {
			files := r.Group("/responders")
			wend.Get(files, "/download", answer[wend.None, wend.Download])
			wend.Get(files, "/page", answer[wend.None, wend.HTML])
			wend.Get(files, "/xml", answer[wend.None, wend.XML])
			wend.Get(files, "/out", answer[wend.None, wend.RedirectExternal])
			wend.Get(files, "/if", answer[struct{ wend.Conditional }, Note])
			wend.Put(files, "/if", answer[struct {
				wend.Conditional
				Body Note
			}, Note])
		},
	}
	for _, i := range order {
		steps[i]()
	}
	if len(order) == 0 {
		for _, step := range steps {
			step()
		}
	}
	r.Mount("/sub", mounted)
	return r
}

// User is who sends a request.
type User struct{ Name string }

func (User) HasScope(string) bool { return true }

type tenant struct{ ID string }

type key struct{}

var loginScheme = security.OAuth2(security.Flows{
	AuthorizationCode: &security.Flow{
		AuthorizationURL: "https://login.example.com/authorize", TokenURL: "https://login.example.com/token",
		Scopes: map[string]string{"read": "Read notes", "write": "Write notes", "admin": "Everything"},
	},
	ClientCredentials: &security.Flow{TokenURL: "https://login.example.com/token", RefreshURL: "https://login.example.com/refresh"},
})

var (
	errLocked  = &wend.Error{Status: http.StatusForbidden, Code: "locked", Detail: "the account is locked"}
	errBlocked = &wend.Error{Status: http.StatusUnauthorized, Code: "blocked", Detail: "the address is blocked"}
)

func tenantOf(_ context.Context, in struct {
	Tenant string `header:"X-Tenant" validate:"uuid"`
	Region string `query:"region" validate:"required_with=Zone"`
	Zone   string `query:"zone"`
},
) (tenant, error) {
	return tenant{in.Tenant}, nil
}

func userOf(context.Context, struct{ Token security.Token }) (User, error) { return User{}, nil }

func keyOf(context.Context, struct {
	Key   security.Token `scheme:"apiKey"`
	Login security.UserPass
	Token security.Token `scheme:"bearer"`
},
) (key, error) {
	return key{}, nil
}

type watched struct {
	Body wend.Stream `body:"text/csv"`
}

const sinkSteps = 34
