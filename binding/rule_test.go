package binding

import (
	"errors"
	"fmt"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend/internal/format"
)

// memberOf is the type of a struct with one member f of the given type and tags.
func memberOf(t reflect.Type, tag string) reflect.Type {
	return reflect.StructOf([]reflect.StructField{{Name: "F", Type: t, Tag: reflect.StructTag(`json:"f" ` + tag)}})
}

// ruleRow is a rule on a kind: what it states, says, accepts and refuses. good and
// bad hold JSON values.
type ruleRow struct {
	typ       reflect.Type
	tag       string // of validate, or a whole tag with a colon
	states    string // what the schema of the member has beyond the type's own
	item      string // code and detail of the item of a refused value
	good, bad []string
}

func vals(v ...string) []string { return v }

var (
	tString = reflect.TypeFor[string]()
	tInt    = reflect.TypeFor[int]()
	tUint8  = reflect.TypeFor[uint8]()
	tFloat  = reflect.TypeFor[float64]()
	tFloat4 = reflect.TypeFor[float32]()
	tBool   = reflect.TypeFor[bool]()
	tList   = reflect.TypeFor[[]string]()
	tMap    = reflect.TypeFor[map[string]int]()
	tTime   = reflect.TypeFor[time.Time]()
	tDur    = reflect.TypeFor[time.Duration]()
	tBytes  = reflect.TypeFor[[]byte]()
	tPtr    = reflect.TypeFor[*string]()
	tAddr   = reflect.TypeFor[netip.Addr]()
)

