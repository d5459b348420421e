package wend

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/internal/replace"
	"github.com/wend-go/wend/security"
)

// Provide lets every input of the scope, and of those below it, have a field of type T
// without a tag: f makes its value, once for a request and only where something wants
// it. In is declared like the input of a handler, without a body, and what it reads is
// documented with every operation that uses it; it may in turn have fields that other
// providers make.
//
//	wend.Provide(api, currentUser, wend.Secure(security.Bearer("JWT")))
//
// The nearest scope's provider of a type is the one that counts. Nearest to the route:
// what f itself asks for is looked for there as well, so a group that supplies another
// value changes what the providers of the scopes around it are given. Provide comes before
// the first route of its scope and of those below. It takes the options [Secure],
// [Errors] and [MapError], and panics with a *[RegistrationError].
func Provide[In, T any](r *Router, f func(context.Context, In) (T, error), opts ...Option) {
	fn := replace.Of(f)
	fn.Name = funcName(reflect.ValueOf(f))
	r.provide("Provide", fn, here(), opts)
}

// ProvideScoped is [Provide] for a value that has an end, such as a transaction. f
// returns it with a function that ends it, which may be nil.
//
// Values are made in the order of the fields that want them, each behind what it needs.
// The ends run in the reverse order, when the response is encoded and before its first
// byte is written. Each is told the error that the request fails with, or nil: so a
// commit that fails is still a clean error, and none begins after the client has gone or
// was told that it took too long. They run after a panic as well. Behind a stream they
// run after its last item.
func ProvideScoped[In, T any](r *Router, f func(context.Context, In) (T, func(error) error, error), opts ...Option) {
	fn := replace.OfScoped(f)
	fn.Name = funcName(reflect.ValueOf(f))
	r.provide("ProvideScoped", fn, here(), opts)
}

// Supply lets every input of the scope, and of those below it, have a field of type T
// without a tag that holds v. For an interface the type is given: wend.Supply[Store](r,
// v). Supply comes before the first route of its scope.
func Supply[T any](r *Router, v T) {
	r.provide("Supply", replace.OfValue(v), here(), nil)
}

// Require runs the provider of T, and what it needs, before the body of any request of
// the scope is read, whether or not a handler wants the value; the value must have the
// scopes. It is how a group is guarded. Router, group and route option.
func Require[T any](scopes ...string) Option {
	return &option{"Require", atScope, func(s *settings) error {
		s.guards = append(s.guards, guard{reflect.TypeFor[T](), scopes})
		return nil
	}}
}

// maxAlternatives bounds a requirement, so that its schemes fit the bits of a word.
const maxAlternatives = 32

// guard is what Require asks for.
type guard struct {
	typ    reflect.Type
	scopes []string
}

// Secure says that a provider enforces a security scheme. wend takes the credential out
// of the request and into a field of the provider's input, a [security.Token] or
// [security.UserPass]; where the requirement has several schemes, each has a field of
// its own with its name, as in `scheme:"apiKey"`. Without a credential the answer is 401
// before the provider runs, unless every field that wants the value is a pointer. The
// value must have the scopes, by its method HasScope(string) bool. Option of [Provide].
//
// A provider returns [security.ErrInvalid], perhaps wrapped, for a credential that is no
// good. What it returns is not looked for in the Errors and MapError of scopes, only in
// those given with it to Provide. A value that is a [slog.LogValuer] is the attribute
// "user" of the request's *slog.Logger.
func Secure(r security.Requirement, scopes ...string) Option {
	return &option{"Secure", atProvider, func(s *settings) error {
		switch {
		case r == nil:
			return fmt.Errorf("is given nil")
		case s.secured != nil:
			return fmt.Errorf("is given twice; use security.AnyOf or security.AllOf")
		}
		s.secured = &secured{r.Alternatives(), scopes}
		if n := len(s.secured.alternatives); n == 0 || n > maxAlternatives {
			return fmt.Errorf("is given %d alternatives; it takes from 1 to %d", n, maxAlternatives)
		}
		for _, alternative := range s.secured.alternatives {
			for _, scheme := range alternative {
				if err := scheme.Check(); err != nil {
					return fmt.Errorf("is given a scheme that cannot be used: %w", err)
				}
				if scope, ok := undeclared(scheme, scopes); ok {
					return fmt.Errorf("asks for the scope %q, which no flow of the scheme %q has; add it to the Scopes of one", scope, scheme.Name)
				}
			}
		}
		return nil
	}}
}

