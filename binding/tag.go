package binding

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// A validate tag is
//
//	tag   = rule *("," rule)     rule = alt *("|" alt)     alt = name ["=" param]
//
// with 0x2C for a comma and 0x7C for a bar inside a param. Rules after "dive"
// are for the elements; "keys … endkeys" directly after it are for a map's keys.

// use is one rule as written: name, and param when there is an "=".
type use struct {
	name     string
	param    string
	hasParam bool
	alts     []use // of a|b; name is then ""
}

func (u use) String() string {
	if len(u.alts) > 0 {
		parts := make([]string, len(u.alts))
		for i, a := range u.alts {
			parts[i] = a.String()
		}
		return strings.Join(parts, "|")
	}
	if u.hasParam {
		return u.name + "=" + u.param
	}
	return u.name
}

// uses are the rules of one level, and below it those of elements and keys.
type uses struct {
	own  []use
	dive *uses
	keys *uses
}

// none reports whether no rule stands at a place or below it.
func (u *uses) none() bool { return len(u.own) == 0 && u.dive == nil }

// parse reads a validate tag once: types repeat their tags. What it returns is
// shared, so nothing may change it.
func (s *Set) parse(tag string, at site) *uses {
	if u, ok := s.parsed[tag]; ok {
		return u
	}
	u, err := parseRules(tag)
	if err != nil {
		at.problem("", "%s", err)
		return u
	}
	if s.parsed == nil {
		s.parsed = map[string]*uses{}
	}
	s.parsed[tag] = u
	return u
}

// parseRules reads the text of a validate tag.
func parseRules(tag string) (*uses, error) {
	top := &uses{}
	if tag == "" {
		return top, nil
	}
	level := top
	var outer *uses // the level that "endkeys" returns to
	words := strings.Split(tag, ",")
	for i, word := range words {
		word = strings.TrimSpace(word)
		switch {
		case word == "":
			return top, fmt.Errorf("has an empty rule at position %d", i+1)
		case word == "dive":
			if outer != nil {
				return top, fmt.Errorf("has dive between keys and endkeys")
			}
			if level.dive != nil {
				return top, fmt.Errorf("has dive twice at one level")
			}
			level.dive = &uses{}
			level = level.dive
		case word == "keys":
			if i == 0 || strings.TrimSpace(words[i-1]) != "dive" {
				return top, fmt.Errorf("has keys that do not follow dive")
			}
			outer, level.keys = level, &uses{}
			level = level.keys
		case word == "endkeys":
			if outer == nil {
				return top, fmt.Errorf("has endkeys without keys")
			}
			level, outer = outer, nil
		default:
			u, err := parseUse(word)
			if err != nil {
				return top, err
			}
			level.own = append(level.own, u)
		}
	}
	if outer != nil {
		return top, fmt.Errorf("has keys without endkeys")
	}
	return top, nil
}

func parseUse(word string) (use, error) {
	var alts []use
	for alt := range strings.SplitSeq(word, "|") {
		name, param, hasParam := strings.Cut(alt, "=")
		if name == "" {
			return use{}, fmt.Errorf("has a rule without a name in %q", word)
		}
		param = strings.ReplaceAll(strings.ReplaceAll(param, "0x2C", ","), "0x7C", "|")
		alts = append(alts, use{name: name, param: param, hasParam: hasParam})
	}
	if len(alts) == 1 {
		return alts[0], nil
	}
	return use{alts: alts}, nil
}

// splitList separates a param at blanks; 'two words' stay together.
func splitList(param string) ([]string, error) {
	var items []string
	for rest := strings.TrimLeft(param, " "); rest != ""; rest = strings.TrimLeft(rest, " ") {
		if rest[0] != '\'' {
			item, after, _ := strings.Cut(rest, " ")
			items, rest = append(items, item), after
			continue
		}
		item, after, closed := strings.Cut(rest[1:], "'")
		if !closed {
			return nil, fmt.Errorf("has a quote that is not closed")
		}
		items, rest = append(items, item), after
	}
	return items, nil
}