var ruleRows = []ruleRow{
	// §4.1
	{tString, "required", "minLength=1", "required: is required", vals(`"a"`), vals(`""`)},
	{tString, "nonzero", "minLength=1", "nonzero: must not be empty", vals(`"a"`), vals(`""`)},
	{tInt, "nonzero", "not={const=0}", "nonzero: must not be zero", vals(`1`, `-1`), vals(`0`, `0.0`)},
	{tFloat, "nonzero", "not={const=0}", "nonzero: must not be zero", vals(`1e-300`), vals(`0`, `-0.0`)},
	{tBool, "nonzero", "not={const=false}", "nonzero: must not be empty", vals(`true`), vals(`false`)},
	{tList, "nonzero", "minItems=1", "nonzero: must not be empty", vals(`["a"]`), vals(`[]`)},
	{tMap, "nonzero", "minProperties=1", "nonzero: must not be empty", vals(`{"a":1}`), vals(`{}`)},
	{tString, "omitempty,min=2", `anyOf=[{const=} {minLength=2}]`, "min: must be at least 2 characters", vals(`""`, `"ab"`), vals(`"a"`)},
	{tBool, "omitempty,eq=true", `anyOf=[{const=false} {const=true}]`, "", vals(`true`, `false`), nil},
	{tList, "dive,min=2", "items={type=string minLength=2}", "/f/0 min: must be at least 2 characters", vals(`[]`, `["ab"]`), vals(`["a"]`)},
	{tList, "max=2,dive,max=1", "maxItems=2 items={type=string maxLength=1}", "max: must be at most 2 items", vals(`["a","b"]`), vals(`["a","b","c"]`)},
	{
		tMap, "max=1,dive,keys,alpha,endkeys,min=1",
		"additionalProperties={type=integer format=int64 minimum=1} propertyNames={type=string pattern=^[A-Za-z]+$} maxProperties=1",
		"/f/1 alpha: must be letters only", vals(`{"a":1}`), vals(`{"1":1}`),
	},

	// §4.2
	{tString, "min=3", "minLength=3", "min: must be at least 3 characters", vals(`"aäö"`, `"😀😀😀"`), vals(`"äö"`, `""`)},
	{tString, "gte=3", "minLength=3", "min: must be at least 3 characters", vals(`"abc"`), vals(`"ab"`)},
	{tString, "max=1", "maxLength=1", "max: must be at most 1 character", vals(`"😀"`, `""`), vals(`"ab"`, `"é́"`)},
	{tString, "lte=1", "maxLength=1", "max: must be at most 1 character", vals(`"a"`), vals(`"ab"`)},
	{tString, "gt=1", "minLength=2", "gt: must be greater than 1 character", vals(`"ab"`), vals(`"a"`)},
	{tString, "lt=2", "maxLength=1", "lt: must be less than 2 characters", vals(`"a"`), vals(`"ab"`)},
	{tString, "len=2", "minLength=2 maxLength=2", "len: must have exactly 2 characters", vals(`"ab"`), vals(`"a"`, `"abc"`)},
	{tInt, "min=-1", "minimum=-1", "min: must be at least -1", vals(`-1`, `9007199254740993`), vals(`-2`)},
	{tInt, "max=9007199254740992", "maximum=9007199254740992", "max: must be at most 9007199254740992", vals(`9007199254740992`), vals(`9007199254740993`)},
	{tInt, "gt=1", "exclusiveMinimum=1", "gt: must be greater than 1", vals(`2`), vals(`1`)},
	{tInt, "lt=1", "exclusiveMaximum=1", "lt: must be less than 1", vals(`0`), vals(`1`)},
	{tInt, "len=4", "const=4", "len: must be 4", vals(`4`), vals(`5`)},
	{tUint8, "min=1,max=200", "minimum=1 maximum=200", "max: must be at most 200", vals(`1`, `200`), vals(`201`)},
	{tFloat, "min=0.5", "minimum=0.5", "min: must be at least 0.5", vals(`0.5`, `5e-1`), vals(`0.4999`)},
	{tFloat, "gt=0.5", "exclusiveMinimum=0.5", "gt: must be greater than 0.5", vals(`0.51`), vals(`0.5`)},
	{tFloat4, "max=0.1", "maximum=0.1", "max: must be at most 0.1", vals(`0.1`, `0.09`), vals(`0.10000000149011612`, `0.2`)},
	{tFloat4, "eq=0.1", "const=0.1", "eq: must be 0.1", vals(`0.1`, `1e-1`), vals(`0.10000000149011612`)},
	{tList, "min=1", "minItems=1", "min: must be at least 1 item", vals(`["a"]`), vals(`[]`)},
	{tMap, "len=2", "minProperties=2 maxProperties=2", "len: must have exactly 2 entries", vals(`{"a":1,"b":1}`), vals(`{"a":1}`)},
	{tString, "eq=a b", "const=a b", "eq: must be a b", vals(`"a b"`), vals(`"a"`)},
	{tString, "ne=a", "not={const=a}", "ne: must not be a", vals(`"b"`, `""`), vals(`"a"`)},
	{tInt, "ne=3", "not={const=3}", "ne: must not be 3", vals(`4`), vals(`3`, `3.0`)},
	{tBool, "eq=true", "const=true", "eq: must be true", vals(`true`), vals(`false`)},
	{tList, "eq=1", "minItems=1 maxItems=1", "eq: must have exactly 1 item", vals(`["a"]`), vals(`[]`)},
	{tList, "ne=1", "not={minItems=1 maxItems=1}", "ne: must not have 1 item", vals(`[]`), vals(`["a"]`)},
	{tString, "oneof=a 'b c'", `enum=["a","b c"]`, "oneof: must be one of a, b c", vals(`"a"`, `"b c"`), vals(`"b"`, `""`)},
	{tInt, "oneof=1 2", `enum=[1,2]`, "oneof: must be one of 1, 2", vals(`1`, `2.0`), vals(`3`)},
	{tFloat, "noneof=1 0.5", `not={enum=[1,0.5]}`, "noneof: must not be one of 1, 0.5", vals(`2`), vals(`0.5`)},
	{tInt, "multipleof=5", "multipleOf=5", "multipleof: must be a multiple of 5", vals(`0`, `-10`), vals(`3`)},
	{tUint8, "multipleof=5", "multipleOf=5", "multipleof: must be a multiple of 5", vals(`250`), vals(`3`)},
	{tList, "unique", "uniqueItems=true", "unique: must not repeat an item", vals(`["a","A"]`), vals(`["a","b","a"]`)},
	{tTime, "gt", `x-constraints=[{"rule":"gt"}] description=in the future`, "gt: must be in the future", vals(`"2999-01-01T00:00:00Z"`), vals(`"2000-01-01T00:00:00Z"`)},
	{tTime, "lte", `x-constraints=[{"rule":"max"}] description=in the past`, "max: must be in the past", vals(`"2000-01-01T00:00:00Z"`), vals(`"2999-01-01T00:00:00Z"`)},
	{tBytes, "max=2", `x-constraints=[{"max":2,"rule":"max"}] description=at most 2 bytes`, "max: must be at most 2 bytes", vals(`"YWI="`, `""`), vals(`"YWJj"`)},
	{tDur, "max=1s", "maximum=1000000000", "max: must be at most 1s", vals(`1000000000`), vals(`1000000001`)},

	// §4.5
	{tString, `pattern:"^[a-z]+,\"?$"`, `pattern=^[a-z]+,"?$`, `pattern: must match ^[a-z]+,"?$`, vals(`"ab,"`, `"ab,\""`), vals(`"ab"`)},
	{tString, "email", "format=email", "email: must be a valid email address", vals(`"a@b.co"`), vals(`"a"`, `"A <a@b.co>"`, `""`)},
	{tString, "uuid", "format=uuid", "uuid: must be a valid UUID", vals(`"6BA7B810-9dad-11d1-80b4-00c04fd430c8"`), vals(`"x"`)},
	{tString, "ip", "anyOf=[{format=ipv4} {format=ipv6}]", "ip: must be a valid IP address", vals(`"::1"`, `"1.2.3.4"`), vals(`"1.2.3.04"`)},
	{tString, "port", "pattern=" + `^([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$`, "port: must be a port from 1 to 65535", vals(`"80"`), vals(`"0"`, `"65536"`)},
	{tInt, "port", "minimum=1 maximum=65535", "port: must be a port from 1 to 65535", vals(`1`, `65535`), vals(`0`, `65536`)},
	{tUint8, "port", "minimum=1 maximum=255", "port: must be a port from 1 to 65535", vals(`1`), vals(`0`)},
	{tString, "date", "format=date", "date: must be a date such as 2006-01-02", vals(`"2024-02-29"`), vals(`"2023-02-29"`)},
	{tString, "datetime=2006-01-02", "format=date", "datetime: must be a date such as 2006-01-02", vals(`"2024-02-29"`), vals(`"x"`)},
	{tString, "datetime=15:04", `x-constraints=[{"datetime":"15:04","rule":"datetime"}] description=a date or time such as 15:04`, "datetime: must be a date or time such as 15:04", vals(`"23:59"`), vals(`"24:00"`)},
	{tString, "contains=a0x2Cb", "pattern=a,b", "contains: must contain a,b", vals(`"xa,by"`), vals(`"ab"`)},
	{tString, "startswith=a.", `pattern=^a\.`, "startswith: must start with a.", vals(`"a.b"`), vals(`"ab"`)},
	{tString, "endswith=0x7C", `pattern=\|$`, "endswith: must end with |", vals(`"a|"`), vals(`"|a"`)},
	{tString, "excludes=/", `not={pattern=\/}`, "excludes: must not contain /", vals(`"a"`), vals(`"a/b"`)},
	{tString, "base64", "pattern=" + base64Pattern + " contentEncoding=base64", "base64: must be base64 text", vals(`"YQ=="`, `""`), vals(`"YQ"`, `"YQ==\n"`)},
	{tString, "json", `contentMediaType=application/json x-constraints=[{"rule":"json"}] description=a JSON text`, "json: must be a JSON text", vals(`"{}"`), vals(`"{"`)},
	{tString, "iso3166_1_alpha2", "", "iso3166_1_alpha2: must be a country code such as FR", vals(`"FR"`), vals(`"fr"`, `"XX"`)},
	{tString, "ipv4|fqdn", "anyOf=[{format=ipv4} {pattern=" + format.FQDNPattern + "}]", "anyof: must be a valid IPv4 address or a fully qualified domain name", vals(`"1.2.3.4"`, `"a.b"`), vals(`"x"`)},
	{tPtr, "min=2", "minLength=2", "min: must be at least 2 characters", vals(`null`, `"ab"`), vals(`""`)},
	{tAddr, "ipv4", "format=ipv4", "ipv4: must be a valid IPv4 address", vals(`"1.2.3.4"`), vals(`"::1"`)},
}

