package security_test

import (
	"fmt"
	"net/http/httptest"

	"github.com/wend-go/wend/security"
)

// A token prints as [redacted] wherever it goes; Reveal is the one way to its text.
func ExampleToken() {
	token := security.NewToken("abc123")
	fmt.Println(token, fmt.Sprintf("%#v", token), token.Reveal(), token.IsZero())
	// Output: [redacted] [redacted] abc123 false
}

func ExampleUserPass() {
	r := httptest.NewRequest("GET", "/", nil)
	r.SetBasicAuth("ada", "secret")
	login, err := security.Basic("books").UserPass(r)
	fmt.Println(login, login.User(), login.Password(), err)
	// Output: [redacted] ada secret <nil>
}

func ExampleNewUserPass() {
	login := security.NewUserPass("ada", "secret") // for a test that calls a provider
	fmt.Println(login.User(), login.Password())
	// Output: ada secret
}

func ExampleNewToken() {
	fmt.Println(security.NewToken("abc123").Reveal())
	// Output: abc123
}

func ExampleBearer() {
	s := security.Bearer("JWT")
	fmt.Println(s.Name, s.HTTPScheme, s.BearerFormat)
	fmt.Println(s.Challenge(security.InvalidToken))
	// Output:
	// bearer bearer JWT
	// Bearer error="invalid_token"
}

func ExampleBasic() {
	fmt.Println(security.Basic("books").Challenge(""))
	// Output: Basic realm="books", charset="UTF-8"
}

func ExampleAPIKey() {
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("X-Api-Key", "k1")
	key, err := security.APIKey("header", "X-Api-Key").Token(r)
	fmt.Println(key.Reveal(), err)
	// Output: k1 <nil>
}

func ExampleOAuth2() {
	s := security.OAuth2(security.Flows{ClientCredentials: &security.Flow{
		TokenURL: "https://id.example/token", Scopes: map[string]string{"books:write": "add books"},
	}})
	fmt.Println(s.Name, s.Check())
	// Output: oauth2 <nil>
}

func ExampleFlow() {
	flow := &security.Flow{Scopes: map[string]string{"books:write": "add books"}}
	fmt.Println(security.OAuth2(security.Flows{ClientCredentials: flow}).Check())
	// Output: the scheme "oauth2" has a flow without a TokenURL
}

func ExampleFlows() {
	flows := security.Flows{AuthorizationCode: &security.Flow{
		AuthorizationURL: "https://id.example/authorize", TokenURL: "https://id.example/token",
	}}
	fmt.Println(security.OAuth2(flows).Check())
	// Output: <nil>
}

func ExampleOpenIDConnect() {
	s := security.OpenIDConnect("https://id.example/.well-known/openid-configuration")
	fmt.Println(s.Name, s.Check())
	// Output: openId <nil>
}

func ExampleAllOf() {
	both := security.AllOf(security.Bearer(""), security.APIKey("header", "X-Key"))
	for _, alternative := range both.Alternatives() {
		for _, s := range alternative {
			fmt.Println(s.Name)
		}
	}
	// Output:
	// bearer
	// apiKey
}

// A requirement is one scheme, or several with AnyOf and AllOf.
func ExampleRequirement() {
	var r security.Requirement = security.AnyOf(security.Bearer(""), security.Basic("books"))
	fmt.Println(len(r.Alternatives()), "alternatives")
	// Output: 2 alternatives
}
