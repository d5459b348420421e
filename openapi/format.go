package openapi

import "github.com/wend-go/wend/binding"

// errorFormat is how errors are written: a component in a media type. The component
// is "" where responses of the format cannot be shared.
type errorFormat struct{ media, component string }

// errorFormats are all those of a document.
type errorFormats map[errorFormat]bool

// settleFormats notes the error format of each operation.
func (b *builder) settleFormats() {
	b.formats = errorFormats{}
	for _, p := range b.plans {
		ref, ok := p.errors.Get("$ref")
		if !ok || len(p.errors) != 1 || p.method == "HEAD" {
			continue
		}
		p.format = errorFormat{p.op.ErrorMedia, b.parts.name(ref.(binding.Ref))}
		b.formats[p.format] = true
	}
}

// name is the component name of a response in a format, "" when it has none. Where
// there are several formats, their own component's names tell them apart, and if
// need be their media types.
func (fs errorFormats) name(base string, f errorFormat) string {
	if f.component == "" {
		return ""
	}
	if len(fs) == 1 {
		return base
	}
	base += "_" + f.component
	for other := range fs {
		if other != f && other.component == f.component {
			return base + "_" + illegal.ReplaceAllString(f.media, "_")
		}
	}
	return base
}