func TestRules(t *testing.T) {
	t.Parallel()
	for _, r := range ruleRows {
		tag := r.tag
		if !strings.Contains(tag, `:"`) {
			tag = `validate:"` + tag + `"`
		}
		t.Run(r.typ.String()+" "+r.tag, func(t *testing.T) {
			t.Parallel()
			typ := memberOf(r.typ, tag)
			for _, text := range r.good {
				if err := empty.Decode([]byte(`{"f":`+text+`}`), reflect.New(typ).Interface()); err != nil {
					t.Errorf("%s: got %v, want it accepted", text, err)
				}
			}
			for _, text := range r.bad {
				err := empty.Decode([]byte(`{"f":`+text+`}`), reflect.New(typ).Interface())
				if got := itemOf(err); got != r.item {
					t.Errorf("%s: got %q, want %q", text, got, r.item)
				}
			}
			root := empty.root(typ)
			require.Empty(t, root.problems)
			states := renderSchema(root.node.obj.fields[0].node.innermost().stated(Input))
			for part := range strings.FieldsSeq(r.states) {
				if !strings.Contains(states, part) {
					t.Errorf("states %s, which lacks %q of %q", states, part, r.states)
				}
			}
		})
	}
}

// itemOf renders the first item, without its pointer where that is /f.
func itemOf(err error) string {
	var e *Error
	if !errors.As(err, &e) || len(e.Fields) == 0 {
		return brief(err)
	}
	f := e.Fields[0]
	return strings.TrimPrefix(f.Pointer+" ", "/f ") + f.Code + ": " + f.Detail
}

