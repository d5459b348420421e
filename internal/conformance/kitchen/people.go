package kitchen

import (
	"context"
	"net/http"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/security"
)

// Person is who asks.
type Person struct {
	Name   string   `json:"name"`
	Email  string   `json:"email" validate:"email"`
	Scopes []string `json:"scopes"`
}

// HasScope reports how far a person's credential reaches.
func (p Person) HasScope(scope string) bool { return scope != "people:write" || p.Name == "admin" }

type tokenOnly struct{ Token security.Token }

type either struct {
	Key   security.Token `scheme:"apiKey"`
	Login security.UserPass
}

// Keyholder has a key, or a name and a password.
type Keyholder struct{ Name string }

type account struct{ Name string }

// HasScope is true: the account may do everything.
func (account) HasScope(string) bool { return true }

var errLocked = &wend.Error{Status: http.StatusForbidden, Code: "locked", Detail: "the account is locked"}

func whoIs(_ context.Context, in tokenOnly) (Person, error) {
	switch in.Token.Reveal() {
	case "secret":
		return Person{Name: "cook", Email: "cook@example.com", Scopes: []string{"people:read"}}, nil
	case "admin":
		return Person{Name: "admin", Email: "admin@example.com", Scopes: []string{"people:read", "people:write"}}, nil
	case "locked":
		return Person{}, errLocked
	}
	return Person{}, security.ErrInvalid
}

func keyholder(_ context.Context, in either) (Keyholder, error) {
	if in.Key.Reveal() == "secret" || in.Login.Password() == "secret" {
		return Keyholder{in.Login.User()}, nil
	}
	return Keyholder{}, security.ErrInvalid
}

func oauthAccount(_ context.Context, in tokenOnly) (account, error) {
	if in.Token.Reveal() != "secret" {
		return account{}, security.ErrInvalid
	}
	return account{"cook"}, nil
}

func (k *kitchen) addPeople(r *wend.Router) {
	wend.Provide(r, whoIs, wend.Secure(bearer), wend.Errors(errLocked))
	wend.Provide(r, keyholder, wend.Secure(security.AnyOf(apiKey, login)))
	wend.Provide(r, oauthAccount, wend.Secure(oauth, "people:read"))
	wend.Get(r, "/me", func(_ context.Context, in struct{ Who Person }) (Person, error) { return in.Who, nil },
		wend.Summary("Who I am"))
	wend.Put(r, "/me", func(_ context.Context, in struct {
		Who  Person `scopes:"people:write"`
		Body Person
	},
	) (Person, error) {
		return in.Body, nil
	}, wend.Summary("Change who I am"))
	wend.Get(r, "/maybe", func(_ context.Context, in struct{ Who *Person }) (wend.Text, error) {
		if in.Who == nil {
			return "nobody", nil
		}
		return wend.Text(in.Who.Name), nil
	}, wend.Summary("Who I am, if anybody"))
	wend.Get(r, "/key", func(_ context.Context, in struct{ Who Keyholder }) (wend.Text, error) {
		return wend.Text("holder " + in.Who.Name), nil
	}, wend.Summary("A key or a login"))
	wend.Get(r, "/account", func(context.Context, struct{ Who account }) (wend.None, error) { return wend.None{}, nil },
		wend.Summary("By OAuth"))
}