// lookup is tag.Lookup. Optimization: most fields lack most keys, and a search for the
// key's letters says so in a tenth of the time; it was an eighth of a registration.
func lookup(tag reflect.StructTag, key string) (value string, ok bool) {
	at := strings.Index(string(tag), key)
	if at < 0 {
		return "", false
	}
	if before, rest := string(tag[:at]), string(tag[at+len(key):]); beginsKey(before) && strings.HasPrefix(rest, `:"`) {
		value, _, ok = strings.Cut(rest[2:], `"`)
		if ok && strings.IndexByte(value, '\\') < 0 {
			return value, true
		}
	}
	return tag.Lookup(key)
}

// beginsKey reports whether what follows text in a tag must be a key: it is the first,
// or there is the end of a value before it.
func beginsKey(text string) bool {
	n := len(text)
	return n == 0 || n >= 3 && text[n-1] == ' ' && text[n-2] == '"' && text[n-3] != '\\'
}

// textOf is the value of a key, or "".
func textOf(tag reflect.StructTag, key string) string {
	value, _ := lookup(tag, key)
	return value
}

// Source says where a field's value comes from.
type Source string

// The sources of a field, in the order in which problems are listed.
const (
	Path   Source = "path"
	Query  Source = "query"
	Header Source = "header"
	Cookie Source = "cookie"
	Form   Source = "form"
	Body   Source = "body"
)

var sources = []Source{Path, Query, Header, Cookie, Form}

// rank orders problems and parameters by source; the body is last.
func (s Source) rank() int {
	if i := slices.Index(sources, s); i >= 0 {
		return i
	}
	return len(sources)
}

// sourceTag is a parsed source tag: `query:"tags,csv"`.
type sourceTag struct {
	source  Source
	name    string
	options []string
}

func (t sourceTag) has(option string) bool { return slices.Contains(t.options, option) }

// sourceOf reads the source tag of f; ok is false when it has none. A body tag,
// and a field named Body without a json tag, is the body.
func sourceOf(f reflect.StructField, at site) (tag sourceTag, ok bool) {
	for _, s := range sources {
		text, present := lookup(f.Tag, string(s))
		if !present {
			continue
		}
		if ok {
			at.problem(fmt.Sprintf("%s:%q", tag.source, tag.name), "has two sources, %s and %s", tag.source, s)
			continue
		}
		parts := strings.Split(text, ",")
		tag, ok = sourceTag{s, parts[0], parts[1:]}, true
		if tag.name == "" {
			at.problem(fmt.Sprintf(`%s:"%s"`, s, strings.ToLower(f.Name)), "has an empty name in its %s tag", s)
		}
	}
	text, hasBody := lookup(f.Tag, "body")
	_, hasJSON := lookup(f.Tag, "json")
	if !hasBody && (f.Name != "Body" || hasJSON || f.Anonymous) {
		return tag, ok
	}
	if ok {
		if hasBody {
			at.problem(fmt.Sprintf("%s:%q", tag.source, tag.name), "has two sources, %s and body", tag.source)
		}
		return tag, ok
	}
	tag = sourceTag{source: Body}
	if text != "" {
		for mediaType := range strings.SplitSeq(text, ",") {
			tag.options = append(tag.options, strings.TrimSpace(mediaType))
		}
	}
	return tag, true
}

// checkOptions refuses tag options that mean nothing at their source.
func checkOptions(t sourceTag, at site) {
	if len(t.options) == 0 {
		return
	}
	allowed := map[Source][]string{
		Path:   {"deprecated", "hidden"},
		Query:  {"csv", "deepObject", "deprecated", "hidden"},
		Header: {"deprecated", "hidden"},
		Cookie: {"deprecated", "hidden"},
		Form:   {"json", "deprecated", "hidden"},
	}[t.source]
	if t.source == Body {
		return
	}
	for _, option := range t.options {
		if !slices.Contains(allowed, option) {
			at.problem("", "has the option %q, which means nothing in a %s tag (there are: %s)",
				option, t.source, strings.Join(allowed, ", "))
		}
	}
}
