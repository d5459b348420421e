package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/security"
)

// scope is how far a token reaches.
type scope string

const (
	canRead  scope = "notes:read"
	canWrite scope = "notes:write"
)

// Enum lists the scopes that there are.
func (scope) Enum() []scope { return []scope{canRead, canWrite} }

// user is who has sent a request, as far as the token reaches.
type user struct {
	id     int64
	name   string
	scopes []string
}

// HasScope is what wend asks for the scopes of a field or of wend.Require.
func (u user) HasScope(s string) bool { return slices.Contains(u.scopes, s) }

// LogValue puts the user into each line that a handler logs.
func (u user) LogValue() slog.Value { return slog.StringValue(u.name) }

// bearer is what currentUser needs: it has the shape of a handler's input. It is given
// the token without the word Bearer, and prints it as [redacted].
type bearer struct {
	Token security.Token
}

// currentUser finds the user of a token. It runs before anything else of the request is
// looked at, so a stranger learns nothing from what would be wrong with his body.
func (a api) currentUser(ctx context.Context, in bearer) (user, error) {
	hash := sha256.Sum256([]byte(in.Token.Reveal()))
	var u user
	var scopes string
	err := a.db.QueryRowContext(ctx,
		`SELECT u.id, u.name, t.scopes FROM tokens t JOIN users u ON u.id = t.user_id WHERE t.hash = ? AND t.made_at > ?`,
		hash[:], time.Now().Add(-tokenLife).UnixMilli()).
		Scan(&u.id, &u.name, &scopes)
	if errors.Is(err, sql.ErrNoRows) {
		return user{}, security.ErrInvalid // 401, with the challenge of the scheme
	}
	u.scopes = strings.Fields(scopes)
	return u, err
}

// tokenLife is how long a token is good.
const tokenLife = 30 * 24 * time.Hour

// newToken makes a token and keeps its hash. A token is 128 random bits, so one round of
// SHA-256 is enough: unlike a password, it cannot be guessed.
func newToken(ctx context.Context, q querier, user int64, scopes []scope) (string, error) {
	token := rand.Text()
	hash := sha256.Sum256([]byte(token))
	words := make([]string, len(scopes))
	for i, s := range scopes {
		words[i] = string(s)
	}
	_, err := q.ExecContext(ctx, `INSERT INTO tokens (hash, user_id, scopes, made_at) VALUES (?, ?, ?, ?)`,
		hash[:], user, strings.Join(words, " "), time.Now().UnixMilli())
	return token, err
}

// tokenOf makes a token for a user by name, with all scopes.
func tokenOf(ctx context.Context, db *sql.DB, name string) (string, error) {
	var id int64
	if err := db.QueryRowContext(ctx, `SELECT id FROM users WHERE name = ?`, name).Scan(&id); err != nil {
		return "", err
	}
	return newToken(ctx, db, id, []scope{canRead, canWrite})
}

type me struct {
	Name   string   `json:"name"`
	Scopes []string `json:"scopes"`
}

// whoami says whom the token stands for, whatever its scopes.
func (a api) whoami(_ context.Context, in struct{ User user }) (me, error) {
	return me{in.User.name, in.User.scopes}, nil
}

var errScopeTooFar = &wend.Error{
	Status: http.StatusForbidden, Code: "scope_too_far", Detail: "a token cannot give more than it has itself",
}

type newTokenInput struct {
	User user
	Tx   *sql.Tx
	Body struct {
		Scopes []scope `json:"scopes" validate:"required,min=1,unique" doc:"how far the new token reaches"`
	}
}

type tokenMade struct {
	Status int `status:"201"`
	Body   struct {
		Token string `json:"token" doc:"shown this once; only its hash is kept"`
	}
}

// createToken makes a token that reaches as far as the client's own, or less far.
func (a api) createToken(ctx context.Context, in newTokenInput) (out tokenMade, err error) {
	for _, s := range in.Body.Scopes {
		if !in.User.HasScope(string(s)) {
			return out, errScopeTooFar
		}
	}
	out.Body.Token, err = newToken(ctx, in.Tx, in.User.id, in.Body.Scopes)
	return out, err
}