// Every built-in rule has a row, or a reason.
func TestRules_complete(t *testing.T) {
	t.Parallel()
	elsewhere := map[string]string{
		"nullable": "TestPresence", "notnull": "TestPresence", "omitnil": "TestPresence",
		"maxsize": "TestForm", "mime": "TestForm",
	}
	seen := map[string]bool{}
	for _, r := range ruleRows {
		for word := range strings.FieldsFuncSeq(r.tag, func(c rune) bool { return c == ',' || c == '|' }) {
			name, _, _ := strings.Cut(word, "=")
			seen[name] = true
		}
	}
	for _, name := range builtinNames {
		textual := false
		if def, ok := textRule(name); ok && !def.param {
			textual = true // proven by internal/format and the conformance test
		}
		if !seen[name] && elsewhere[name] == "" && !textual && !isCross(name) {
			t.Errorf("the rule %s has no row", name)
		}
	}
}

func TestRules_params(t *testing.T) {
	t.Parallel()
	err := empty.Decode([]byte(`{"f":0}`), reflect.New(memberOf(tInt, `validate:"min=1"`)).Interface())
	var e *Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, map[string]any{"min": int64(1)}, e.Fields[0].Params)
	e.Fields[0].Params["min"] = 7
	err = empty.Decode([]byte(`{"f":0}`), reflect.New(memberOf(tInt, `validate:"min=1"`)).Interface())
	require.ErrorAs(t, err, &e)
	require.Equal(t, map[string]any{"min": int64(1)}, e.Fields[0].Params, "each error has params of its own")
}

type account struct {
	Mode    string  `json:"mode"`
	Count   *int    `json:"count"`
	Coupon  string  `json:"coupon" validate:"required_if=Mode gift"`
	Reason  string  `json:"reason" validate:"required_unless=Mode sale"`
	Street  string  `json:"street" validate:"required_with=City Zip"`
	City    *string `json:"city"`
	Zip     *string `json:"zip"`
	Both    *string `json:"both" validate:"required_with_all=City Zip"`
	Phone   *string `json:"phone" validate:"required_without=Mail"`
	Mail    *string `json:"mail"`
	Other   *string `json:"other" validate:"required_without_all=Mail Phone"`
	NotGift *string `json:"not_gift" validate:"excluded_if=Mode gift"`
	Sale    *string `json:"sale" validate:"excluded_unless=Mode sale"`
	Alone   *string `json:"alone" validate:"excluded_with=City"`
	Tied    *string `json:"tied" validate:"excluded_without=City"`
}

