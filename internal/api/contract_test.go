package api

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"log/slog"
	"math/big"
	"mime/multipart"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/openapi"
	"github.com/wend-go/wend/openapi/docs"
	"github.com/wend-go/wend/security"
	"github.com/wend-go/wend/wendtest"
	"github.com/wend-go/wend/wendtest/contract"
)

// What an application may hold the packages to, by the types of what it calls. The golden files say that the surface has
// changed; this file says that a change breaks those who use it: it does not compile then.

type (
	question struct{}
	answer   struct{}
	handler  = func(context.Context, question) (answer, error)
	register = func(*wend.Router, string, handler, ...wend.Option) *wend.Route
)

// Routers and routes.
var (
	_ func(...wend.Option) *wend.Router                                                                      = wend.New
	_ func(*wend.Router, string, ...wend.Option) *wend.Router                                                = (*wend.Router).Group
	_ func(*wend.Router, ...wend.Middleware)                                                                 = (*wend.Router).Use
	_ func(*wend.Router, string, http.Handler, ...wend.Option) *wend.Route                                   = (*wend.Router).Handle
	_ func(*wend.Router, string, http.Handler, ...wend.Option)                                               = (*wend.Router).Mount
	_ func(*wend.Router) iter.Seq[*wend.Route]                                                               = (*wend.Router).Routes
	_ func(*wend.Router, string, ...any) (string, error)                                                     = (*wend.Router).URL
	_ func(*wend.Router, context.Context, string) error                                                      = (*wend.Router).Run
	_ func(*wend.Router, context.Context, net.Listener) error                                                = (*wend.Router).Serve
	_ func(*wend.Router) <-chan struct{}                                                                     = (*wend.Router).Draining
	_ func(*wend.Router) error                                                                               = (*wend.Router).Err
	_ http.Handler                                                                                           = (*wend.Router)(nil)
	_ http.Handler                                                                                           = (*wend.Endpoint)(nil)
	_ http.Handler                                                                                           = wend.HandlerFunc(nil)
	_ func(http.Handler) http.Handler                                                                        = wend.Middleware(nil)
	_ func(handler, ...wend.Option) *wend.Endpoint                                                           = wend.Func[question, answer]
	_ func(*wend.Route) string                                                                               = (*wend.Route).Method
	_ func(*wend.Route) string                                                                               = (*wend.Route).Pattern
	_ func(*wend.Route) string                                                                               = (*wend.Route).Name
	_ func(*wend.Route) string                                                                               = (*wend.Route).Site
	_ func(*wend.Route, ...any) (string, error)                                                              = (*wend.Route).URL
	_ func(*wend.Route) wend.Operation                                                                       = (*wend.Route).Operation
	_ func(*http.Request, string) string                                                                     = wend.Param
	_ func(*wend.Router, handler, ...wend.Option)                                                            = wend.Provide[question, answer]
	_ func(*wend.Router, answer)                                                                             = wend.Supply[answer]
	_ func(*wend.Router, func(context.Context, question) (answer, func(error) error, error), ...wend.Option) = wend.ProvideScoped[question, answer]

	_ = []register{
		wend.Get[question, answer], wend.Post[question, answer], wend.Put[question, answer], wend.Patch[question, answer],
		wend.Delete[question, answer], wend.Head[question, answer], wend.Query[question, answer],
	}
)

