package binding

import (
	"context"
	"encoding/json"
	"errors"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

type (
	mailAddress string
	tagList     []string
	weights     map[string]int
	version     struct{ netip.Addr }
)

func (m mailAddress) Validate() error {
	if m == "nobody" {
		return Invalid("", "mailbox", "must be somebody")
	}
	return nil
}

func (l *tagList) Validate(context.Context) error {
	if len(*l) > 1 && (*l)[0] == (*l)[1] {
		return Invalid("/1", "again", "must be another one")
	}
	return nil
}

func (w weights) Validate() error {
	switch {
	case w["sum"] == 13:
		return errors.Join(Invalid("/sum", "unlucky", "must not be 13"), Invalid("", "sum", "must not have that sum"))
	case w["sum"] == 14:
		return errors.New("disk full")
	}
	return nil
}

func (v version) Validate() error {
	if v.IsValid() && !v.Is6() {
		return Invalid("", "old", "must be new")
	}
	return nil
}

// Validate is called on every type that has it, struct or not, once nothing inside
// the value is wrong.
func TestRules_methods(t *testing.T) {
	t.Parallel()
	type letter struct {
		To     mailAddress         `json:"to" validate:"max=9"`
		CC     []mailAddress       `json:"cc" validate:"dive,max=9"`
		Reply  *mailAddress        `json:"reply"`
		From   Opt[mailAddress]    `json:"from"`
		By     map[mailAddress]int `json:"by"`
		Tags   tagList             `json:"tags" validate:"max=3,dive,min=1"`
		Weight weights             `json:"weight"`
		Via    version             `json:"via"`
	}
	for _, c := range []struct{ text, want string }{
		{`{}`, ""},
		{`{"to":"a","cc":["b"],"reply":"c","from":"d","by":{"e":1},"tags":["a","b"],"weight":{},"via":"::1"}`, ""},
		{`{"to":"nobody"}`, "422 body /to mailbox"},
		{`{"to":"nobodynobody"}`, "422 body /to max"},
		{`{"cc":["a","nobody"]}`, "422 body /cc/1 mailbox"},
		{`{"reply":"nobody","from":"nobody"}`, "422 body /reply mailbox, body /from mailbox"},
		{`{"by":{"nobody":1}}`, "422 body /by/nobody mailbox"},
		{`{"tags":["a","a"]}`, "422 body /tags/1 again"},
		{`{"tags":["","",""]}`, "422 body /tags/0 min, body /tags/1 min, body /tags/2 min"},
		{`{"tags":["a","a","b","c"]}`, "422 body /tags max"},
		{`{"weight":{"sum":13}}`, "422 body /weight/sum unlucky, body /weight sum"},
		{`{"weight":{"sum":14}}`, "error: disk full"},
		{`{"via":"1.2.3.4"}`, "422 body /via old"},
	} {
		v, got := decoded[letter](c.text)
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.text, got, c.want)
		}
		if got := brief(Validate(&v)); got != c.want && !strings.HasPrefix(c.want, "error") {
			t.Errorf("%s: in memory: got %q, want %q", c.text, got, c.want)
		}
	}
	type search struct {
		To     mailAddress `query:"to" validate:"max=9"`
		Tags   tagList     `query:"tags"`
		Weight weights     `query:"weight,deepObject"`
		Via    *version    `header:"Via-Host"`
	}
	for _, c := range []struct{ target, via, want string }{
		{"/", "", ""},
		{"/?to=nobody&tags=a&tags=a&weight[sum]=13", "1.2.3.4", "422 query /to mailbox, query /tags/1 again, query /weight/sum unlucky, query /weight sum, header /Via-Host old"},
		{"/?to=nobodynobody&weight[sum]=x", "::1", "422 query /to max, query /weight/sum type"},
		{"/?weight[sum]=14", "", "error: disk full"},
	} {
		var header []string
		if c.via != "" {
			header = []string{"Via-Host", c.via}
		}
		if _, got := bindRequest[search](t, get(t, c.target, header...)); got != c.want {
			t.Errorf("%s: got %q, want %q", c.target, got, c.want)
		}
	}
	require.Contains(t, inputSchema[letter](t), `to:{type=string maxLength=9 x-constraints=[{"rule":"custom"}]}`)
	plan, problems := NewSet().Input(typeOf[letter](), post)
	require.Empty(t, problems)
	require.Equal(t, []string{
		"body/by/* binding.mailAddress", "body/cc/* binding.mailAddress", "body/from/* binding.mailAddress", "body/reply/* binding.mailAddress",
		"body/tags binding.tagList", "body/to binding.mailAddress", "body/via binding.version", "body/weight binding.weights",
	}, plan.Opaque())
}