// secured is what Secure says.
type secured struct {
	alternatives [][]security.Scheme // none, where a test has replaced the provider
	scopes       []string
}

// provider is where the values of one type come from.
type provider struct {
	replace.Func
	scope       *Router
	place       callSite
	opts        *settings // what was given with it: Secure, Errors, MapError
	plan        *binding.Plan
	needs       []binding.Injection // without the credentials
	credentials []credential

	alternatives []uint64 // each a set of credentials that will do, as bits
}

// credential is a field of a provider's input that takes a scheme's credential.
type credential struct {
	scheme security.Scheme
	offset uintptr
}

func (p *provider) secure() bool   { return p.opts.secured != nil }
func (p *provider) supplied() bool { return p.Value != nil }

// String names the provider in a message.
func (p *provider) String() string { return fmt.Sprintf("%s, provided at %s", p.Out, p.place) }

var (
	tokenType    = reflect.TypeFor[security.Token]()
	userPassType = reflect.TypeFor[security.UserPass]()
)

// builtIn reports whether wend itself injects a type.
func builtIn(t reflect.Type) bool {
	return t == contextType || t == requestType || t == loggerType || t == tasksType
}

// provide registers a provider in a scope.
func (r *Router) provide(what string, fn replace.Func, site callSite, opts []Option) {
	c := r.core
	what = fmt.Sprintf("%s of %s", what, fn.Out)
	if !r.open(what, site) {
		return
	}
	if r.first != nil {
		c.refuseText(what, site, `r.Group("") for a scope of its own, or provide first`,
			"comes after the first route of its scope, registered at %s", r.first)
		return
	}
	p, problems := c.newProvider(fn, site, opts)
	p.scope = r
	if other := r.providers[fn.Out]; other != nil {
		problems = append(problems, binding.Problem{Text: fmt.Sprintf("is the second of its scope; the first is at %s", other.place)})
	}
	if len(problems) > 0 {
		c.refuse(what, site, problems)
		if p.plan == nil && !p.supplied() {
			return
		}
	}
	if r.providers == nil { // also of a mistaken one, whose routes are not to be blamed for it
		r.providers = map[reflect.Type]*provider{}
	}
	r.providers[fn.Out] = p
}

// newProvider compiles a provider and checks all that can be known without a route.
func (c *core) newProvider(fn replace.Func, site callSite, opts []Option) (*provider, binding.Problems) {
	p := &provider{Func: fn, place: site, opts: &settings{}}
	var problems binding.Problems
	say := func(write, format string, args ...any) {
		problems = append(problems, binding.Problem{Text: fmt.Sprintf(format, args...), Write: write})
	}
	for _, text := range p.opts.apply(atProvider, opts) {
		say("", "%s", text)
	}
	switch t := fn.Out; {
	case builtIn(t):
		say("", "gives a type that wend itself injects")
	case t == tokenType || t == userPassType:
		say("wend.Secure on a provider of what the credential stands for", "gives a credential, which wend takes out of the request")
	case isBasic(t):
		say("a type of your own, such as `type Tenant string`", "gives a type that says nothing about its values: every such field would be filled with it")
	case t.Kind() == reflect.Interface && t.NumMethod() == 0:
		say("a type with a method or a field", "gives an interface that every type implements")
	}
	if p.supplied() {
		if isNil(reflect.NewAt(fn.Out, fn.Value).Elem()) {
			say("", "is given nil, which every request would be given")
		}
		return p, problems
	}
	if fn.Call == nil {
		say("", "is given a nil function")
		return p, problems
	}
	if p.secure() && fn.Scoped {
		say("wend.Provide for who the client is, and wend.ProvideScoped for what is opened for it",
			"has both Secure and an end: what it opens would stay open while the body is read")
	}
	plan, more := c.set.Input(fn.In, binding.Config{Provider: true, Injects: mayBeProvided, CookieType: reflect.TypeFor[Cookie]()})
	problems = append(problems, more...)
	if len(more) > 0 {
		return p, problems
	}
	p.plan = plan
	return p, append(problems, p.sortNeeds()...)
}

// isNil reports whether a value is nothing to call: a nil pointer or function, or an
// interface that holds none or one of these.
func isNil(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Interface:
		return v.IsNil() || isNil(v.Elem())
	case reflect.Pointer, reflect.Func:
		return v.IsNil()
	}
	return false
}

// isBasic reports whether a type is predeclared, or struct{}.
func isBasic(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Struct:
		return t.PkgPath() == "" && t.NumField() == 0
	case reflect.Array, reflect.Slice, reflect.Map, reflect.Pointer, reflect.Func, reflect.Chan, reflect.Interface:
		return false
	}
	return t.PkgPath() == ""
}

