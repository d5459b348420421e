package openapi

import (
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/wend-go/wend/binding"
)

// Comments describes operations, types and their members by doc comments, where nothing
// else does. The command openapi/comments writes the maps, one for each package:
//
//	//go:generate go run github.com/wend-go/wend/openapi/comments
//
//	docs.Mount(r, info, openapi.Comments(docComments(), shop.DocComments()))
//
// A key is the full name of a function, method, type or field, as in
// "example.com/shop.(*store).getNote" and "example.com/shop.Note.Text". A comment that
// begins with the name of its function loses it: "getNote reads a note." is "Reads a
// note."
func Comments(comments ...map[string]string) Option {
	return newOption(func(b *builder) error {
		for _, m := range comments {
			for key, text := range m {
				b.comments = put(b.comments, key, text)
			}
		}
		return nil
	})
}

// handlerComment describes an operation.
func (b *builder) handlerComment(p *operationPlan) string {
	name := funcKey(p.op.Func)
	text := b.comments[name]
	rest, named := strings.CutPrefix(text, name[strings.LastIndexByte(name, '.')+1:]+" ")
	if text == "" || !named {
		return text
	}
	first, size := utf8.DecodeRuneInString(rest)
	return string(unicode.ToUpper(first)) + rest[size:]
}

// funcKey is the key of a function with the name that package runtime has for it: a method
// value ends in -fm, type arguments are [...], and a dot in the last element of the
// package's path is %2e.
func funcKey(name string) string {
	name = strings.Replace(strings.TrimSuffix(name, "-fm"), "[...]", "", 1)
	return strings.ReplaceAll(name, "%2e", ".")
}

// typeKey is the key of a named type; that of an instance is its generic type's.
func typeKey(t reflect.Type) string {
	name, _, _ := strings.Cut(t.Name(), "[")
	return t.PkgPath() + "." + name
}

// commentComponents describes the components and their members.
func (b *builder) commentComponents(schemas map[string]*Schema) {
	if b.comments == nil {
		return
	}
	for _, d := range b.parts.order {
		for _, view := range allViews {
			if !d.used[view] || d.same[view] != view {
				continue
			}
			s := schemas[d.name[view]]
			describeIfSilent(s, b.comments[typeKey(d.typ)])
			if s.Properties == nil {
				continue
			}
			for pair := s.Properties.Oldest(); pair != nil; pair = pair.Next() {
				describeIfSilent(pair.Value, b.fieldComment(d.typ, "json", pair.Key))
			}
		}
	}
}

func describeIfSilent(s *Schema, text string) {
	if s.Description == "" && text != "" {
		s.Description = text
	}
}

// inputComment describes a parameter, or a field of a form.
func (b *builder) inputComment(p *operationPlan, f *binding.Field) string {
	if b.comments == nil {
		return ""
	}
	if text := b.fieldComment(p.op.In.Type(), string(f.In), f.Name); text != "" {
		return text
	}
	for _, provider := range p.op.Providers {
		if provider.In == nil {
			continue
		}
		if text := b.fieldComment(provider.In.Type(), string(f.In), f.Name); text != "" {
			return text
		}
	}
	return ""
}

// fieldComment is the comment of the field that has a name on the wire, in a struct or in
// those that it embeds.
func (b *builder) fieldComment(t reflect.Type, tag, wire string) string {
	t = base(t)
	if t == nil || t.Kind() != reflect.Struct {
		return ""
	}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get(tag), ",")
		if name == wire || tag == "json" && name == "" && f.Name == wire {
			return b.comments[typeKey(t)+"."+f.Name]
		}
		if group := base(f.Type); f.Tag == "" && (f.Anonymous || tag != "json") && group != t {
			if text := b.fieldComment(group, tag, wire); text != "" {
				return text
			}
		}
	}
	return ""
}