// A member that is not there is its type's zero value, which its Validate judges as it
// does that of a struct; a pointer, a list and omitempty leave it alone.
func TestRules_methodsOfZero(t *testing.T) {
	t.Parallel()
	type in struct {
		A never  `json:"a" query:"a"`
		B *never `json:"b" query:"b"`
		C never  `json:"c" query:"c" validate:"omitempty"`
		D never  `json:"d" query:"d" default:"3"`
	}
	_, got := decoded[in](`{}`)
	require.Equal(t, "422 body /a never, body /d never", got)
	_, got = decoded[in](`{"a":1,"b":1,"c":1}`)
	require.Equal(t, "422 body /a never, body /b never, body /c never, body /d never", got)
	require.Equal(t, "422 body /a never, body /d never", brief(Validate(in{D: 3})))
	_, got = bindRequest[in](t, get(t, "/"))
	require.Equal(t, "422 query /a never, query /d never", got)
	_, got = bindRequest[struct {
		F struct {
			A never `json:"a"`
			B int   `json:"b"`
		} `query:"f,deepObject"`
	}](t, get(t, "/?f[b]=1"))
	require.Equal(t, "422 query /f/a never", got)
}

type never int

func (never) Validate() error { return Invalid("", "never", "must not be") }

func TestValidate(t *testing.T) {
	t.Parallel()
	bad := account{Mode: "gift"}
	require.Equal(t, "422 body /coupon required, body /reason required, body /phone required, body /other required", brief(Validate(&bad)))
	type shelf struct {
		Books []span         `json:"books" validate:"min=1"`
		Index map[string]int `json:"index" validate:"dive,min=1"`
		Any   any            `json:"any" validate:"required"`
		Grid  [2]int         `json:"grid" validate:"dive,max=3"`
	}
	require.Equal(t, "422 body /books required, body /any required", brief(Validate(shelf{})))
	require.Equal(t, "422 body /books min, body /any required", brief(Validate(shelf{Books: []span{}})))
	require.Equal(t, "422 body /books/0/from min, body /index/a~1b min, body /any required, body /grid/1 max",
		brief(Validate(shelf{Books: []span{{}}, Index: map[string]int{"a/b": 0}, Grid: [2]int{0, 4}})))
	require.NoError(t, Validate(shelf{Books: []span{{1}}, Any: 1}))
	require.Equal(t, "422 body  required", brief(Validate(nil)))
	data, err := json.Marshal(Validate(shelf{}))
	require.NoError(t, err)
	require.NotEmpty(t, data)
}

type searchPage struct {
	Limit int `query:"limit" validate:"max=3"`
}

type search struct {
	searchPage
	ID    string            `path:"id" validate:"len=2"`
	Tags  []string          `query:"tag" validate:"dive,max=1"`
	Token string            `header:"X-Token" validate:"min=2"`
	Group searchPage        // a group that is not embedded
	Body  map[string]string `validate:"dive,min=1"`
}

func (s search) Validate() error {
	if s.ID == "no" {
		return errors.Join(Invalid("/path/id", "taken", "is taken"), Invalid("/body/x", "odd", "is odd"))
	}
	return nil
}

// TestValidate_input shows that an input that is checked outside of a request names sources
// and names as one within does.
func TestValidate_input(t *testing.T) {
	t.Parallel()
	bad := search{
		searchPage: searchPage{4}, ID: "x", Tags: []string{"a", "bb"}, Token: "t", Group: searchPage{5}, Body: map[string]string{"a/b": ""},
	}
	require.Equal(t, "422 query /limit max, path /id len, query /tag/1 max, header /X-Token min, query /limit max, body /a~1b min", brief(Validate(bad)))
	require.Equal(t, "422 path /id taken, body /x odd", brief(Validate(&search{ID: "no", Token: "tt"})))
	require.NoError(t, Validate(search{ID: "ok", Token: "tt"}))
}
