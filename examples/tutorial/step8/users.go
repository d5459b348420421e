package main

import (
	"context"
	"crypto/sha256"
	"slices"

	"github.com/wend-go/wend/security"
)

// user is who has sent a request, as far as the token reaches.
type user struct {
	name   string
	scopes []string
}

// HasScope is what wend asks for the scopes of a field.
func (u user) HasScope(scope string) bool { return slices.Contains(u.scopes, scope) }

// users are found by the hash of their token, so that nobody who reads the table has one.
type users map[[sha256.Size]byte]user

func hash(token string) [sha256.Size]byte { return sha256.Sum256([]byte(token)) }

type bearer struct {
	Token security.Token
	Users users
}

func currentUser(_ context.Context, in bearer) (user, error) {
	u, found := in.Users[hash(in.Token.Reveal())]
	if !found {
		return user{}, security.ErrInvalid // 401, with the challenge of the scheme
	}
	return u, nil
}
