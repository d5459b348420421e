package binding

import (
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strings"
)

var readerType = reflect.TypeFor[io.Reader]()

// body compiles the field that is the body.
func (b *planner) body(f reflect.StructField, tag sourceTag, offset uintptr, at site) {
	if b.config.Provider {
		b.refuseProvided(at)
		return
	}
	if b.plan.body != nil {
		if b.plan.form != nil {
			at.problem("form fields or a body", "is a body beside form fields")
			return
		}
		at.problem("one body that holds both", "is a second body")
		return
	}
	refuseForeign(f, at)
	if b.input && (b.config.Method == http.MethodGet || b.config.Method == http.MethodHead) {
		at.problem("wend.Query, which may carry a body", "is a body, and %s has none", b.config.Method)
	}
	for _, mediaType := range tag.options {
		b.checkMedia(mediaType, at)
	}
	body := &bodyPlan{offset: offset, typ: f.Type, mediaTypes: tag.options}
	b.plan.body = body
	if !b.input && b.config.Writes != nil && b.config.Writes(f.Type) {
		body.kind = bodyForeign
		return
	}
	switch {
	case f.Type == readerType && b.input:
		body.kind = bodyReader
	case f.Type == partsType && b.input:
		body.kind = bodyParts
	case f.Type == bytesType:
		body.kind = bodyBytes
	case f.Type.Kind() == reflect.String && (len(tag.options) > 0 || textOf(f.Tag, "json") == "") && f.Type.PkgPath() == "":
		body.kind = bodyString
	default:
		b.jsonBody(body, f, at)
		return
	}
	rules, err := parseRules(textOf(f.Tag, "validate"))
	if err != nil {
		at.problem("", "%s", err)
	}
	rules = b.patternTag(f, rules)
	if body.kind != bodyReader && body.kind != bodyParts {
		body.node = b.node(f.Type, rules, at)
		body.required = body.node.required || !body.node.zeroPasses()
	}
	if len(body.mediaTypes) == 0 {
		body.mediaTypes = map[bodyKind][]string{
			bodyBytes: {"application/octet-stream"}, bodyReader: {"application/octet-stream"}, bodyString: {"text/plain"}, bodyParts: {multipartForm},
		}[body.kind]
	}
}

// checkMedia refuses what no Content-Type can be, or be compared with: those of requests
// are compared without parameters.
func (b *planner) checkMedia(mediaType string, at site) {
	parsed, params, err := mime.ParseMediaType(mediaType)
	switch {
	case err != nil || !strings.Contains(parsed, "/"):
		at.problem(`body:"image/png"`, "names %q, which is no media type", mediaType)
	case b.input && len(params) > 0:
		at.problem(fmt.Sprintf("body:%q", parsed), "names %q, and a request may have any parameters", mediaType)
	case b.input && parsed != mediaType:
		at.problem(fmt.Sprintf("body:%q", parsed), "names %q, and a media type is compared in lower case", mediaType)
	}
}

// isJSON reports whether a media type says that its text is JSON (RFC 6839 §3.1).
func isJSON(mediaType string) bool {
	mediaType, _, _ = strings.Cut(mediaType, ";")
	mediaType = strings.TrimSpace(mediaType)
	return strings.HasSuffix(mediaType, "/json") || strings.HasSuffix(mediaType, "+json")
}

func (b *planner) jsonBody(body *bodyPlan, f reflect.StructField, at site) {
	for _, mediaType := range body.mediaTypes {
		if !isJSON(mediaType) {
			at.problem("Body []byte or string, or a binding.Codec and no media type in the tag", "names %q, and %s is JSON on the wire", mediaType, f.Type)
		}
	}
	rules, err := parseRules(textOf(f.Tag, "validate"))
	if err != nil {
		at.problem("", "%s", err)
	}
	body.node = b.node(f.Type, rules, at)
	body.optional = f.Type.Kind() == reflect.Pointer && !body.node.required
	body.required = !body.optional
	b.annotate(&body.text, body.node, f, at)
	if len(body.mediaTypes) == 0 {
		body.mediaTypes = []string{"application/json"}
	}
}
