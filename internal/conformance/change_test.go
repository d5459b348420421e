package conformance

import (
	"slices"
	"strings"
)

// badTexts are what is sent in the place of something right.
var badTexts = []string{
	"", " ", "007", "+1", "-0", "1.0", "1e3", " 1", "0x1", "1_000", "NaN", "Infinity", ".5", "yes", "True", "TRUE", "1", "on", "null", "[]", "{}",
	"a,b", "1,2", "a", "\u00e9", "99999999999999999999", "-129", "256", "1e400", "2024-02-29", "2024-02-29T12:00:00Z",
}

// change changes one thing about a call.
func (c *caller) change(made *call) {
	made.values = slices.Clone(made.values)
	i := -1
	if len(made.values) > 0 {
		i = c.IntN(len(made.values))
		v := &made.values[i]
		v.texts, v.members = slices.Clone(v.texts), slices.Clone(v.members)
	}
	_, hasBody := c.op["requestBody"]
	switch n := c.IntN(12); {
	case n < 2 && hasBody, hasBody && i < 0:
		c.changeType(made)
	case n < 4 && hasBody && made.body != "":
		c.changeBody(made)
	case n == 4:
		made.raw = pick(c.generator, []string{"unknown=1", "&&", "=", "=x", "v0", "v1=%zz", "v0=%ff", "v2=%zz", "v1[a]=1", "v1[f0]=1", "v0[]=1", "v1[f0][x]=1", "V0=1"})
	case i >= 0:
		c.changeValue(made, i)
	}
}

// changeValue changes a parameter or a field of a form.
func (c *caller) changeValue(made *call, i int) {
	v := &made.values[i]
	last := len(v.texts) - 1
	switch n := c.IntN(8); {
	case n == 0 && v.in != "path":
		made.values = slices.Delete(made.values, i, i+1)
	case n == 1 && v.in != "path": // twice, and perhaps another
		twice := *v
		twice.texts = slices.Clone(v.texts)
		if c.IntN(2) == 0 && last >= 0 {
			twice.texts[last] = v.carried(pick(c.generator, badTexts))
		}
		made.values = append(made.values, twice)
	case len(v.members) > 0 && n < 4:
		v.members = append(v.members, [2]string{pick(c.generator, []string{"f0", "zz", "", "1"}), pick(c.generator, badTexts)})
	case len(v.members) > 0 && n < 6:
		v.members = v.members[1:]
	case len(v.members) > 0:
		v.members[0][1] = pick(c.generator, badTexts)
	case n == 2 && last >= 0 && v.style != "":
		v.texts = append(v.texts, v.carried(pick(c.generator, badTexts)))
	case n == 3 && v.in == "form":
		v.file = !v.file
	case n == 4 && last >= 0 && v.in != "path": // as another style would
		v.texts = []string{strings.Join(v.texts, pick(c.generator, []string{",", "|", " "}))}
	case last >= 0:
		v.texts[c.IntN(last+1)] = v.carried(pick(c.generator, badTexts))
	}
}

// changeType changes what a body is called, or leaves it out.
func (c *caller) changeType(made *call) {
	switch c.IntN(6) {
	case 0:
		made.contentType = ""
	case 1:
		made.contentType = pick(c.generator, []string{"text/plain", "application/xml", "json", "application/jsonx", "*/*", "multipart/mixed; boundary=x"})
	case 2:
		kind, params, _ := strings.Cut(made.contentType, ";")
		made.contentType = strings.ToUpper(kind) + ";" + params
		if params == "" {
			made.contentType = strings.ToUpper(kind) + "; charset=utf-8"
		}
	case 3:
		made.contentType = pick(c.generator, []string{"application/json", "application/x-www-form-urlencoded", "application/problem+json"})
	default:
		made.body = ""
		made.values = slices.DeleteFunc(made.values, func(v value) bool { return v.in == "form" })
		if c.IntN(2) == 0 {
			made.contentType = ""
		}
	}
}

// changeBody breaks a JSON text.
func (c *caller) changeBody(made *call) {
	body := made.body
	switch c.IntN(9) {
	case 0:
		body = body[:len(body)-1]
	case 1:
		body += pick(c.generator, []string{"x", "{}", " ", "\n", "]"})
	case 2:
		body = strings.Replace(body, "{", `{"unknown":1,`, 1)
	case 3:
		body = strings.Replace(body, "{", `{"f0":1,"f0":1,`, 1)
	case 4:
		body = pick(c.generator, []string{"null", "[]", "{}", "0", `""`, "true", " ", "\n", "\ufeff{}", "{]", "nul", "'a'", "{\"f0\":\"\xff\"}"})
	case 5:
		body = strings.Replace(body, `"`, `"F`, 1)
	case 6:
		body = strings.Replace(body, ":", ":null,\"zz\":", 1)
	case 7:
		body = "[" + body + "]"
	case 8:
		body = strings.Replace(body, "1", "1.5", 1)
	}
	made.body = body
}