func TestRules_conditional(t *testing.T) {
	t.Parallel()
	const ok = `"mode":"sale","mail":"m"`
	for _, c := range []struct{ text, want string }{
		{`{` + ok + `}`, ""},
		{`{"mail":"m"}`, "422 body /reason required"},
		{`{"mode":"gift","mail":"m","reason":"r"}`, "422 body /coupon required"},
		{`{"mode":"gift","mail":"m","reason":"r","coupon":""}`, "422 body /coupon required"},
		{`{"mode":"gift","mail":"m","reason":"r","coupon":"c","not_gift":"x"}`, "422 body /not_gift excluded"},
		{`{"mode":"gift","mail":"m","reason":"r","coupon":"c","not_gift":null}`, ""},
		{`{"mode":"x","mail":"m","reason":"r","sale":"s"}`, "422 body /sale excluded"},
		{`{` + ok + `,"sale":"s"}`, ""},
		{`{` + ok + `,"city":"c"}`, "422 body /street required"},
		{`{` + ok + `,"city":null}`, ""},
		{`{` + ok + `,"city":"c","street":"s","zip":"z"}`, "422 body /both required"},
		{`{` + ok + `,"city":"c","street":"s","zip":"z","both":""}`, ""},
		{`{"mode":"sale"}`, "422 body /phone required, body /other required"},
		{`{"mode":"sale","phone":"p"}`, ""},
		{`{` + ok + `,"city":"c","street":"s","alone":"a"}`, "422 body /alone excluded"},
		{`{` + ok + `,"tied":"t"}`, "422 body /tied excluded"},
		{`{` + ok + `,"city":"c","street":"s","tied":"t"}`, ""},
	} {
		if _, got := decoded[account](c.text); got != c.want {
			t.Errorf("%s: got %q, want %q", c.text, got, c.want)
		}
	}
	var a account
	err := Decode([]byte(`{"mode":"gift","mail":"m","reason":"r"}`), &a)
	var e *Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, map[string]any{"required_if": []string{"mode=gift"}}, e.Fields[0].Params, "the wire's names")
}

// A condition is stated in the shortest way that says all of it.
func TestRules_conditionStates(t *testing.T) {
	t.Parallel()
	tNumber := reflect.TypeFor[*int]()
	for _, c := range []struct {
		me, other reflect.Type
		rule      string
		want      string // of the object
	}{
		{tInt, tInt, "required_with=B", `dependentRequired={"b":["a"]}`},
		{tString, tInt, "required_with_all=B", `dependentRequired={"b":["a"]} if={required=["b"]} then={properties={a:{minLength=1}}}`},
		{tNumber, tInt, "required_with=B", `dependentRequired={"b":["a"]} if={required=["b"]} then={properties={a:{not={type=null}}}}`},
		{tInt, tNumber, "required_with=B", `if={required=["b"] properties={b:{not={type=null}}}} then={required=["a"]}`},
		{tInt, tInt, "required_without=B", `anyOf=[{required=["b"]} {required=["a"]}]`},
		{tString, tNumber, "required_without_all=B", `anyOf=[{required=["b"] properties={b:{not={type=null}}}} {required=["a"] properties={a:{minLength=1}}}]`},
		{tInt, tInt, "required_with=B C", `if={anyOf=[{required=["b"]} {required=["c"]}]} then={required=["a"]}`},
		{tInt, tInt, "required_without=B C", `if={not={allOf=[{required=["b"]} {required=["c"]}]}} then={required=["a"]}`},
		{tInt, tInt, "required_if=B 1", `if={properties={b:{const=1}} required=["b"]} then={required=["a"]}`},
		{tInt, tInt, "required_unless=B 1", `if={not={properties={b:{const=1}} required=["b"]}} then={required=["a"]}`},
		{tInt, tInt, "excluded_if=B 1", `if={properties={b:{const=1}} required=["b"]} then={not={required=["a"]}}`},
		{tInt, tInt, "excluded_with=B", `if={required=["b"]} then={not={required=["a"]}}`},
		{tInt, tInt, "excluded_without=B", `if={not={required=["b"]}} then={not={required=["a"]}}`},
	} {
		typ := reflect.StructOf([]reflect.StructField{
			{Name: "A", Type: c.me, Tag: reflect.StructTag(fmt.Sprintf(`json:"a" validate:%q`, c.rule))},
			{Name: "B", Type: c.other, Tag: `json:"b"`},
			{Name: "C", Type: tInt, Tag: `json:"c"`},
		})
		root := NewSet().root(typ)
		require.Empty(t, root.problems, c.rule)
		_, got, _ := strings.Cut(renderSchema(root.node.view(Input)), " allOf=")
		if got != "[{"+c.want+"}]" {
			t.Errorf("%s on %s beside %s:\n got %s\nwant [{%s}]", c.rule, c.me, c.other, got, c.want)
		}
	}
}