// mayBeProvided reports whether a field of a type can be meant to be injected; whether
// it is is known at the route.
func mayBeProvided(t reflect.Type) bool { return !isBasic(t) }

// sortNeeds tells the credentials of a provider's input from what others provide.
func (p *provider) sortNeeds() (problems binding.Problems) {
	for _, n := range p.plan.Injections() {
		switch n.Type {
		case contextType:
			problems = append(problems, binding.Problem{Where: n.Where, Text: "may write the response, which a provider does not", Write: "*http.Request, or the source tags of what it reads"})
		case tokenType, userPassType:
			problems = append(problems, p.takeCredential(n)...)
		default:
			p.needs = append(p.needs, n)
		}
	}
	for _, s := range p.schemes() {
		if !slices.ContainsFunc(p.credentials, func(c credential) bool { return c.scheme.Name == s.Name }) && len(problems) == 0 {
			problems = append(problems, binding.Problem{
				Text:  fmt.Sprintf("states the scheme %q, and no field of %s takes its credential", s.Name, p.In),
				Write: fmt.Sprintf("`Credential %s`", credentialType(s)),
			})
		}
	}
	if len(problems) == 0 {
		p.combine()
	}
	return problems
}

// combine writes the alternatives of the requirement as sets of credentials.
func (p *provider) combine() {
	if !p.secure() {
		return
	}
	for _, alternative := range p.opts.secured.alternatives {
		var set uint64
		for i, c := range p.credentials {
			if slices.ContainsFunc(alternative, func(s security.Scheme) bool { return s.Name == c.scheme.Name }) {
				set |= 1 << i
			}
		}
		p.alternatives = append(p.alternatives, set)
	}
}

// schemes lists the schemes of the requirement, each once.
func (p *provider) schemes() (all []security.Scheme) {
	if !p.secure() {
		return nil
	}
	for _, alternative := range p.opts.secured.alternatives {
		for _, s := range alternative {
			if !slices.ContainsFunc(all, func(t security.Scheme) bool { return t.Name == s.Name }) {
				all = append(all, s)
			}
		}
	}
	return all
}

func credentialType(s security.Scheme) reflect.Type {
	if s.IsBasic() {
		return userPassType
	}
	return tokenType
}

// takeCredential finds the scheme whose credential a field takes.
func (p *provider) takeCredential(n binding.Injection) binding.Problems {
	if !p.secure() {
		return binding.Problems{credentialOutside(n)}
	}
	var fits []security.Scheme
	var names []string
	for _, s := range p.schemes() {
		if credentialType(s) == n.Type && (n.Scheme == "" || n.Scheme == s.Name) {
			fits, names = append(fits, s), append(names, fmt.Sprintf("`scheme:%q`", s.Name))
		}
	}
	switch {
	case len(fits) == 0 && n.Scheme != "":
		return binding.Problems{{Where: n.Where, Text: fmt.Sprintf("takes the credential of the scheme %q, which Secure does not have with a %s", n.Scheme, n.Type)}}
	case len(fits) == 0:
		return binding.Problems{{Where: n.Where, Text: fmt.Sprintf("is a %s, and no scheme of Secure has one", n.Type)}}
	case len(fits) > 1:
		return binding.Problems{{Where: n.Where, Text: "could take the credential of several schemes", Write: "one field each, with " + strings.Join(names, " and ")}}
	case slices.ContainsFunc(p.credentials, func(c credential) bool { return c.scheme.Name == fits[0].Name }):
		return binding.Problems{{Where: n.Where, Text: fmt.Sprintf("takes the credential of the scheme %q a second time", fits[0].Name)}}
	}
	p.credentials = append(p.credentials, credential{fits[0], n.Offset})
	return nil
}

// credentialOutside is the problem of a credential that no Secure provider takes.
func credentialOutside(n binding.Injection) binding.Problem {
	return binding.Problem{
		Where: n.Where, Text: "is a credential, which only a provider with wend.Secure is given",
		Write: "a field of the type that the provider gives",
	}
}

// providerOf finds the provider of a type: a client's replacement, else that of the
// nearest scope.
func (r *Router) providerOf(t reflect.Type, replaced map[reflect.Type]*provider) *provider {
	if p := replaced[t]; p != nil {
		return p
	}
	for at := r; at != nil; at = at.parent {
		if p := at.providers[t]; p != nil {
			return p
		}
	}
	return nil
}
