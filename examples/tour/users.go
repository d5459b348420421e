package main

import (
	"context"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/security"
)

// sessionLife is how long a token is good for.
const sessionLife = 12 * time.Hour

var errNameTaken = &wend.Error{Status: http.StatusConflict, Code: "name_taken", Detail: "there is a user of this name"}

// A 401 says how to do better (RFC 9110 §15.5.2), the one of a login as well.
var errCredentials = &wend.Error{
	Status: http.StatusUnauthorized, Code: "bad_credentials", Detail: "there is no such user with this password",
	Header: http.Header{"Www-Authenticate": {security.Bearer("").Challenge("")}},
}

// user is who has sent a request.
type user struct {
	Name  string
	token [sha256.Size]byte
}

// LogValue is how the lines that the service logs for a request name the user.
func (u user) LogValue() slog.Value { return slog.StringValue(u.Name) }

type bearerInput struct {
	Token security.Token
	DB    *sql.DB
	Now   clock
}

// currentUser finds who a token was given to. It comes before anything else of the
// request is looked at, and so reads without a transaction.
func currentUser(ctx context.Context, in bearerInput) (user, error) {
	u := user{token: sha256.Sum256([]byte(in.Token.Reveal()))}
	err := in.DB.QueryRowContext(ctx, `SELECT user FROM sessions WHERE token = ? AND expires > ?`, u.token[:], in.Now().Unix()).
		Scan(&u.Name)
	if errors.Is(err, sql.ErrNoRows) {
		return user{}, security.ErrInvalid
	}
	return u, err
}

// credentials are a name and a password, which binding.Secret keeps out of logs.
type credentials struct {
	Name     string         `json:"name" validate:"required,max=50" pattern:"^[a-z][a-z0-9]*$" example:"ada"`
	Password binding.Secret `json:"password" validate:"required,min=8,max=200" example:"correct horse"`
}

// accounts holds what handlers of this file share.
type accounts struct{ rounds int }

type credentialsInput struct {
	DB   *sql.DB
	Now  clock
	Body credentials
}

// Account is a user as a client sees it.
type Account struct {
	Name string `json:"name"`
}

// signUp has no transaction: the one statement is one, and hashing would keep it open.
func (a accounts) signUp(ctx context.Context, in credentialsInput) (Account, error) {
	salt := make([]byte, 16)
	rand.Read(salt)
	hash, err := a.hash(in.Body.Password, salt)
	if err != nil {
		return Account{}, err
	}
	done, err := in.DB.ExecContext(ctx, `INSERT INTO users VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, in.Body.Name, salt, hash)
	if err != nil {
		return Account{}, err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return Account{}, errors.Join(err, errNameTaken)
	}
	return Account{in.Body.Name}, nil
}

// Session is a token and how long it is good for.
type Session struct {
	Token   string    `json:"token" doc:"send it as Authorization: Bearer"`
	Expires time.Time `json:"expires"`
}

// logIn gives a token for a password. An unknown name takes as long as a wrong password.
func (a accounts) logIn(ctx context.Context, in credentialsInput) (Session, error) {
	var salt, want []byte
	err := in.DB.QueryRowContext(ctx, `SELECT salt, password FROM users WHERE name = ?`, in.Body.Name).Scan(&salt, &want)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return Session{}, err
	}
	hash, err := a.hash(in.Body.Password, salt)
	if err != nil {
		return Session{}, err
	}
	if subtle.ConstantTimeCompare(hash, want) == 0 {
		return Session{}, errCredentials
	}
	s := Session{rand.Text(), in.Now().Add(sessionLife).UTC().Truncate(time.Second)}
	token := sha256.Sum256([]byte(s.Token))
	_, err = in.DB.ExecContext(ctx, `INSERT INTO sessions VALUES (?, ?, ?)`, token[:], in.Body.Name, s.Expires.Unix())
	return s, err
}

func (a accounts) hash(password binding.Secret, salt []byte) ([]byte, error) {
	return pbkdf2.Key(sha256.New, password.Reveal(), salt, a.rounds, sha256.Size)
}

type logOutInput struct {
	User user
	DB   *sql.DB
}

// logOut makes the token that it is called with worthless.
func logOut(ctx context.Context, in logOutInput) (wend.None, error) {
	_, err := in.DB.ExecContext(ctx, `DELETE FROM sessions WHERE token = ?`, in.User.token[:])
	return wend.None{}, err
}
