package howto_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"connectrpc.com/connect"
	"github.com/graphql-go/graphql"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/wend-go/wend"
)

// greetService is what a generated NewGreetServiceHandler returns: a path and a handler.
func greetService() (string, http.Handler) {
	greet := connect.NewUnaryHandler("/greet.v1.GreetService/Greet",
		func(_ context.Context, in *connect.Request[wrapperspb.StringValue]) (*connect.Response[wrapperspb.StringValue], error) {
			return connect.NewResponse(wrapperspb.String("Hello, " + in.Msg.GetValue())), nil
		})
	return "/greet.v1.GreetService/", greet
}

func Example_connect() {
	r := wend.New()
	path, greet := greetService()
	r.Handle(path, greet) // a subtree, every method; the path is not changed
	show(r, "POST", "/greet.v1.GreetService/Greet", `"Ada"`)
	// Output: 200 "Hello, Ada"
}

func Example_graphQL() {
	schema, err := graphql.NewSchema(graphql.SchemaConfig{Query: graphql.NewObject(graphql.ObjectConfig{
		Name: "Query",
		Fields: graphql.Fields{"hello": {
			Type:    graphql.String,
			Resolve: func(graphql.ResolveParams) (any, error) { return "world", nil },
		}},
	})})
	if err != nil {
		panic(err)
	}
	endpoint := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			Query string `json:"query"`
		}
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10)).Decode(&in); err != nil {
			wend.WriteError(w, r, wend.Errorf(http.StatusBadRequest, "not a GraphQL request: %w", err))
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(graphql.Do(graphql.Params{Schema: schema, RequestString: in.Query, Context: r.Context()}))
	})
	r := wend.New()
	r.Handle("POST /graphql", endpoint)
	show(r, "POST", "/graphql", `{"query":"{hello}"}`)
	show(r, "POST", "/graphql", `{`)
	// Output:
	// 200 {"data":{"hello":"world"}}
	// 400 {"type":"about:blank","title":"Bad Request","status":400,"detail":"not a GraphQL request"}
}

func Example_openTelemetry() {
	spans := tracetest.NewSpanRecorder()
	traces := trace.NewTracerProvider(trace.WithSpanProcessor(spans))

	r := wend.New(wend.With(otelhttp.NewMiddleware("shop", otelhttp.WithTracerProvider(traces))))
	wend.Get(r, "/books/{id}", func(_ context.Context, in struct {
		ID int `path:"id"`
	},
	) (int, error) {
		return in.ID, nil
	})
	show(r, "GET", "/books/7", "")
	span := spans.Ended()[0]
	fmt.Println(span.Name())
	for _, a := range span.Attributes() {
		if a.Key == "http.route" {
			fmt.Println(a.Key, a.Value.AsString())
		}
	}
	// Output:
	// 200 7
	// GET /books/{id}
	// http.route /books/{id}
}

// Routers of their own for hosts: wend has no host in a pattern, http.ServeMux has.
func Example_hosts() {
	api, shop := wend.New(), wend.New()
	wend.Get(api, "/{$}", func(context.Context, wend.None) (wend.Text, error) { return "api", nil })
	wend.Get(shop, "/{$}", func(context.Context, wend.None) (wend.Text, error) { return "shop", nil })
	mux := http.NewServeMux()
	mux.Handle("api.example.com/", api)
	mux.Handle("/", shop)
	show(mux, "GET", "http://api.example.com/", "")
	show(mux, "GET", "http://www.example.com/", "")
	// Output:
	// 200 api
	// 200 shop
}
