package wend

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/wend-go/wend/binding"
)

// settings is what the options of one scope said. Unset values are found in outer.
type settings struct {
	outer *settings // of the scope around; nil at the root

	middleware []Middleware
	tags       []string
	errors     []*Error
	mapError   []func(error) *Error
	format     *format // as the application gave it
	fallback   *format // of a router without one

	maxBody     *int64
	bodyTimeout *time.Duration
	bodyStall   *time.Duration
	timeout     *time.Duration

	hidden, deprecated   bool
	allowUnknown, strict bool

	name, summary, description, operationID string
	status                                  int
	examples                                []NamedExample

	guards  []guard
	secured *secured // of a provider

	router routerSettings
}

// routerSettings are the options that only a router has.
type routerSettings struct {
	outermost     []Middleware
	set           *binding.Set
	codecs        []binding.Codec
	logger        *slog.Logger
	dev           bool
	redirectSlash bool
	plainCookies  bool
	collect       bool
	onStart       []func(context.Context) error
	onStop        []stopHook
	onTask        []func(context.Context, time.Duration, error)
	drain         *drain
	cert, key     string
	server        []func(*http.Server)
	serveTLS      serveTLS
}

// stopHook is an OnStop function. It runs only when the OnStart functions that were
// given before it have succeeded.
type stopHook struct {
	run   func(context.Context) error
	after int
}

type drain struct{ timeout, delay time.Duration }

// apply runs options at a level; what is refused comes back as texts.
func (s *settings) apply(at level, opts []Option) (problems []string) {
	for _, opt := range opts {
		if opt == nil {
			problems = append(problems, "a nil option is given")
			continue
		}
		if other, ok := opt.(refuser); ok {
			problems = append(problems, other.Refusal().Error())
			continue
		}
		o := opt.option()
		if o.at&at == 0 {
			problems = append(problems, fmt.Sprintf("the option %s means nothing at %s", o.name, at))
			continue
		}
		if err := o.set(s); err != nil {
			problems = append(problems, fmt.Sprintf("the option %s %s", o.name, err))
		}
	}
	return problems
}

// refuser is an option of another package, which means something only there: Refusal
// says where, or what is wrong with it.
type refuser interface{ Refusal() error }

func (s *settings) find(is func(*settings) bool) *settings {
	for at := s; at != nil; at = at.outer {
		if is(at) {
			return at
		}
	}
	return nil
}

func (s *settings) any(is func(*settings) bool) bool { return s.find(is) != nil }

func duration(s *settings, get func(*settings) *time.Duration, otherwise time.Duration) time.Duration {
	if at := s.find(func(s *settings) bool { return get(s) != nil }); at != nil {
		return *get(at)
	}
	return otherwise
}

func (s *settings) limits() binding.Limits {
	l := binding.DefaultLimits()
	if given := s.givenMaxBody(); given > 0 {
		l.Body, l.Form = given, given
	}
	l.Timeout = duration(s, func(s *settings) *time.Duration { return s.bodyTimeout }, l.Timeout)
	l.Stall = duration(s, func(s *settings) *time.Duration { return s.bodyStall }, l.Stall)
	return l
}

// givenMaxBody is what MaxBody says, or 0.
func (s *settings) givenMaxBody() int64 {
	if at := s.find(func(s *settings) bool { return s.maxBody != nil }); at != nil {
		return *at.maxBody
	}
	return 0
}

// allTags lists the tags of the scopes, outermost first, each once.
func (s *settings) allTags() []string {
	var tags []string
	if s.outer != nil {
		tags = s.outer.allTags()
	}
	for _, tag := range s.tags {
		if !contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	return tags
}

func contains(list []string, word string) bool {
	for _, w := range list {
		if w == word {
			return true
		}
	}
	return false
}

// allErrors lists the declared errors, innermost scope first.
func (s *settings) allErrors() []*Error {
	var all []*Error
	for at := s; at != nil; at = at.outer {
		all = append(all, at.errors...)
	}
	return all
}
