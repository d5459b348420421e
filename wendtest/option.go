package wendtest

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/wend-go/wend/internal/replace"
)

// Option configures a client, or a single request. What is given to a request
// overrides, name by name, what the client has; within one call a name may be given
// several times.
type Option interface{ apply(*settings) error }

type option func(*settings) error

func (o option) apply(s *settings) error { return o(s) }

// settings is what the options of one call said.
type settings struct {
	header  http.Header
	query   []pair
	cookies []pair
	host    string
	ctx     context.Context

	replaced map[reflect.Type]replace.Func
}

type pair struct{ name, value string }

// collect applies options to empty settings.
func collect(opts []Option) (settings, error) {
	s := settings{header: http.Header{}}
	for _, opt := range opts {
		if opt == nil {
			return s, errors.New("an option is nil")
		}
		if err := opt.apply(&s); err != nil {
			return s, err
		}
	}
	return s, nil
}

// override returns s with what inner says instead.
func (s settings) override(inner settings) settings {
	s.header = s.header.Clone()
	maps.Copy(s.header, inner.header)
	s.query = supersede(s.query, inner.query)
	s.cookies = supersede(s.cookies, inner.cookies)
	if inner.host != "" {
		s.host = inner.host
	}
	if inner.ctx != nil {
		s.ctx = inner.ctx
	}
	if inner.replaced != nil {
		all := maps.Clone(inner.replaced)
		for typ, fn := range s.replaced {
			if _, again := all[typ]; !again {
				all[typ] = fn
			}
		}
		s.replaced = all
	}
	return s
}

// supersede returns outer without the names of inner, followed by inner.
func supersede(outer, inner []pair) []pair {
	var all []pair
	for _, p := range outer {
		if !slices.ContainsFunc(inner, func(q pair) bool { return q.name == p.name }) {
			all = append(all, p)
		}
	}
	return append(all, inner...)
}

// Header sends a header. The Host has an option of its own, [Host]; Content-Length and
// Transfer-Encoding follow from the body. A Cookie header replaces the client's cookies.
func Header(name, value string) Option {
	return option(func(s *settings) error {
		key := http.CanonicalHeaderKey(name)
		switch {
		case !isToken(name):
			return fmt.Errorf("%q is no name of a header", name)
		case strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }):
			return fmt.Errorf("the value of the header %s has a control character", key)
		case key == "Host":
			return errors.New("the host is given with wendtest.Host")
		case key == "Content-Length", key == "Transfer-Encoding":
			return fmt.Errorf("the header %s follows from the body", key)
		}
		s.header.Add(key, value)
		return nil
	})
}

// ContentType sends the media type of the body, in place of the one that the body's
// type implies.
func ContentType(mediaType string) Option { return Header("Content-Type", mediaType) }

// Bearer sends a bearer token.
func Bearer(token string) Option { return Header("Authorization", "Bearer "+token) }

// Basic sends a user's name and password.
func Basic(user, password string) Option {
	credentials := base64.StdEncoding.EncodeToString([]byte(user + ":" + password))
	return Header("Authorization", "Basic "+credentials)
}

// Query adds a query parameter behind those of the path. The value is text, a bool, a
// number, a time.Duration, an encoding.TextMarshaler, a pointer to one of these, or a
// slice, which repeats the name; nil and an empty slice send nothing.
func Query(name string, value any) Option {
	return option(func(s *settings) error {
		values, err := texts(value)
		if err != nil {
			return fmt.Errorf("the query parameter %s: %w", name, err)
		}
		for _, v := range values {
			s.query = append(s.query, pair{name, v})
		}
		return nil
	})
}

// Cookie sends a cookie. Given to a request, it goes before a cookie of that name that
// the client keeps; given to a client, it is sent until the handler sets or expires one
// of that name.
func Cookie(name, value string) Option {
	return option(func(s *settings) error {
		if err := (&http.Cookie{Name: name, Value: value}).Valid(); err != nil {
			return fmt.Errorf("the cookie %s: %w", name, err)
		}
		s.cookies = append(s.cookies, pair{name, value})
		return nil
	})
}

// Context sets the context that the request's one descends from, in place of the
// test's. Its end is what a handler sees when a client goes away.
func Context(ctx context.Context) Option {
	return option(func(s *settings) error {
		if ctx == nil {
			return errors.New("the context is nil")
		}
		s.ctx = ctx
		return nil
	})
}

// Host sets the host that the request is for, which is example.com otherwise.
func Host(host string) Option {
	return option(func(s *settings) error {
		if host == "" || strings.ContainsAny(host, "/ ") {
			return fmt.Errorf("%q is no host", host)
		}
		s.host = host
		return nil
	})
}

// isToken reports whether s is a token of RFC 9110 §5.6.2, as methods and names of
// headers are.
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		if !letter && (c < '0' || c > '9') && !strings.ContainsRune("!#$%&'*+-.^_`|~", rune(c)) {
			return false
		}
	}
	return s != ""
}