// What a handler reads, returns and calls.
var (
	_ func(wend.Context) *http.Request                                 = wend.Context.Request
	_ func(wend.Context) http.ResponseWriter                           = wend.Context.Writer
	_ func(wend.Context, string) string                                = wend.Context.Param
	_ func(wend.Context, any) error                                    = wend.Context.Bind
	_ func(wend.Context, int, any) error                               = wend.Context.JSON
	_ func(wend.Context, int, string) error                            = wend.Context.Text
	_ func(wend.Context) *wend.Route                                   = wend.Context.Route
	_ func(int, string, ...any) error                                  = wend.Errorf
	_ func(http.ResponseWriter, *http.Request, error)                  = wend.WriteError
	_ func(*wend.Tasks, func(context.Context) error)                   = (*wend.Tasks).Go
	_ func(wend.Conditional, string, time.Time) error                  = wend.Conditional.Check
	_ func(wend.Conditional, string, time.Time) error                  = wend.Conditional.Require
	_ func(*wend.Key[answer], context.Context, answer) context.Context = (*wend.Key[answer]).With
	_ func(*wend.Key[answer], context.Context) (answer, bool)          = (*wend.Key[answer]).From
	_ func(fs.FS) http.Handler                                         = wend.Static
	_ func(fs.FS) http.Handler                                         = wend.SPA
	_ wend.None                                                        = struct{}{}

	_ error = &wend.Error{Status: 404, Type: "", Title: "", Code: "", Detail: "", Fields: []binding.FieldError{}, Header: http.Header{}, Extra: map[string]any{}, Err: io.EOF}
	_       = []wend.Responder{wend.Redirect{To: "/", Status: 303}, wend.Blob{MediaType: "", Data: nil}, wend.HTML{}, wend.Text(""), wend.XML{}}
	_       = wend.Download{Name: "", MediaType: "", Content: io.ReadSeeker(nil), Modified: time.Time{}, ETag: "", Inline: false}
	_       = wend.Stream{MediaType: "", Write: func(context.Context, io.Writer) error { return nil }}
	_       = wend.Events[answer](iter.Seq2[wend.Event[answer], error](nil))
	_       = wend.Event[answer]{ID: "", Name: "", Data: answer{}, Retry: time.Second}
	_       = wend.Cookie{Value: "", Path: "", Domain: "", MaxAge: time.Second, SameSite: http.SameSiteLaxMode, ScriptReadable: true, Insecure: true}
)

// Options. They are values until a registration reads them.
var _ = []wend.Option{
	wend.With(), wend.Tags("a"), wend.Errors(&wend.Error{}), wend.MapError(func(error) *wend.Error { return nil }),
	wend.OnError(func(*http.Request, *wend.Error) answer { return answer{} }, "application/json"),
	wend.MaxBody(1), wend.BodyTimeout(1), wend.BodyStall(1), wend.Timeout(1), wend.Require[answer]("read"), wend.Hidden(), wend.Deprecated(),
	wend.AllowUnknownFields(), wend.RejectUnknownQuery(),
	wend.Status(201), wend.Summary(""), wend.Description(""), wend.OperationID(""), wend.Name(""), wend.Example("", answer{}),
	wend.Secure(security.Bearer("JWT"), "read"),
	wend.Outer(), wend.Binding(binding.NewSet()), wend.Codec(), wend.Logger(slog.Default()), wend.Dev(), wend.RedirectSlash(), wend.PlainCookies(),
	wend.CollectErrors(), wend.OnStart(nil), wend.OnStop(nil), wend.Drain(time.Second, time.Second), wend.TLS("", ""), wend.Server(nil),
	openapi.Version("3.2.0"), docs.ReDoc(nil),
}

// Binding.
var (
	_ func(*answer, question) error                     = binding.Merge[answer, question]
	_ func(any) error                                   = binding.Validate
	_ func([]byte, *answer) error                       = binding.Decode[answer]
	_ func(*http.Request) (answer, error)               = binding.Request[answer]
	_ func(*binding.Set, *http.Request) (answer, error) = binding.RequestWith[answer]
	_ func(*binding.Set, any) error                     = (*binding.Set).Validate
	_ func(*binding.Set, []byte, any) error             = (*binding.Set).Decode
	_ func(pointer, code, detail string) error          = binding.Invalid
	_ func(*binding.Plan) iter.Seq[binding.Field]       = (*binding.Plan).Fields
	_ func(*binding.Plan) []string                      = (*binding.Plan).Opaque
	_ func(binding.Secret) string                       = binding.Secret.Reveal
	_ func(binding.Upload) (io.ReadSeekCloser, error)   = binding.Upload.Open
	_                                                   = binding.Opt[int]{Value: 1, Set: true, Null: false}
	_                                                   = binding.FieldError{In: "", Pointer: "", Code: "", Detail: "", Params: map[string]any{}}
	_ binding.Codec                                     = codec{}
	_                                                   = struct {
		Parts iter.Seq2[*multipart.Part, error]
	}{}
)

