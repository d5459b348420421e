package openapi

import (
	"cmp"
	"net/http"
	"reflect"
	"slices"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/security"
)

// inputs are the parts of a request that an operation reads: its own, and those that
// its providers read. What several read has one plan, and is documented once.
func (b *builder) inputs(op *wend.Operation) []binding.Field {
	all := b.fieldsOf(op.In)
	for _, p := range op.Providers {
		if p.In == nil {
			continue
		}
		for f := range p.In.Fields() {
			if !slices.ContainsFunc(all, func(other binding.Field) bool { return other.In == f.In && other.Name == f.Name }) {
				all = append(all, f)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b binding.Field) int { return cmp.Compare(sourceRank(a.In), sourceRank(b.In)) })
	return all
}

// fieldsOf lists the parts of a plan. Each is large, and takes a schema to make.
//
// Optimization: they are made once, and copied to where they just fit.
func (b *builder) fieldsOf(p *binding.Plan) []binding.Field {
	b.fields = slices.AppendSeq(b.fields[:0], p.Fields())
	return slices.Clone(b.fields)
}

// sourceRank orders the sources as a plan does.
func sourceRank(s binding.Source) int {
	return slices.Index([]binding.Source{binding.Path, binding.Query, binding.Header, binding.Cookie, binding.Form, binding.Body}, s)
}

// constraintsOf are the rules between parameters, of the input and of providers.
func constraintsOf(op *wend.Operation) []map[string]any {
	all := op.In.Constraints()
	for _, p := range op.Providers {
		if p.In == nil {
			continue
		}
		for _, note := range p.In.Constraints() {
			if !slices.ContainsFunc(all, func(other map[string]any) bool { return reflect.DeepEqual(other, note) }) {
				all = append(all, note)
			}
		}
	}
	return all
}

// security documents what an operation asks for, and the schemes once for all.
func (b *builder) security(o *Operation, p *operationPlan) {
	for _, alternative := range p.op.Security {
		need := SecurityNeed{}
		for _, c := range alternative {
			b.scheme(c.Scheme, p)
			scopes := slices.Sorted(slices.Values(c.Scopes))
			if scopes == nil {
				scopes = []string{} // OpenAPI wants a list
			}
			need[c.Scheme.Name] = scopes
		}
		if !slices.ContainsFunc(o.Security, func(other SecurityNeed) bool { return reflect.DeepEqual(other, need) }) {
			o.Security = append(o.Security, need)
		}
	}
}

// scheme adds a security scheme to the components.
func (b *builder) scheme(s security.Scheme, p *operationPlan) {
	if known, taken := b.schemes[s.Name]; taken {
		if !reflect.DeepEqual(known.scheme, s) {
			b.mistake("%s at %s has another security scheme of the name %q than %s at %s; give one another name with its method Named",
				p.route.Pattern(), p.route.Site(), s.Name, known.route.Pattern(), known.route.Site())
		}
		return
	}
	b.schemes = put(b.schemes, s.Name, usedScheme{s, p.route})
}

// usedScheme is a scheme with the first route that uses it.
type usedScheme struct {
	scheme security.Scheme
	route  *wend.Route
}

// securitySchemes converts every scheme.
func (b *builder) securitySchemes() map[string]*SecurityScheme {
	var all map[string]*SecurityScheme
	for name, used := range b.schemes {
		s := used.scheme
		out := &SecurityScheme{
			Type: s.Kind, Description: s.Description, Scheme: s.HTTPScheme, BearerFormat: s.BearerFormat,
			In: s.In, Name: s.Param, OpenIDConnectURL: s.URL,
		}
		for kind, flow := range map[string]*security.Flow{
			"authorizationCode": s.Flows.AuthorizationCode, "clientCredentials": s.Flows.ClientCredentials,
			"password": s.Flows.Password, "implicit": s.Flows.Implicit,
		} {
			if flow == nil {
				continue
			}
			scopes := flow.Scopes
			if scopes == nil {
				scopes = map[string]string{} // OpenAPI wants an object
			}
			out.Flows = put(out.Flows, kind, &OAuthFlow{flow.AuthorizationURL, flow.TokenURL, flow.RefreshURL, scopes})
		}
		all = put(all, name, out)
	}
	return all
}

// challengeHeader is what a 401 and a 403 by security carry (RFC 9110 §11.6.1).
func challengeHeader(status int) map[string]*Head {
	if status != http.StatusUnauthorized && status != http.StatusForbidden {
		return nil
	}
	return map[string]*Head{"WWW-Authenticate": {
		Description: "What credential is asked for", Schema: &Schema{Type: "string"},
	}}
}
