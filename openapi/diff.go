package openapi

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Change is one difference between two documents.
type Change struct {
	Breaking  bool   // a client that was right with the old document may fail with the new one
	Operation string // as in "GET /notes/{id}", by the new document where it is there
	Where     string // as in "query limit", "request /text", "response 200 header Location"; "" for the operation
	Text      string // as in "maximum is 50, was 100"
}

// String renders the change on a line.
func (c Change) String() string {
	text := c.Operation + ": "
	if c.Where != "" {
		text += c.Where + ": "
	}
	if c.Breaking {
		return "breaking: " + text + c.Text
	}
	return text + c.Text
}

// Diff lists what changed from one document to another, as far as clients can notice,
// sorted by operation and place. What a request may hold breaks clients by becoming
// narrower; what a response may hold, by becoming wider or by losing members. A change
// of a type is told once for each operation, at the first place that has the type.
// Texts, tags and examples are not compared.
func Diff(old, new *Document) []Change {
	d := &differ{}
	var err [2]error
	d.old, err[0] = treeOf(old)
	d.new, err[1] = treeOf(new)
	for _, err := range err {
		if err != nil {
			return []Change{{Breaking: true, Text: "a document cannot be written: " + err.Error()}}
		}
	}
	was, is := operationsOf(d.old), operationsOf(d.new)
	for _, key := range slices.Sorted(maps.Keys(was)) {
		before, after := was[key], is[key]
		d.operation = before.title
		if after.tree == nil {
			d.add(true, "", "the operation is gone")
			continue
		}
		d.operation = after.title
		d.operations(before.tree, after.tree)
	}
	for key, after := range is {
		if _, known := was[key]; !known {
			d.operation = after.title
			d.add(false, "", "the operation is new")
		}
	}
	slices.SortFunc(d.changes, func(a, b Change) int {
		return cmp.Or(strings.Compare(a.Operation, b.Operation), strings.Compare(a.Where, b.Where), strings.Compare(a.Text, b.Text))
	})
	return slices.Compact(d.changes)
}

// object is a JSON object. Comparing works on JSON, which shows what the clients of
// both documents see, however these were made.
type object = map[string]any

func treeOf(d *Document) (tree object, err error) {
	data, err := json.Marshal(d)
	if err == nil {
		err = json.Unmarshal(data, &tree)
	}
	return tree, err
}

// differ compares two documents.
type differ struct {
	old, new  object
	operation string
	changes   []Change
	seen      map[refPair]bool // compared in this operation
}

func (d *differ) add(breaking bool, where, format string, args ...any) {
	d.changes = append(d.changes, Change{breaking, d.operation, where, fmt.Sprintf(format, args...)})
}

// member returns a member that is an object, or nil.
func member(v any, names ...string) object {
	at, _ := v.(object)
	for _, name := range names {
		at, _ = at[name].(object)
	}
	return at
}

func textOf(v any) string { s, _ := v.(string); return s }

// resolve follows references within a document.
func resolve(doc object, v any) object {
	at, _ := v.(object)
	for range 32 { // a cycle of mere references leads nowhere
		ref, ok := strings.CutPrefix(textOf(at["$ref"]), "#/")
		if !ok {
			break
		}
		at = member(doc, strings.Split(ref, "/")...)
	}
	return at
}

// located is an operation with its name in messages.
type located struct {
	title string
	tree  object
}

// operationsOf finds the operations of a document by method and shape of path.
func operationsOf(doc object) map[string]located {
	all := map[string]located{}
	note := func(method, path, extra string, v any) {
		if tree, ok := v.(object); ok {
			title := strings.ToUpper(method) + " " + path + extra
			all[strings.ToUpper(method)+" "+shapeOf(path)+extra] = located{title, tree}
		}
	}
	for path, item := range member(doc, "paths") {
		for name, value := range member(item) {
			switch method, isExtension := strings.CutPrefix(name, "x-"); {
			case name == "additionalOperations" || name == "x-any":
				for method, o := range member(value) {
					note(method, path, "", o)
				}
			case name == "x-subtree":
				for method, o := range member(value) {
					note(method, path, " and below", o)
				}
			case isExtension && member(value, "responses") == nil:
			case isExtension || slices.Contains(methods[:], strings.ToUpper(name)):
				note(method, path, "", value)
			}
		}
	}
	return all
}

func (d *differ) operations(old, new object) {
	clear(d.seen)
	if was, is := textOf(old["operationId"]), textOf(new["operationId"]); was != is {
		d.add(false, "", "the operation id is %s, was %s: generated clients change", is, was)
	}
	if new["deprecated"] == true && old["deprecated"] != true {
		d.add(false, "", "the operation is deprecated")
	}
	const rules = "x-constraints" // between parameters
	d.assertions("request", input, object{rules: old[rules]}, object{rules: new[rules]})
	d.security(old, new)
	d.parameters(parametersOf(d.old, old), parametersOf(d.new, new))
	d.request(resolve(d.old, old["requestBody"]), resolve(d.new, new["requestBody"]))
	d.responses(member(old, "responses"), member(new, "responses"))
}

