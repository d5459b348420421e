package api

import (
	"fmt"
	"go/types"
	"strings"
)

// render lists the exported surface of a package: constants, variables, functions, then types, each by name. Below a
// type stand its fields in the order of the source, which unkeyed literals depend on, and its methods by name.
func render(pkg *types.Package) string {
	p := printer{pkg: pkg}
	var consts, vars, funcs, named []types.Object
	for _, name := range pkg.Scope().Names() { // sorted
		obj := pkg.Scope().Lookup(name)
		if !obj.Exported() {
			continue
		}
		switch obj.(type) {
		case *types.Const:
			consts = append(consts, obj)
		case *types.Var:
			vars = append(vars, obj)
		case *types.Func:
			funcs = append(funcs, obj)
		case *types.TypeName:
			named = append(named, obj)
		}
	}
	p.linef("package %s // %s", pkg.Name(), pkg.Path())
	for _, obj := range consts {
		p.linef("const %s %s = %s", obj.Name(), p.typ(obj.Type()), obj.(*types.Const).Val().ExactString())
	}
	for _, obj := range vars {
		p.linef("var %s %s", obj.Name(), p.typ(obj.Type()))
	}
	for _, obj := range funcs {
		p.linef("func %s%s", obj.Name(), p.signature(obj))
	}
	for _, obj := range named {
		p.declared(obj.(*types.TypeName))
	}
	return p.out.String()
}

type printer struct {
	pkg *types.Package
	out strings.Builder
}

func (p *printer) linef(format string, args ...any) {
	fmt.Fprintf(&p.out, format+"\n", args...)
}

// qualifier prints other packages by their name, as a caller would.
func (p *printer) qualifier(other *types.Package) string {
	if other == p.pkg {
		return ""
	}
	return other.Name()
}

func (p *printer) typ(t types.Type) string { return types.TypeString(t, p.qualifier) }

// signature prints a function's type without the word func.
func (p *printer) signature(f types.Object) string {
	return strings.TrimPrefix(p.typ(f.Type()), "func")
}

func (p *printer) declared(obj *types.TypeName) {
	if obj.IsAlias() {
		p.linef("type %s%s = %s", obj.Name(), p.aliasParams(obj.Type()), p.typ(aliased(obj.Type())))
		return
	}
	t := obj.Type().(*types.Named)
	head := "type " + obj.Name() + p.typeParams(t.TypeParams())
	switch u := t.Underlying().(type) {
	case *types.Struct:
		p.linef("%s struct", head)
		p.fields(head, u)
	case *types.Interface:
		p.linef("%s interface", head)
		p.members(head, u)
		return // the methods are printed
	default:
		p.linef("%s %s", head, p.typ(u))
	}
	p.methods(t)
}

func (p *printer) fields(head string, s *types.Struct) {
	for i := range s.NumFields() {
		f := s.Field(i)
		if !f.Exported() {
			continue
		}
		name := f.Name()
		if f.Embedded() {
			name = "embedded"
		}
		tag := ""
		if s.Tag(i) != "" {
			tag = " `" + s.Tag(i) + "`"
		}
		p.linef("%s struct, %s %s%s", head, name, p.typ(f.Type()), tag)
	}
}

func (p *printer) members(head string, t *types.Interface) {
	sealed := false
	for m := range t.Methods() { // sorted, with those of embedded interfaces
		if m.Exported() {
			p.linef("%s interface, %s%s", head, m.Name(), p.signature(m))
		}
		sealed = sealed || !m.Exported()
	}
	if sealed {
		p.linef("%s interface, sealed by an unexported method", head)
	}
	for e := range t.EmbeddedTypes() {
		if !types.IsInterface(e) || !e.Underlying().(*types.Interface).IsMethodSet() {
			p.linef("%s interface, of %s", head, p.typ(e))
		}
	}
}

// methods prints a value's methods with T and those that only a pointer has with *T.
func (p *printer) methods(t *types.Named) {
	ofValue := types.NewMethodSet(t)
	for sel := range types.NewMethodSet(types.NewPointer(t)).Methods() { // sorted
		m := sel.Obj()
		if !m.Exported() {
			continue
		}
		star := "*"
		if ofValue.Lookup(m.Pkg(), m.Name()) != nil {
			star = ""
		}
		p.linef("method (%s%s%s) %s%s", star, t.Obj().Name(), names(t.TypeParams()), m.Name(), p.signature(m))
	}
}

// typeParams prints [K comparable, V any], each with its own constraint.
func (p *printer) typeParams(list *types.TypeParamList) string {
	if list.Len() == 0 {
		return ""
	}
	var parts []string
	for tp := range list.TypeParams() {
		parts = append(parts, tp.Obj().Name()+" "+p.typ(tp.Constraint()))
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// names prints [K, V], as a receiver does.
func names(list *types.TypeParamList) string {
	if list.Len() == 0 {
		return ""
	}
	var parts []string
	for tp := range list.TypeParams() {
		parts = append(parts, tp.Obj().Name())
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func (p *printer) aliasParams(t types.Type) string {
	if a, ok := t.(*types.Alias); ok {
		return p.typeParams(a.TypeParams())
	}
	return ""
}

func aliased(t types.Type) types.Type {
	if a, ok := t.(*types.Alias); ok {
		return a.Rhs()
	}
	return t
}
