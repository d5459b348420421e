package binding

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

type article struct {
	Title string   `form:"title" validate:"required,max=20"`
	Count int      `form:"count" validate:"omitempty,min=2"`
	Draft bool     `form:"draft"`
	Tags  []string `form:"tags" validate:"max=2"`
	Sizes []int    `form:"sizes"`
	Stars *int     `form:"stars"`
	Kind  string   `form:"kind" default:"note"`
}

func postForm(t *testing.T, body string) *http.Request {
	t.Helper()
	return request(t, "POST", "/", body, "Content-Type", urlencoded)
}

func TestForm_urlencoded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ body, want string }{
		{"title=a+b&count=3&draft=on&tags=x&tags=y&sizes=1&sizes=", ""},
		{"title=%C3%A9", ""},
		{"title=", "422 form /title required"},
		{"count=", "422 form /title required"},
		{"title=a&count=", ""},
		{"title=a&stars=", ""},
		{"title=a&count=1", "422 form /count min"},
		{"title=a&count=x&draft=1", "422 form /count type, form /draft type"},
		{"title=a&title=b", "422 form /title multiple"},
		{"title=a&tags=1&tags=2&tags=3", "422 form /tags max"},
		{"title=a&unknown=1", ""},
		{"title=%zz", "400"},
		{"title=%ff", "400"},
		{strings.Repeat("a&", MaxPairs+1), "400"},
		{"", "422 form /title required"},
	} {
		if _, got := bindRequest[article](t, postForm(t, c.body)); got != c.want {
			t.Errorf("%.40s: got %q, want %q", c.body, got, c.want)
		}
	}
	v, _ := bindRequest[article](t, postForm(t, "title=a&draft=on&sizes=1&sizes=&tags="))
	require.Equal(t, article{Title: "a", Draft: true, Sizes: []int{1}, Tags: []string{""}, Kind: "note"}, v)
	_, got := bindRequest[article](t, request(t, "POST", "/", "{}", "Content-Type", "application/json"))
	require.Equal(t, "415", got)
	for charset, want := range map[string]string{"UTF-8": "", "iso-8859-1": "415"} {
		_, got := bindRequest[article](t, request(t, "POST", "/", "title=a", "Content-Type", "application/x-www-form-urlencoded; charset="+charset))
		require.Equal(t, want, got, charset)
	}
	_, got = bindRequest[article](t, postForm(t, strings.Repeat("a", 1<<20+1)))
	require.Equal(t, "413", got)
}

// piece is a part of a multipart body.
type piece struct {
	name, file string
	isFile     bool
	body       string
}

func field1(name, body string) piece      { return piece{name: name, body: body} }
func file1(name, file, body string) piece { return piece{name, file, true, body} }

