package binding

import (
	"mime"
	"slices"
	"unsafe"
)

// formBody reads a form.
func (b *binder) formBody(size int64) error {
	if size == 0 {
		b.assignForm(nil)
		return nil
	}
	mediaType, params, _ := mime.ParseMediaType(b.in.Request.Header.Get("Content-Type"))
	if mediaType == urlencoded {
		b.urlencoded(size)
		return nil
	}
	return b.multipart(params["boundary"])
}

// urlencoded reads the pairs of application/x-www-form-urlencoded.
func (b *binder) urlencoded(size int64) {
	scratch := buffers.Get().(*buffer)
	defer scratch.release()
	data, err := scratch.read(b.in, size)
	if err != nil {
		status, detail := readStatus(err, b.in.Limits.Body)
		b.problems().raise(status, detail)
		return
	}
	parts := make([]formPart, len(b.plan.form.fields))
	pairs := 0
	for rest := string(data); rest != ""; {
		var p queryArg
		if p, rest = cutPair(rest); p.empty {
			continue
		}
		if pairs++; pairs > MaxPairs {
			b.malformed("the form has too many fields")
			return
		}
		if !p.decode() {
			b.malformed("the form is not well-formed")
			return
		}
		if i := b.formParam(p.key); i >= 0 {
			parts[i].add(p.value)
		}
	}
	b.assignForm(parts)
}

// formPart is what a form has for one field.
type formPart struct {
	texts []string
	files []Upload
}

func (p *formPart) add(text string) { p.texts = append(p.texts, text) }

func (b *binder) formParam(name string) int {
	for i, j := range b.plan.form.fields {
		if b.plan.params[j].name == name {
			return i
		}
	}
	return -1
}

// assignForm hands each field what the form has for it; parts is nil for an empty
// body.
func (b *binder) assignForm(parts []formPart) {
	for i, j := range b.plan.form.fields {
		p := &b.plan.params[j]
		var part formPart
		if parts != nil {
			part = parts[i]
		}
		switch {
		case p.file.kind != fileNone:
			b.assignFiles(p, &part)
		case len(part.files) > 0:
			b.add(p, "", CodeType, "must not be a file")
		case p.jsonPart:
			b.assignJSON(p, part.texts)
		default:
			b.assignTexts(p, part.texts)
		}
	}
}

func (b *binder) assignTexts(p *param, texts []string) {
	got := found{count: len(texts)}
	if p.value().kind == kindList {
		elem := p.value().elem.innermost()
		for _, t := range texts {
			if t == "" && elem.kind != kindString && elem.kind != kindText {
				got.count-- // an empty input of a browser
				continue
			}
			got.more = append(got.more, t)
		}
	} else if len(texts) > 0 {
		got.value = texts[0]
	}
	b.assign(p, &got)
}

// assignJSON decodes a part that is a JSON text.
func (b *binder) assignJSON(p *param, texts []string) {
	switch len(texts) {
	case 0:
		b.missing(p)
		return
	case 1:
	default:
		b.add(p, "", CodeMultiple, "must be given once")
		return
	}
	b.note(p)
	err := decodeBody(b.context(), p.node, []byte(texts[0]), unsafe.Add(b.dst, p.offset), b.plan.lenient, nil)
	switch e := asInvalid(err); {
	case err == nil:
	case e == nil:
		b.failed = err
	default:
		for i := range e.Fields {
			e.Fields[i].In, e.Fields[i].Pointer = string(Form), "/"+escapePointer(p.name)+e.Fields[i].Pointer
		}
		b.merge(e)
	}
}

func (b *binder) assignFiles(p *param, part *formPart) {
	if len(part.texts) > 0 {
		b.add(p, "", CodeType, "must be a file")
		return
	}
	if len(part.files) == 0 {
		b.missing(p)
		return
	}
	b.note(p)
	many := p.file.kind == fileMany
	if len(part.files) > 1 && !many {
		b.add(p, "", CodeMultiple, "must be given once")
		return
	}
	for i := range part.files {
		code, detail, params := p.file.judge(&part.files[i])
		if code == "" {
			continue
		}
		pointer := "/" + escapePointer(p.name)
		if many {
			pointer += "/" + itoa(i)
		}
		b.problems().add(FieldError{In: string(Form), Pointer: pointer, Code: code, Detail: detail, Params: params})
	}
	at := unsafe.Add(b.dst, p.offset)
	switch p.file.kind {
	case fileOne:
		*(*Upload)(at) = part.files[0]
	case filePointer:
		*(**Upload)(at) = &part.files[0]
	case fileBytes:
		*(*[]byte)(at) = slices.Clip(part.files[0].data)
	default:
		*(*[]Upload)(at) = part.files
		b.rules(p, p.node, at, "", "")
	}
}
