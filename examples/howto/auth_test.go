package howto_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/middleware"
	"github.com/wend-go/wend/security"
)

// member is who a client is. HasScope makes scopes work.
type member struct{ Name string }

func (m member) HasScope(scope string) bool { return m.Name == "ada" && scope == "books:write" }

func Example_apiKey() {
	type key struct{ Token security.Token }
	r := wend.New()
	wend.Provide(r, func(_ context.Context, in key) (member, error) {
		if in.Token.Reveal() != "k1" {
			return member{}, security.ErrInvalid
		}
		return member{"ada"}, nil
	}, wend.Secure(security.APIKey("header", "X-Api-Key")))
	wend.Get(r, "/me", func(_ context.Context, in struct{ Member member }) (wend.Text, error) {
		return wend.Text(in.Member.Name), nil
	})
	show(r, "GET", "/me", "", "X-Api-Key", "k1")
	show(r, "GET", "/me", "")
	// Output:
	// 200 ada
	// 401 {"type":"about:blank","title":"Unauthorized","status":401,"detail":"a credential is required"}
}

func Example_basic() {
	type login struct{ User security.UserPass }
	r := wend.New()
	wend.Provide(r, func(_ context.Context, in login) (member, error) {
		if in.User.User() != "ada" || in.User.Password() != "secret" { // compare a hash, and in constant time
			return member{}, security.ErrInvalid
		}
		return member{in.User.User()}, nil
	}, wend.Secure(security.Basic("books")))
	wend.Get(r, "/me", func(_ context.Context, in struct{ Member member }) (wend.Text, error) {
		return wend.Text(in.Member.Name), nil
	})
	req := httptest.NewRequest("GET", "/me", nil)
	req.SetBasicAuth("ada", "secret")
	w := httptest.NewRecorder()
	r.ServeHTTP(w, req)
	fmt.Println(w.Code, w.Body)
	// Output: 200 ada
}

// A session: the cookie is a key, and a browser sends it unasked, so the routes have CSRF.
func Example_session() {
	type sid struct{ Token security.Token }
	sessions := map[string]member{"s1": {"ada"}}
	r := wend.New(wend.With(middleware.CSRF()))
	wend.Provide(r, func(_ context.Context, in sid) (member, error) {
		m, found := sessions[in.Token.Reveal()]
		if !found {
			return member{}, security.ErrInvalid
		}
		return m, nil
	}, wend.Secure(security.APIKey("cookie", "__Host-sid")))
	wend.Post(r, "/books", func(_ context.Context, in struct {
		Member member `scopes:"books:write"`
	},
	) (wend.Text, error) {
		return wend.Text("added by " + in.Member.Name), nil
	})
	show(r, "POST", "/books", "", "Cookie", "__Host-sid=s1")
	show(r, "POST", "/books", "", "Cookie", "__Host-sid=s1", "Sec-Fetch-Site", "cross-site")
	// Output:
	// 200 added by ada
	// 403 {"type":"about:blank","title":"Forbidden","status":403,"detail":"a request from another site is not accepted here"}
}

// A group, and the plain handlers in it, for members only.
func Example_require() {
	type bearer struct{ Token security.Token }
	r := wend.New()
	wend.Provide(r, func(_ context.Context, in bearer) (member, error) { return member{in.Token.Reveal()}, nil },
		wend.Secure(security.Bearer("")))
	admin := r.Group("/admin", wend.Require[member]("books:write"))
	admin.Handle("GET /stats", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "42 books") }))
	show(r, "GET", "/admin/stats", "", "Authorization", "Bearer ada")
	show(r, "GET", "/admin/stats", "", "Authorization", "Bearer bob")
	// Output:
	// 200 42 books
	// 403 {"type":"about:blank","title":"Forbidden","status":403,"detail":"the credential does not reach far enough"}
}

// The client's address is the proxy's word, and only that of a proxy of ours.
func Example_behindAProxy() {
	r := wend.New(wend.Outer(middleware.RealIP("X-Forwarded-For", "10.0.0.0/8")))
	r.Handle("GET /", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.RemoteAddr) }))
	for _, peer := range []string{"10.0.0.7:5000", "203.0.113.9:5000"} {
		req := httptest.NewRequest("GET", "/", nil)
		req.RemoteAddr = peer
		req.Header.Set("X-Forwarded-For", "198.51.100.3")
		w := httptest.NewRecorder()
		r.ServeHTTP(w, req)
		fmt.Println(w.Body)
	}
	// Output:
	// 198.51.100.3:0
	// 203.0.113.9:5000
}