type signup struct {
	Password string     `json:"password"`
	Again    string     `json:"again" validate:"eqfield=Password"`
	User     string     `json:"user" validate:"nefield=Password"`
	From     time.Time  `json:"from"`
	To       *time.Time `json:"to" validate:"gtfield=From"`
	Min      int        `json:"min"`
	Max      Opt[int]   `json:"max" validate:"gtefield=Min"`
	Long     string     `json:"long"`
	Short    string     `json:"short" validate:"ltfield=Long"`
	A        []int      `json:"a"`
	B        []int      `json:"b" validate:"ltefield=A"`
}

func TestRules_comparison(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{`{}`, ""},
		{`{"password":"a","again":"a","user":"b"}`, ""},
		{`{"password":"a","again":"b"}`, "422 body /again eqfield"},
		{`{"password":"a","user":"a"}`, "422 body /user nefield"},
		{`{"user":"a"}`, ""},
		{`{"from":"2026-01-02T00:00:00Z","to":"2026-01-02T01:00:00+01:00"}`, "422 body /to gtfield"},
		{`{"from":"2026-01-02T00:00:00Z","to":"2026-01-02T00:00:01Z"}`, ""},
		{`{"min":2,"max":1}`, "422 body /max gtefield"},
		{`{"min":2,"max":2}`, ""},
		{`{"min":2,"max":null}`, ""},
		{`{"long":"ää","short":"abc"}`, "422 body /short ltfield"},
		{`{"long":"ää","short":"a"}`, ""},
		{`{"a":[1],"b":[2,3]}`, "422 body /b ltefield"},
		{`{"a":[1],"b":[2]}`, ""},
	} {
		if _, got := decoded[signup](c.text); got != c.want {
			t.Errorf("%s: got %q, want %q", c.text, got, c.want)
		}
	}
	require.Contains(t, inputSchema[signup](t), `{"field":"again","other":"password","rule":"eqfield"}`)
}

