package wend

import (
	"net/http"
	"reflect"
	"slices"

	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/security"
)

// Provider is what an operation says about a value that it is given.
type Provider struct {
	Type   reflect.Type  // of the value
	In     *binding.Plan // what is read of a request for it; nil for a supplied value
	Site   string        // file:line of its registration
	Scoped bool          // it has an end
	Secure bool          // it enforces what Operation.Security states
}

// Credential is a security scheme with the scopes that an operation asks of it.
type Credential struct {
	Scheme security.Scheme
	Scopes []string
}

// describeProviders fills in what providers and guards add to an operation.
func (rt *Route) describeProviders(o *Operation) {
	all := slices.Clone(rt.guards)
	slices.Reverse(all) // as they run
	if rt.typed != nil {
		all = append(all, rt.typed)
	}
	var steps []*step
	for _, op := range all {
		if op.needs == nil {
			continue
		}
		for _, p := range op.needs.supplied {
			o.Providers = append(o.Providers, Provider{Type: p.Out, Site: p.place.String()})
		}
		for i := range op.needs.steps {
			steps = append(steps, &op.needs.steps[i])
		}
	}
	for _, s := range steps {
		p := s.p
		o.Providers = append(o.Providers, Provider{p.Out, p.plan, p.place.String(), p.Scoped, p.secure()})
		o.Errors = append(o.Errors, p.opts.errors...)
		if len(p.credentials) > 0 {
			o.Security = combine(o.Security, s)
			o.refuses(http.StatusUnauthorized)
		}
		if len(s.scopes) > 0 {
			o.refuses(http.StatusForbidden)
		}
	}
}

func (o *Operation) refuses(status int) {
	if !slices.Contains(o.Refusals, status) {
		o.Refusals = append(o.Refusals, status)
	}
}

// combine adds the alternatives of a step to those of the steps before it: a request has
// to meet one of each.
func combine(before [][]Credential, s *step) (all [][]Credential) {
	var own [][]Credential
	for _, schemes := range s.p.opts.secured.alternatives {
		var alternative []Credential
		for _, scheme := range schemes {
			alternative = append(alternative, Credential{scheme, s.scopes})
		}
		own = append(own, alternative)
	}
	if s.optional {
		own = append(own, []Credential{})
	}
	if before == nil {
		return own
	}
	for _, first := range before {
		for _, second := range own {
			all = append(all, mergeCredentials(first, second))
		}
	}
	return all
}

// mergeCredentials joins two alternatives; a scheme of both has the scopes of both.
func mergeCredentials(a, b []Credential) []Credential {
	all := slices.Clone(a)
	for _, c := range b {
		i := slices.IndexFunc(all, func(other Credential) bool { return other.Scheme.Name == c.Scheme.Name })
		if i < 0 {
			all = append(all, c)
			continue
		}
		for _, scope := range c.Scopes {
			if !slices.Contains(all[i].Scopes, scope) {
				all[i].Scopes = append(slices.Clip(all[i].Scopes), scope)
			}
		}
	}
	return all
}