// Documents and tests.
var (
	_ func(openapi.Info, iter.Seq[*wend.Route], ...openapi.Option) (*openapi.Document, error) = openapi.Build
	_ func(old, new *openapi.Document) []openapi.Change                                       = openapi.Diff
	_ func(string, *openapi.Document) error                                                   = openapi.WriteFile
	_ func(*wend.Router, openapi.Info, ...wend.Option)                                        = docs.Mount
	_ func(testing.TB, http.Handler, ...wendtest.Option) *wendtest.Client                     = wendtest.New
	_ func(handler) wendtest.Option                                                           = wendtest.Replace[question, answer]
	_ func(answer) wendtest.Option                                                            = wendtest.Supply[answer]
	_ func(*wendtest.Response, int, ...string) *wendtest.Response                             = (*wendtest.Response).Problem
	_ func(testing.TB, *wend.Router, ...contract.Option) http.Handler                         = contract.Check
	_ func(testing.TB, *wend.Router, ...contract.Option)                                      = contract.Fuzz
	_ func(testing.TB, *wend.Router, ...contract.Option)                                      = contract.Secured
)

type codec struct{}

func (codec) MediaTypes() []string                      { return []string{"application/x-reversed"} }
func (codec) ToJSON(dst, body []byte) ([]byte, error)   { return append(dst, body...), nil }
func (codec) FromJSON(dst, json []byte) ([]byte, error) { return append(dst, json...), nil }

type (
	shape  interface{ area() float64 }
	square struct {
		Side float64 `json:"side" validate:"gt=0"`
	}
	disc struct {
		Radius float64 `json:"radius" validate:"gt=0"`
	}
	part struct {
		Number string   `json:"number" validate:"stock"`
		Check  string   `json:"check" validate:"omitempty,luhn"`
		Form   shape    `json:"form"`
		Weight *big.Rat `json:"weight"`
	}
)

func (s square) area() float64 { return s.Side * s.Side }
func (d disc) area() float64   { return 3 * d.Radius * d.Radius }

// TestContract_set puts what a set can be made of together: rules, types, a union, messages, a codec.
func TestContract_set(t *testing.T) {
	t.Parallel()
	rule := func(name, message string, op binding.Op) binding.Rule {
		return binding.Rule{Name: name, Message: message, Make: func(binding.Arg) (binding.Op, error) { return op, nil }}
	}
	set := binding.NewSet(
		binding.Rules(
			rule("stock", "must be a stock number", binding.Exact(func(s string) bool { return len(s) == 3 }, binding.State("minLength", 3), binding.State("maxLength", 3))),
			rule("luhn", "must have a check digit", binding.Annotated(func(s string) bool { return s != "1" }, "has a check digit")),
		),
		binding.Types(
			binding.Union[shape]("kind", binding.Variant[square]("square"), binding.Variant[disc]("disc")),
			binding.Type[big.Rat](binding.Schema{binding.State("type", "string")}),
		),
		binding.Messages(func(lang string, e binding.FieldError) string {
			if lang == "de" {
				return "ist falsch"
			}
			return ""
		}),
	)
	r := wend.New(wend.Binding(set), wend.Codec(codec{}))
	wend.Post(r, "/parts", func(_ context.Context, in part) (string, error) { return fmt.Sprint(in.Form.area()), nil })
	docs.Mount(r, openapi.Info{Title: "Parts", Version: "1.0.0"})
	c := wendtest.New(t, r)
	good := `{"number":"abc","form":{"kind":"square","side":2}}`
	c.Post("/parts", []byte(good), wendtest.ContentType("application/json"), wendtest.Header("Accept", "application/json")).Status(200).BodyIs(`"4"`)
	c.Post("/parts", []byte(good), wendtest.ContentType("application/x-reversed")).Status(200)
	bad := []byte(`{"number":"ab","check":"1","form":{"kind":"line"}}`)
	c.Post("/parts", bad, wendtest.ContentType("application/json"), wendtest.Header("Accept-Language", "de")).
		Problem(422, "body /number stock", "body /check luhn", "body /form/kind oneof").BodyContains("ist falsch")
	require.NoError(t, set.Validate(part{Number: "abc", Form: disc{1}}))
	require.Error(t, set.Decode([]byte(`{}`), new(part)))
	c.Get("/openapi.json").Status(200).BodyContains(`"discriminator"`)
}