// multipartRequest makes a multipart request.
func multipartRequest(t *testing.T, pieces ...piece) *http.Request {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, p := range pieces {
		h := textproto.MIMEHeader{}
		value := fmt.Sprintf("form-data; name=%q", p.name)
		if p.isFile {
			value += fmt.Sprintf("; filename=%q", p.file)
			h.Set("Content-Type", "text/x-lie")
		}
		h.Set("Content-Disposition", value)
		part, err := w.CreatePart(h)
		require.NoError(t, err)
		_, err = io.WriteString(part, p.body)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return request(t, "POST", "/", body.String(), "Content-Type", w.FormDataContentType())
}

type upload struct {
	Title  string   `form:"title"`
	Meta   point    `form:"meta,json"`
	Avatar *Upload  `form:"avatar" validate:"maxsize=1KB,mime=image/png image/gif"`
	Extra  *Upload  `form:"extra"`
	Many   []Upload `form:"many" validate:"max=2"`
	Raw    []byte   `form:"raw"`
}

const png = "\x89PNG\x0D\x0A\x1A\x0A"

func TestForm_multipart(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		pieces []piece
		want   string
	}{
		{"all", []piece{
			field1("title", "a"), field1("meta", `{"x":1}`), file1("avatar", "me.png", png), file1("many", "1", "x"), file1("many", "2", "y"), file1("raw", "r", "z"),
		}, ""},
		{"nothing", []piece{field1("title", "a")}, ""},
		{"browser's empty file", []piece{file1("avatar", "", "")}, ""},
		{"type by content", []piece{file1("avatar", "me.png", "<html>")}, "422 form /avatar mime"},
		{"maxsize", []piece{file1("avatar", "me.png", png+strings.Repeat("x", 1000))}, "422 form /avatar maxsize"},
		{"exactly maxsize", []piece{file1("avatar", "me.png", png+strings.Repeat("x", 992))}, ""},
		{"two files", []piece{file1("avatar", "a", png), file1("avatar", "b", png)}, "422 form /avatar multiple"},
		{"too many of a list", []piece{file1("many", "a", "1"), file1("many", "b", "2"), file1("many", "c", "3")}, "422 form /many max"},
		{"text for a file", []piece{field1("avatar", "x")}, "422 form /avatar type"},
		{"file for text", []piece{file1("title", "x", "x")}, "422 form /title type"},
		{"undeclared file", []piece{file1("other", "x", strings.Repeat("x", 100))}, ""},
		{"JSON part broken", []piece{field1("meta", `{"y":10,"z":1}`)}, "422 form /meta/y max, form /meta/z unknown"},
		{"JSON part malformed", []piece{field1("meta", `{`), field1("title", "a")}, "400 form /meta json"},
		{"JSON part twice", []piece{field1("meta", `{}`), field1("meta", `{}`)}, "422 form /meta multiple"},
		{"UTF-8", []piece{field1("title", "\xff")}, "400"},
		{"large file CVE-2022-41725", []piece{file1("extra", "x", strings.Repeat("x", defaultFile+1))}, "413"},
		{"large fields CVE-2023-24536", []piece{field1("u", strings.Repeat("x", maxFieldBytes)), field1("title", "xx")}, "413"},
		{"many parts CVE-2023-30798", func() (all []piece) {
			for range maxParts + 1 {
				all = append(all, field1("u", ""))
			}
			return all
		}(), "413"},
		{"many files", func() (all []piece) {
			for range maxFiles + 1 {
				all = append(all, file1("u", "x", ""))
			}
			return all
		}(), "413"},
	} {
		if _, got := bindRequest[upload](t, multipartRequest(t, c.pieces...)); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	v, _ := bindRequest[upload](t, multipartRequest(t, file1("avatar", `C:\a\..\me?.png`, png), file1("raw", "x", "raw bytes")))
	require.Equal(t, "me_.png", v.Avatar.Name())
	require.Equal(t, "image/png", v.Avatar.ContentType())
	require.Equal(t, int64(len(png)), v.Avatar.Size())
	require.Equal(t, "raw bytes", string(v.Raw))
	require.Nil(t, v.Extra)

	_, got := bindRequest[upload](t, postForm(t, "title=a"))
	require.Equal(t, "415", got, "files come in multipart only")
	_, got = bindRequest[upload](t, request(t, "POST", "/", "garbage", "Content-Type", "multipart/form-data; boundary=x"))
	require.Equal(t, "400", got)
	_, got = bindRequest[upload](t, request(t, "POST", "/", "garbage", "Content-Type", "multipart/form-data"))
	require.Equal(t, "400", got, "no boundary")
}

func TestForm_partHeaders(t *testing.T) {
	t.Parallel()
	body := "--x\r\nContent-Disposition: form-data; name=\"title\"\r\nX-Pad: " + strings.Repeat("a", maxPartHeader) + "\r\n\r\nv\r\n--x--\r\n"
	_, got := bindRequest[upload](t, request(t, "POST", "/", body, "Content-Type", "multipart/form-data; boundary=x"))
	require.Equal(t, "413", got, "CVE-2023-24534")
	body = "--x\r\nX-Pad: " + strings.Repeat("a", 1<<20)
	_, got = bindRequest[upload](t, request(t, "POST", "/", body, "Content-Type", "multipart/form-data; boundary=x"))
	require.Equal(t, "413", got)
	body = "--x\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nv"
	_, got = bindRequest[upload](t, request(t, "POST", "/", body, "Content-Type", "multipart/form-data; boundary=x"))
	require.Equal(t, "400", got, "cut")
}

// Large files are on disk while the handler runs and gone afterwards, whatever
// the outcome.
func TestForm_temporaryFiles(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	plan, problems := NewSet().Input(typeOf[upload](), Config{Method: "POST"})
	require.Empty(t, problems)
	large := strings.Repeat("x", 1<<20)
	in := &Incoming{Request: multipartRequest(t, file1("extra", "big", large[1:])), Limits: DefaultLimits()}
	require.NoError(t, plan.Bind(in, pointerTo(new(upload))))
	spooled, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	require.NoError(t, err)
	require.Empty(t, spooled, "a byte less is kept in memory")
	require.NoError(t, in.Close())
	for _, second := range []piece{field1("title", "ok"), field1("title", "\xff"), file1("many", "m", large)} {
		var v upload
		in := &Incoming{Request: multipartRequest(t, file1("extra", "big", large), second), Limits: DefaultLimits()}
		err := plan.Bind(in, pointerTo(&v))
		files, globErr := filepath.Glob(filepath.Join(dir, "*", "*"))
		require.NoError(t, globErr)
		require.NotEmpty(t, files, "a file of a megabyte is kept on disk")
		info, statErr := os.Stat(filepath.Dir(files[0]))
		require.NoError(t, statErr)
		require.Equal(t, os.FileMode(0o700), info.Mode().Perm())
		if err == nil {
			f, err := v.Extra.Open()
			require.NoError(t, err)
			data, err := io.ReadAll(f)
			require.NoError(t, err)
			require.NoError(t, f.Close())
			require.Equal(t, large, string(data))
		}
		require.NoError(t, in.Close())
		left, globErr := filepath.Glob(filepath.Join(dir, "*"))
		require.NoError(t, globErr)
		require.Empty(t, left, "CVE-2023-24580")
	}
	v, got := bindRequest[upload](t, multipartRequest(t, file1("extra", "big", large)))
	require.Empty(t, got)
	require.Equal(t, int64(len(large)), v.Extra.Size())
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(t, err)
	require.Empty(t, left, "Request has nobody who would remove a file")
}

func TestForm_total(t *testing.T) {
	t.Parallel()
	type big struct {
		F Upload `form:"f" validate:"maxsize=40MiB"`
	}
	plan, problems := NewSet().Input(typeOf[big](), Config{Method: "POST"})
	require.Empty(t, problems)
	require.Equal(t, int64(41<<20), plan.form.total)
	_, problems = NewSet().Input(typeOf[big](), Config{Method: "POST", MaxBody: 1 << 20})
	require.Contains(t, problems.Error(), "has maxsize=40MiB, and a body may have 1048576 bytes in all")
	got := func(limit int64) string {
		var v upload
		in := &Incoming{Request: multipartRequest(t, field1("title", "abc")), Limits: Limits{Body: 1, Form: limit}}
		p, _ := NewSet().Input(typeOf[upload](), Config{Method: "POST"})
		return brief(p.Bind(in, pointerTo(&v)))
	}
	require.Equal(t, "413", got(20))
	require.Empty(t, got(1<<10))
}

func TestForm_parts(t *testing.T) {
	t.Parallel()
	type in struct {
		Body iter.Seq2[*multipart.Part, error]
	}
	v, got := bindRequest[in](t, multipartRequest(t, field1("a", "1"), file1("b", "f", "22"), field1("c", "333")))
	require.Empty(t, got)
	var seen []string
	for part, err := range v.Body {
		require.NoError(t, err)
		if part.FormName() == "b" {
			continue // read past
		}
		data, err := io.ReadAll(part)
		require.NoError(t, err)
		seen = append(seen, part.FormName()+"="+string(data))
	}
	require.Equal(t, []string{"a=1", "c=333"}, seen)
	v, _ = bindRequest[in](t, request(t, "POST", "/", "x", "Content-Type", "multipart/form-data; boundary=x"))
	for _, err := range v.Body {
		require.Equal(t, "400", brief(err))
	}
	_, got = bindRequest[in](t, request(t, "POST", "/", "x", "Content-Type", "text/plain"))
	require.Equal(t, "415", got)
}

// A form that ends in the middle is the client's mistake, wherever the end is.
func TestForm_partsCutOff(t *testing.T) {
	t.Parallel()
	type in struct {
		Body iter.Seq2[*multipart.Part, error]
	}
	req := multipartRequest(t, field1("a", "1"), file1("b", "f", strings.Repeat("2", 5000)))
	whole, err := io.ReadAll(req.Body)
	require.NoError(t, err)
	end := len(strings.TrimRight(string(whole), "\r\n")) // the last line break may be missing
	for n := range whole {
		v, got := bindRequest[in](t, request(t, "POST", "/", string(whole[:n]), "Content-Type", req.Header.Get("Content-Type")))
		require.Empty(t, got)
		var failed error
		for part, err := range v.Body {
			if err == nil {
				_, err = io.Copy(io.Discard, part)
			}
			if failed = err; err != nil {
				break
			}
		}
		want := "400"
		if n == end {
			want = ""
		}
		require.Equal(t, want, brief(failed), "the first %d of %d bytes", n, len(whole))
	}
}

func TestForm_registration(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		m    mistake
		want string
	}{
		{input[article]("GET", Config{Method: "GET"}), `write query:"title"`},
		{input[struct {
			A    int `form:"a"`
			Body point
		}]("beside a body", post), "is a body beside form fields"},
		{input[struct {
			Body point
			A    int `form:"a"`
		}]("body first", post), "is a form field beside a body"},
		{query1[Upload]("Upload in a query", `query:"a"`), "has a binding.Upload outside a form"},
		{body1[Upload]("Upload in a body", ``), "has a binding.Upload outside a form"},
		{input[struct {
			A Upload `form:"a" validate:"maxsize=big"`
		}]("size", post), "has maxsize=big, which is no size"},
		{input[struct {
			A Upload `form:"a" validate:"mime=png"`
		}]("mime", post), `"png" is no media type`},
		{input[struct {
			A Upload `form:"a" validate:"min=3"`
		}]("min", post), "has min, which is not for binding.Upload"},
		{input[struct {
			A Upload `form:"a" validate:"mime="`
		}]("no media type", post), "has mime without the parameter it needs\n    write validate:\"mime=image/png image/jpeg\""},
		{input[struct {
			A Upload `form:"a" validate:"mime=image/png,mime=image/gif"`
		}]("mime twice", post), "has two rules for one thing, mime=image/png and mime=image/gif\n    write validate:\"mime=image/png image/gif\""},
		{input[struct {
			A Upload `form:"a" validate:"maxsize=3MB,maxsize=4MB"`
		}]("maxsize twice", post), "has two rules for one thing, maxsize=3MB and maxsize=4MB\n    write validate:\"maxsize=4MB\""},
		{input[struct {
			A Upload `form:"a" validate:"maxsize=3MB|mime=image/png"`
		}]("alternatives", post), "has maxsize in alternatives"},
		{input[struct {
			A []Upload `form:"a" validate:"dive,min=3"`
		}]("dive", post), "has min, which is not for binding.Upload"},
		{input[struct {
			A Upload `form:"a" validate:"dive,maxsize=3MB"`
		}]("dive on one", post), "has dive on a file, which has no elements"},
		{input[struct {
			A Upload `form:"a" validate:"maxsize=10000000000GB"`
		}]("overflow", post), "which is no size"},
		{input[struct {
			A Upload `form:"a" validate:"omitempty,mime=image/png"`
		}]("omitempty", post), "write *binding.Upload"},
		{body1[string]("maxsize on text", `validate:"maxsize=5MB"`), "has maxsize, which is not for string"},
	} {
		if got := problemsOf(c.m.typ, c.m.c); !strings.Contains(got, c.want) {
			t.Errorf("%s: got %s, want %q in it", c.m.name, got, c.want)
		}
	}
}

