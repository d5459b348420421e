package binding

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

type line struct {
	SKU  string   `json:"sku" validate:"required"`
}

type innerT struct {
	Qty  int    `json:"qty" validate:"min=1,max=5"`
	Name string `json:"name" validate:"required,max=3"`
}

type orderT struct {
	ID     int            `json:"id" validate:"min=1"`
	Email  *string        `json:"email" validate:"email"`
	Lines  []innerT       `json:"lines" validate:"min=1,dive"`
	Tags   []string       `json:"tags" validate:"unique,max=3,dive,min=2"`
	Extra  map[string]int `json:"extra"`
	When   time.Time      `json:"when"`
	Note   Opt[string]    `json:"note" validate:"notnull,max=4"`
	Active bool           `json:"active" default:"true"`
	F      float64        `json:"f"`
	Kind   string         `json:"kind" validate:"omitempty,oneof=a b"`
}

func TestSmoke(t *testing.T) {
	var o orderT
	err := Decode([]byte(`{"id":1,"email":"a@b.co","lines":[{"qty":2,"name":"x"}],"tags":["aa","bb"],"extra":{"k":1},"when":"2020-01-02T03:04:05Z","note":"hi","f":1.5}`), &o)
	require.NoError(t, err)
	b, err := empty.AppendJSON(nil, o)
	require.NoError(t, err)
	fmt.Println(string(b))
	o = orderT{}
	err = Decode([]byte(`{"id":0,"email":"ab.co","lines":[{"qty":9,"name":"xxxx"},{}],"tags":["aa","aa","b"],"extra":{"k":"1"},"when":"2020","note":null,"f":"x","kind":"c","Kind":1}`), &o)
	var e *Error
	require.True(t, errors.As(err, &e))
	for _, f := range e.Fields {
		j, _ := json.Marshal(f)
		fmt.Println(string(j))
	}
	for _, bad := range []string{`{"id":1`, `{"id":1}x`, `{"id":1,"id":2}`, `[]`, `null`, ``, strings.Repeat("[", 70)} {
		fmt.Println(bad, Decode([]byte(bad), &o))
	}
	_ = line{}
}
