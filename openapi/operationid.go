package openapi

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// settleIDs gives each operation its id: the one it was given, or one made of method
// and pattern. Where two patterns make the same words, as /notes/{id} and
// /notes/by-id do, the plainer pattern has the short id and the others a longer one,
// so a new route never changes the id of an older one unless it is the plainer.
func (b *builder) settleIDs() {
	short := map[string][]*operationPlan{}
	for _, p := range b.plans {
		if p.id = p.op.ID; p.id == "" {
			id := operationID(p.route.Method(), p.route.Path())
			short[id] = append(short[id], p)
		}
	}
	for id, plans := range short {
		slices.SortFunc(plans, func(p, q *operationPlan) int {
			return cmp.Or(oddness(p.route.Path())-oddness(q.route.Path()), strings.Compare(p.route.Path(), q.route.Path()))
		})
		plans[0].id = id
		for _, p := range plans[1:] {
			p.id = longID(p.route.Method(), p.route.Path())
		}
	}
	owners := map[string]*operationPlan{}
	for _, p := range b.plans {
		if other := owners[p.id]; other != nil {
			b.mistake("%s at %s and %s at %s have the operation id %q; give one another with wend.OperationID",
				other.route.Pattern(), other.route.Site(), p.route.Pattern(), p.route.Site(), p.id)
		}
		owners[p.id] = p
	}
}

// operationID makes getNotesById of GET /notes/{id}.
func operationID(method, path string) string {
	id := cmp.Or(strings.ToLower(method), "any")
	for segment := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		switch name, ok := strings.CutPrefix(segment, "{"); {
		case segment == "{$}":
			id += "Index"
		case ok:
			id += "By" + capitalised(strings.TrimSuffix(strings.TrimSuffix(name, "}"), "..."))
		case segment == "":
			id += "Subtree" // the pattern ends with a slash
		default:
			id += capitalised(segment)
		}
	}
	return id
}

// longID keeps the segments of a path apart and their characters as they are.
func longID(method, path string) string {
	return cmp.Or(strings.ToLower(method), "any") + strings.NewReplacer("/", "__", "{", "by_", "}", "", "...", "_rest", "$", "index").Replace(path)
}

// oddness counts the characters of a path that an id drops.
func oddness(path string) int {
	odd := 0
	for _, r := range path {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("/{}", r) {
			odd++
		}
	}
	return odd
}

// capitalised joins the words of a segment, each with a capital.
func capitalised(segment string) string {
	var b strings.Builder
	upper := true
	for _, r := range segment {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			upper = true
			continue
		}
		if upper {
			r = unicode.ToUpper(r)
		}
		upper = false
		b.WriteRune(r)
	}
	return b.String()
}

// summary makes "Get note" of getNote, or of method and path for a closure.
func summary(handler, method, path string) string {
	words := wordsOf(handler)
	if len(words) == 0 {
		return method + " " + path
	}
	text := []rune(strings.Join(words, " "))
	text[0] = unicode.ToUpper(text[0])
	return string(text)
}

// wordsOf splits a Go name: "getHTTPStatus_v2" is "get", "HTTP", "status", "v2".
// Acronyms keep their capitals, with the s of a plural.
func wordsOf(name string) []string {
	var words []string
	for part := range strings.SplitSeq(name, "_") {
		runes := []rune(part)
		start := 0
		for i := 1; i <= len(runes); i++ {
			if i < len(runes) && !wordBegins(runes, i) {
				continue
			}
			words = append(words, lowerWord(runes[start:i]))
			start = i
		}
	}
	return slices.DeleteFunc(words, func(word string) bool { return word == "" })
}

// wordBegins reports whether a new word begins at i, where the rune before i is part
// of another.
func wordBegins(runes []rune, i int) bool {
	if !unicode.IsUpper(runes[i]) {
		return false
	}
	if !unicode.IsUpper(runes[i-1]) {
		return true
	}
	return i+1 < len(runes) && unicode.IsLower(runes[i+1]) && !isPlural(runes, i+1)
}

// isPlural reports whether the rune at i is the s of an acronym's plural.
func isPlural(runes []rune, i int) bool {
	return runes[i] == 's' && (i+1 == len(runes) || unicode.IsUpper(runes[i+1]))
}

func lowerWord(word []rune) string {
	text := string(word)
	if letters := strings.TrimSuffix(text, "s"); len([]rune(letters)) > 1 && letters == strings.ToUpper(letters) {
		return text // an acronym
	}
	return strings.ToLower(text)
}