type album struct {
	Plain  Upload   `form:"plain" validate:"maxsize=3000000000"`
	Photo  Upload   `form:"photo" validate:"mime=image/png"`
	Maybe  *Upload  `form:"maybe" validate:"mime=image/png"`
	Raw    []byte   `form:"raw" validate:"mime=image/png"`
	Loose  []byte   `form:"loose" validate:"omitempty,mime=image/png"`
	Photos []Upload `form:"photos" validate:"max=2,dive,mime=image/png"`
}

func (a album) Validate() error {
	if a.Photo.Name() == a.Plain.Name() {
		return errors.Join(Invalid("/photo", "same", "must be another one"), Invalid("/form/plain", "same", "must be another one"))
	}
	return nil
}

// A file that is not there has no type: where a rule asks for one, a value is required,
// and a pointer, a list and omitempty are not.
func TestForm_filesThatMustBe(t *testing.T) {
	t.Parallel()
	photo, raw := file1("photo", "a", png), file1("raw", "b", png)
	for _, c := range []struct {
		name   string
		pieces []piece
		want   string
	}{
		{"nothing", []piece{field1("x", "")}, "422 form /photo required, form /raw required"},
		{"browser's empty files", []piece{file1("photo", "", ""), file1("raw", "", "")}, "422 form /photo required, form /raw required"},
		{"the least", []piece{photo, raw}, ""},
		{"each of a list", []piece{photo, raw, file1("photos", "1", png), file1("photos", "2", "x")}, "422 form /photos/1 mime"},
		{"method", []piece{photo, raw, file1("plain", "a", "x")}, "422 form /photo same, form /plain same"},
	} {
		if _, got := bindRequest[album](t, multipartRequest(t, c.pieces...)); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	plan, problems := NewSet().Input(typeOf[album](), post)
	require.Empty(t, problems)
	var required []string
	for f := range plan.Fields() {
		if f.Required {
			required = append(required, f.Name)
		}
	}
	require.Equal(t, []string{"photo", "raw"}, required)
}

func TestForm_fields(t *testing.T) {
	t.Parallel()
	plan, problems := NewSet().Input(typeOf[upload](), Config{Method: "POST"})
	require.Empty(t, problems)
	var got []string
	for f := range plan.Fields() {
		got = append(got, fmt.Sprintf("%s %s file=%v %v %v {%s}", f.In, f.Name, f.File, f.MediaTypes, f.ContentTypes, renderSchema(f.Schema)))
	}
	require.Equal(t, []string{
		"form title file=false [multipart/form-data] [] {type=string}",
		"form meta file=false [multipart/form-data] [application/json] {$ref=point}",
		"form avatar file=true [multipart/form-data] [image/png image/gif] {contentMediaType=application/octet-stream " +
			`x-constraints=[{"maxsize":"1KB","rule":"maxsize"},{"mime":["image/png","image/gif"],"rule":"mime"}] description=at most 1KB, of type image/png or image/gif}`,
		"form extra file=true [multipart/form-data] [] {contentMediaType=application/octet-stream}",
		"form many file=true [multipart/form-data] [] {type=array items={contentMediaType=application/octet-stream} maxItems=2}",
		"form raw file=true [multipart/form-data] [] {contentMediaType=application/octet-stream}",
	}, got)
}

func FuzzMultipart(f *testing.F) {
	for _, body := range []string{
		"--x\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nv\r\n--x--\r\n",
		"--x\r\nContent-Disposition: form-data; name=\"avatar\"; filename=\"../a\"\r\n\r\n" + png + "\r\n--x--", "--x--", "--x\n\n\n--x--", "",
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		v, err := Request[upload](request(t, "POST", "/", body, "Content-Type", "multipart/form-data; boundary=x"))
		if got := brief(err); err != nil && (got[0] != '4' || got == "422") {
			t.Fatalf("%q: %v", body, err)
		}
		if v.Avatar == nil {
			return
		}
		if name := v.Avatar.Name(); strings.ContainsAny(name, "/\\\x00\r\n\"") || len(name) > 100 {
			t.Fatalf("%q: the name %q", body, name)
		}
	})
}

func FuzzForm(f *testing.F) {
	for _, body := range []string{"title=a&tags=x&tags=y", "title=%zz", "title=%ff", "n=on&n=", "&&=&a", "meta={\"x\":1}", "title=a+b;c", ""} {
		f.Add(body)
	}
	type plain struct {
		Title string   `form:"title" validate:"max=9"`
		Tags  []string `form:"tags" validate:"unique,dive,min=1"`
		N     *bool    `form:"n"`
		Meta  point    `form:"meta,json"`
	}
	f.Fuzz(func(t *testing.T, body string) {
		v, err := Request[plain](postForm(t, body))
		if got := brief(err); err != nil && (got[0] != '4' || got == "422") {
			t.Fatalf("%q: %v", body, err)
		}
		if err == nil && Validate(v.Tags) != nil || !utf8.ValidString(v.Title) {
			t.Fatalf("%q: %+v", body, v)
		}
	})
}
