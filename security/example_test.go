package security_test

import (
	"fmt"
	"net/http/httptest"

	"github.com/wend-go/wend/security"
)

func ExampleScheme_Token() {
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Authorization", "Bearer abc123")
	token, err := security.Bearer("JWT").Token(r)
	fmt.Println(token, token.Reveal(), err)
	// Output: [redacted] abc123 <nil>
}

func ExampleAnyOf() {
	either := security.AnyOf(security.Bearer("JWT"), security.APIKey("header", "X-Key"))
	for _, alternative := range either.Alternatives() {
		fmt.Println(alternative[0].Name, alternative[0].Challenge(""))
	}
	// Output:
	// bearer Bearer
	// apiKey ApiKey in="header", name="X-Key"
}