func TestRules_own(t *testing.T) {
	t.Parallel()
	sku := Rule{
		Name: "sku", Message: "must be a stock number such as ABC-0042",
		Make: func(Arg) (Op, error) {
			return Exact(func(s string) bool { return len(s) == 8 }, State("pattern", `^.{8}$`)), nil
		},
	}
	luhn := Rule{
		Name: "luhn", Message: "must be a card number",
		Make: func(a Arg) (Op, error) {
			if a.Param != "" {
				return Op{}, errors.New("takes no parameter")
			}
			return Annotated(func(n int) bool { return n%10 == 0 }, "passes the Luhn check"), nil
		},
	}
	bare := Rule{Name: "bare", Make: func(Arg) (Op, error) { return Exact(func(string) bool { return true }), nil }}
	mute := Rule{Name: "mute", Make: func(Arg) (Op, error) { return Annotated(func(string) bool { return true }, ""), nil }}
	stated := func(name string, states ...Keyword) Rule {
		return Rule{Name: name, Make: func(Arg) (Op, error) { return Exact(func(string) bool { return false }, states...), nil }}
	}
	set := NewSet(Rules(sku, luhn, bare, mute, stated("slip", State("minLenght", 1)), stated("open", State("pattern", "(")),
		stated("noted", State("title", "x"), State("x-y", 1)), stated("silent", State("maxLength", 0))))
	type product struct {
		SKU  string `json:"sku" validate:"sku"`
		Card int    `json:"card" validate:"luhn"`
	}
	var p product
	require.NoError(t, set.Decode([]byte(`{"sku":"ABC-0042","card":10}`), &p))
	err := set.Decode([]byte(`{"sku":"x","card":1}`), &p)
	require.Equal(t, "422 body /sku sku, body /card luhn", brief(err))
	require.Equal(t, "422 body /sku sku, body /card luhn", brief(set.Validate(product{"x", 1})))

	for tag, want := range map[string]string{
		"bare": "an exact rule that states no keyword", "mute": "an annotated rule without a text",
		"slip": `has slip, states "minLenght", which is no keyword of JSON Schema`, "open": "states the pattern (, which does not compile",
		"noted": "an exact rule that states no keyword",
		"luhn":  "which is for int and not for string", "skuu": `write validate:"sku"`,
	} {
		err := set.Decode([]byte(`{}`), reflect.New(memberOf(tString, `validate:"`+tag+`"`)).Interface())
		require.ErrorContains(t, err, want, tag)
	}
	err = set.Decode([]byte(`{"f":"x"}`), reflect.New(memberOf(tString, `validate:"silent"`)).Interface())
	var e *Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, "is not valid", e.Fields[0].Detail, "a rule without a message")
	require.PanicsWithValue(t, `binding: the type netip.Prefix states "fromat", which is no keyword of JSON Schema`, func() {
		NewSet(Types(Type[netip.Prefix](Schema{State("type", "string"), State("fromat", "cidr")})))
	})
	for _, r := range []Rule{{Name: "min", Make: sku.Make}, {Name: "Sku", Make: sku.Make}, {Name: "x"}, {Name: "required_if", Make: sku.Make}} {
		require.Panics(t, func() { NewSet(Rules(r)) }, r.Name)
	}
}

// T of a rule of one's own decides the kinds: its function is handed the value of the
// field whatever its size, or the rule does not register.
func TestRules_ownKinds(t *testing.T) {
	t.Parallel()
	type decimal float32
	rule := func(name string, o Op) Rule {
		return Rule{Name: name, Message: "must be right", Make: func(Arg) (Op, error) { return o, nil }}
	}
	set := NewSet(Rules(
		rule("even", Exact(func(n int64) bool { return n%2 == 0 }, State("multipleOf", 2))),
		rule("evenu", Exact(func(n uint64) bool { return n%2 == 0 }, State("multipleOf", 2))),
		rule("half", Exact(func(f float64) bool { return f == 0.5 }, State("const", 0.5))),
		rule("half4", Exact(func(f float32) bool { return f == 0.5 }, State("const", 0.5))),
		rule("plain", Exact(func(s string) bool { return s == "::1" }, State("const", "::1"))),
		rule("six", Annotated(netip.Addr.Is6, "of version 6")),
		rule("ints", Annotated(func(l []int) bool { return len(l) == 1 && l[0] == 7 }, "seven")),
		rule("empty", Annotated(func(m map[string]int) bool { return len(m) == 0 }, "empty")),
		rule("seven", Annotated(func(n int32) bool { return n == 7 }, "seven")),
		rule("late", Annotated(func(d time.Duration) bool { return d == 7 }, "late")),
	))
	for _, c := range []struct {
		typ       reflect.Type
		rule      string
		good, bad string // values; a mistake when there is none
	}{
		{tInt, "even", "-4", "3"},
		{reflect.TypeFor[int8](), "even", "-4", "3"},
		{reflect.TypeFor[*int32](), "even", "4", "3"},
		{tDur, "even", "4", "3"},
		{tUint8, "evenu", "254", "255"},
		{reflect.TypeFor[uint](), "evenu", "4", "3"},
		{tFloat, "half", "0.5", "1.5"},
		{tFloat4, "half", "0.5", "1.5"},
		{tFloat4, "half4", "0.5", "1.5"},
		{reflect.TypeFor[decimal](), "half4", "0.5", "1.5"},
		{tFloat4, "half4|gt=3", "3.5", "1.5"},
		{tString, "plain", `"::1"`, `"::2"`},
		{tAddr, "plain", `"::1"`, `"0::1"`},
		{tAddr, "six", `"::1"`, `"1.2.3.4"`},
		{reflect.TypeFor[[]int](), "ints", "[7]", "[8]"},
		{tMap, "empty", "{}", `{"a":1}`},
		{reflect.TypeFor[int32](), "seven", "7", "8"},
		{tDur, "late", "7", "8"},
		{tUint8, "even", "", "int64 and not for uint8\n    write binding.Exact(func(v uint64) bool { … }, …)"},
		{tInt, "evenu", "", "uint64 and not for int\n    write binding.Exact(func(v int64) bool { … }, …)"},
		{tInt, "seven", "", "int32 and not for int\n    write binding.Annotated(func(v int64) bool { … }, …) in its Make where the type is int"},
		{tFloat, "half4", "", "write binding.Exact(func(v float64) bool"},
		{tString, "half", "", "write binding.Exact(func(v string) bool"},
		{tList, "ints", "", "[]int and not for []string\n    write binding.Annotated(func(v []string) bool"},
		{reflect.TypeFor[map[int]string](), "empty", "", "map[string]int and not for map[int]string"},
	} {
		name := c.typ.String() + " " + c.rule
		typ := memberOf(c.typ, `validate:"`+c.rule+`"`)
		decode := func(value string) error {
			return set.Decode([]byte(`{"f":`+value+`}`), reflect.New(typ).Interface())
		}
		if c.good == "" {
			require.ErrorContains(t, decode("1"), c.bad, name)
			continue
		}
		require.NoError(t, decode(c.good), name)
		require.Contains(t, brief(decode(c.bad)), "422 body /f ", name)
	}
}

