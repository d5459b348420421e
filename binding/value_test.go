package binding

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSecret(t *testing.T) {
	t.Parallel()
	type login struct {
		User     string  `json:"user"`
		Password Secret  `json:"password" validate:"required,min=8,excludes=#"`
		Old      *Secret `json:"old" validate:"max=3"`
	}
	v, got := decoded[login](`{"user":"a","password":"correct#horse-battery"}`)
	require.Equal(t, "422 body /password excludes", got)
	v, got = decoded[login](`{"user":"a","password":"correct-horse","old":"abc"}`)
	require.Empty(t, got)
	require.Equal(t, "correct-horse", v.Password.Reveal())
	require.Equal(t, "abc", v.Old.Reveal())
	_, got = decoded[login](`{"user":"a","password":7,"old":"abcd"}`)
	require.Equal(t, "422 body /password type, body /old max", got)
	require.NoError(t, Validate(v))

	var shown bytes.Buffer
	slog.New(slog.NewJSONHandler(&shown, nil)).Info("x", "secret", v.Password, "login", v)
	slog.New(slog.NewTextHandler(&shown, nil)).Info("x", "secret", v.Password, "login", v)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%T%v"} {
		fmt.Fprintf(&shown, verb+"\n", v.Password)
		fmt.Fprintf(&shown, verb+"\n", v)
	}
	data, err := json.Marshal(v)
	require.NoError(t, err)
	shown.Write(data)
	own, err := empty.AppendJSON(nil, map[string]any{"a": v.Password, "b": []Secret{v.Password}})
	require.NoError(t, err)
	shown.Write(own)
	own, err = empty.AppendJSON(nil, []Secret{v.Password})
	require.NoError(t, err)
	require.Equal(t, `["[redacted]"]`, string(own))
	require.NotContains(t, shown.String(), "correct-horse")
	require.NotContains(t, strings.ToLower(shown.String()), fmt.Sprintf("%x", "correct-horse"))

	own, err = empty.AppendJSON(nil, v)
	require.NoError(t, err)
	require.Equal(t, `{"user":"a"}`, string(own), "a response leaves it out")
	require.Contains(t, inputSchema[login](t), "password:{type=string format=password minLength=8 not={pattern=#} writeOnly=true}")

	q, got := bindRequest[struct {
		Token Secret `query:"token" validate:"oneof=a b"`
	}](t, get(t, "/?token=a"))
	require.Empty(t, got)
	require.Equal(t, "a", q.Token.Reveal())
}

type profile struct {
	Name    string      `json:"name" validate:"required,max=9"`
	Age     int         `json:"age" validate:"max=150"`
	Due     *time.Time  `json:"due"`
	Tags    []string    `json:"tags"`
	Address address     `json:"address"`
	Work    *address    `json:"work"`
	Note    Opt[string] `json:"note"`
}

type address struct {
	City string `json:"city" validate:"max=5"`
	Zip  string `json:"zip"`
}

type editProfile struct {
	Name    Opt[string]    `json:"name" validate:"notnull"`
	Age     *int           `json:"age"`
	Due     Opt[time.Time] `json:"due"`
	Tags    Opt[[]string]  `json:"tags"`
	Address editAddress    `json:"address"`
	Work    *editAddress   `json:"work"`
	Note    Opt[string]    `json:"note"`
}

type editAddress struct {
	City Opt[string] `json:"city"`
}

func TestMerge(t *testing.T) {
	t.Parallel()
	due := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	work := &address{"Rome", "1"}
	start := profile{Name: "a", Age: 3, Due: &due, Tags: []string{"x"}, Address: address{"Bonn", "5"}, Work: work, Note: Some("n")}
	for _, c := range []struct {
		patch, want string
		verdict     string
	}{
		{`{}`, `{"name":"a","age":3,"due":"2026-01-02T00:00:00Z","tags":["x"],"address":{"city":"Bonn","zip":"5"},"work":{"city":"Rome","zip":"1"},"note":"n"}`, ""},
		{
			`{"name":"b","age":0,"due":null,"tags":null,"address":{"city":"Ulm"},"work":{"city":"Oslo"},"note":null}`,
			`{"name":"b","age":0,"due":null,"tags":[],"address":{"city":"Ulm","zip":"5"},"work":{"city":"Oslo","zip":"1"},"note":null}`, "",
		},
		{`{"name":"much too long","address":{"city":"Stuttgart"}}`, "", "422 body /name max, body /address/city max"},
		{`{"name":""}`, "", "422 body /name required"},
	} {
		patch, got := decoded[editProfile](c.patch)
		require.Empty(t, got)
		dst := start
		got = brief(Merge(&dst, patch))
		require.Equal(t, c.verdict, got, c.patch)
		if got != "" {
			require.Equal(t, start, dst, "a refused patch changes nothing")
			continue
		}
		out, err := empty.AppendJSON(nil, dst)
		require.NoError(t, err)
		require.Equal(t, c.want, string(out), c.patch)
	}
	require.Equal(t, &address{"Rome", "1"}, work, "nothing behind an old pointer changes")

	type wrong struct {
		Name Opt[int]    `json:"name"`
		Nick Opt[string] `json:"nick"`
	}
	err := Merge(&start, wrong{})
	var p Problems
	require.ErrorAs(t, err, &p)
	require.Len(t, p, 2)
	require.Contains(t, err.Error(), `patches "name" of binding.profile with int; there it is string`)
	require.Contains(t, err.Error(), `patches "nick", which binding.profile does not have`)
	require.Error(t, empty.Merge(start, wrong{}), "values")
	list := []int{1}
	require.Error(t, Merge(&list, wrong{}))
}

// lines is a codec for bodies of "name=value" lines.
type lines struct{}

func (lines) MediaTypes() []string { return []string{"text/x-lines"} }
func (lines) ToJSON(dst, body []byte) ([]byte, error) {
	dst = append(dst, '{')
	for i, line := range strings.Split(strings.TrimSpace(string(body)), "\n") {
		name, value, ok := strings.Cut(line, "=")
		if !ok {
			return nil, errors.New("no =")
		}
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = fmt.Appendf(dst, "%q:%s", name, value)
	}
	return append(dst, '}'), nil
}
func (lines) FromJSON(dst, json []byte) ([]byte, error) { return append(dst, json...), nil }

func TestCodec(t *testing.T) {
	t.Parallel()
	type in struct{ Body point }
	c := Config{Method: "POST", Codecs: []Codec{lines{}}}
	for _, row := range []struct{ body, contentType, want string }{
		{"x=1\ny=2", "text/x-lines", ""},
		{"x=1\ny=2", "text/x-lines; charset=utf-8", ""},
		{"x=1\ny=10", "text/x-lines", "422 body /y max"},
		{"x=1\nz=2", "text/x-lines", "422 body /z unknown"},
		{"x=1\nx=2", "text/x-lines", "400 body /x json"},
		{"x", "text/x-lines", "400"},
		{"x=" + strings.Repeat(" ", 1<<20-4) + "1\n", "text/x-lines", "413"},
		{"", "text/x-lines", "422 body  required"},
		{`{"x":1}`, "application/json", ""},
		{`{"x":1}`, "text/plain", "415"},
	} {
		if got := bindWith[in](t, c, request(t, "POST", "/", row.body, "Content-Type", row.contentType)); got != row.want {
			t.Errorf("%.20q as %s: got %q, want %q", row.body, row.contentType, got, row.want)
		}
	}
	plan, _ := NewSet().Input(typeOf[in](), c)
	for f := range plan.Fields() {
		require.Equal(t, []string{"application/json", "text/x-lines"}, f.MediaTypes)
	}
}