// security compares the alternatives of an operation's security; each that a client
// may have chosen must stay.
func (d *differ) security(old, new object) {
	alternatives := func(doc, o object) []string {
		list, own := o["security"].([]any)
		if !own {
			list, _ = doc["security"].([]any)
		}
		if len(list) == 0 {
			return []string{"{}"}
		}
		var texts []string
		for _, v := range list {
			text, _ := json.Marshal(v) // it was JSON before
			texts = append(texts, string(text))
		}
		return texts
	}
	was, is := alternatives(d.old, old), alternatives(d.new, new)
	for _, a := range was {
		if !slices.Contains(is, a) && !slices.Contains(is, "{}") {
			d.add(true, "security", "%s is no longer enough", a)
		}
	}
	for _, a := range is {
		if !slices.Contains(was, a) {
			d.add(false, "security", "%s is enough", a)
		}
	}
}

// parametersOf lists parameters by place and name; those of the path by position,
// since their names are never sent.
func parametersOf(doc, operation object) map[string]object {
	all := map[string]object{}
	list, _ := operation["parameters"].([]any)
	position := 0
	for _, v := range list {
		p := resolve(doc, v)
		name := textOf(p["name"])
		if p["in"] == "path" {
			position++
			name = strconv.Itoa(position)
		}
		if p["in"] == "header" {
			name = strings.ToLower(name)
		}
		all[textOf(p["in"])+" "+name] = p
	}
	return all
}

func (d *differ) parameters(old, new map[string]object) {
	for _, key := range slices.Sorted(maps.Keys(old)) {
		before := old[key]
		after, kept := new[key]
		where := textOf(before["in"]) + " " + textOf(before["name"])
		if !kept {
			d.add(true, where, "the parameter is gone")
			continue
		}
		d.required(where, before, after)
		for _, name := range [...]string{"style", "explode"} {
			if was, is := fmt.Sprint(before[name]), fmt.Sprint(after[name]); was != is {
				d.add(true, where, "is written in another way: %s is %s, was %s", name, is, was)
			}
		}
		d.schemas(where, input, sendable(d.old, before["schema"]), sendable(d.new, after["schema"]))
	}
	for key, after := range new {
		if _, known := old[key]; !known {
			isRequired := after["required"] == true
			d.add(isRequired, textOf(after["in"])+" "+textOf(after["name"]), "the parameter is new, and %s", optional(isRequired))
		}
	}
}

// sendable is the schema of a parameter without null, which no text is.
func sendable(doc object, schema any) any {
	s := maps.Clone(expand(doc, schema))
	delete(s, "null")
	if types := typesOf(s); len(types) > 1 {
		types = slices.DeleteFunc(types, func(t any) bool { return t == "null" })
		if s["type"] = types; len(types) == 1 {
			s["type"] = types[0]
		}
	}
	return s
}

func optional(isRequired bool) string {
	if isRequired {
		return "required"
	}
	return "optional"
}

// required compares whether a parameter or a body has to be there.
func (d *differ) required(where string, old, new object) {
	was, is := old["required"] == true, new["required"] == true
	if was != is {
		d.add(is, where, "is %s, was %s", optional(is), optional(was))
	}
}

func (d *differ) request(old, new object) {
	switch {
	case old == nil && new == nil:
		return
	case old == nil:
		isRequired := new["required"] == true
		d.add(isRequired, "request", "the body is new, and %s", optional(isRequired))
		return
	case new == nil:
		d.add(true, "request", "the body is gone")
		return
	}
	d.required("request", old, new)
	d.content("request", input, member(old, "content"), member(new, "content"))
}

// itemOf is what an item of a stream is, or the data of an event, however the version of
// the specification says it.
func itemOf(mediaType object) any {
	if data := member(mediaType, "itemSchema", "properties", "data")["contentSchema"]; data != nil {
		return data
	}
	if item := mediaType["itemSchema"]; item != nil {
		return item
	}
	return mediaType["x-item-schema"]
}

// content compares bodies by media type.
func (d *differ) content(where string, side direction, old, new object) {
	for _, name := range slices.Sorted(maps.Keys(old)) {
		after, kept := new[name].(object)
		if !kept {
			d.add(true, where, "the media type %s is gone", name)
			continue
		}
		before := member(old, name)
		d.schemas(where, side, before["schema"], after["schema"])
		d.schemas(where+" item", side, itemOf(before), itemOf(after))
	}
	for name := range new {
		if _, known := old[name]; !known {
			d.add(false, where, "the media type %s is new", name)
		}
	}
}

func (d *differ) responses(old, new object) {
	for _, status := range slices.Sorted(maps.Keys(old)) {
		v := old[status]
		before, after, where := resolve(d.old, v), resolve(d.new, new[status]), "response "+status
		if after == nil {
			d.add(!isPlanResponse(v), where, "the response is gone")
			continue
		}
		d.headers(where, member(before, "headers"), member(after, "headers"))
		d.content(where, output, member(before, "content"), member(after, "content"))
	}
	for status := range new {
		if _, known := old[status]; !known {
			d.add(false, "response "+status, "the response is new")
		}
	}
}

// isPlanResponse reports whether a response is one that only the input's rules cause:
// without them it cannot happen, and nobody misses it.
func isPlanResponse(v any) bool { return member(v)["$ref"] != nil }

func (d *differ) headers(where string, old, new object) {
	for _, name := range slices.Sorted(maps.Keys(old)) {
		before, at := resolve(d.old, old[name]), where+" header "+name
		after := resolve(d.new, new[name])
		switch {
		case after == nil:
			d.add(true, at, "the header is gone")
			continue
		case before["required"] == true && after["required"] != true:
			d.add(true, at, "the header may be absent")
		}
		d.schemas(at, output, before["schema"], after["schema"])
	}
	for name := range new {
		if _, known := old[name]; !known {
			d.add(false, where+" header "+name, "the header is new")
		}
	}
}
