package security

// Requirement is what a client has to send: one [Scheme], or several by [AnyOf] and
// [AllOf].
type Requirement interface {
	// Alternatives lists the combinations that will do: one of them is enough, and
	// all schemes of that one are needed. They are OpenAPI's security requirements.
	Alternatives() [][]Scheme
}

// Alternatives is the scheme alone.
func (s Scheme) Alternatives() [][]Scheme { return [][]Scheme{{s}} }

type anyOf []Requirement

// AnyOf is met by any one of several requirements. They are tried in the order given,
// and the first whose credentials are there is used.
func AnyOf(rs ...Requirement) Requirement { return anyOf(rs) }

// Alternatives lists those of each requirement.
func (rs anyOf) Alternatives() (all [][]Scheme) {
	for _, r := range rs {
		all = append(all, r.Alternatives()...)
	}
	return all
}

type allOf []Requirement

// AllOf is met by all of several requirements together.
func AllOf(rs ...Requirement) Requirement { return allOf(rs) }

// Alternatives combines each alternative of a requirement with each of the others.
func (rs allOf) Alternatives() [][]Scheme {
	all := [][]Scheme{nil}
	for _, r := range rs {
		var next [][]Scheme
		for _, begun := range all {
			for _, more := range r.Alternatives() {
				next = append(next, append(append([]Scheme(nil), begun...), more...))
			}
		}
		all = next
	}
	return all
}