type (
	forest []forest
	grove  map[string]grove
	clump  []clumps
	clumps struct {
		In clump `json:"in" validate:"max=1"`
	}
)

// Rules at a place are about that place, though the type contains itself.
func TestRules_recursiveType(t *testing.T) {
	t.Parallel()
	type garden struct {
		A forest `json:"a" validate:"max=2,dive,max=1"`
		B forest `json:"b" validate:"omitempty,min=2"`
		C grove  `json:"c" validate:"max=1,dive,keys,len=1,endkeys,max=2"`
		D clump  `json:"d" validate:"max=2"`
	}
	for _, c := range []struct{ text, want string }{
		{`{"a":[[[[],[],[]]]]}`, ""},
		{`{"a":[[],[],[]]}`, "422 body /a max"},
		{`{"a":[[[],[]]]}`, "422 body /a/0 max"},
		{`{"b":[[[]],[]]}`, ""},
		{`{"b":[[]]}`, "422 body /b min"},
		{`{"c":{"a":{"ab":{"abc":{}}}}}`, ""},
		{`{"c":{"ab":{}}}`, "422 body /c/ab len"},
		{`{"d":[{"in":[{}]},{"in":[]}]}`, ""},
		{`{"d":[{"in":[{},{}]}]}`, "422 body /d/0/in max"},
	} {
		if _, got := decoded[garden](c.text); got != c.want {
			t.Errorf("%s: got %q, want %q", c.text, got, c.want)
		}
	}
	states := inputSchema[garden](t)
	require.Contains(t, states, `a:{type=["array","null"] items={type=["array","null"] items={anyOf=[{$ref=forest} {type=null}]} maxItems=1} maxItems=2}`)
	require.Contains(t, states, `b:{type=["array","null"] items={anyOf=[{$ref=forest} {type=null}]} minItems=2}`)
}

// A condition on a value that the wire spells in its own way states no const.
func TestRules_respeltCondition(t *testing.T) {
	t.Parallel()
	type order struct {
		N    int         `json:"n,string"`
		Host *netip.Addr `json:"host"`
		A    *int        `json:"a" validate:"excluded_unless=N 0"`
		B    *int        `json:"b" validate:"required_if=Host ::1"`
	}
	_, got := decoded[order](`{"n":"0","a":1}`)
	require.Empty(t, got)
	_, got = decoded[order](`{"n":"1","a":1,"host":"0::1"}`)
	require.Equal(t, "422 body /a excluded, body /b required", got)
	states := inputSchema[order](t)
	require.NotContains(t, states, "if=")
	require.Contains(t, states, `x-constraints=[{"excluded_unless":["n=0"],"field":"a","rule":"excluded"},{"field":"b","required_if":["host=::1"],"rule":"required"}]`)
}
