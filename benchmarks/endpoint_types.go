package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"strings"
)

// The body of the POST has 25 rules. wend and go-playground/validator read the same
// tags; huma has its own, which wend refuses, so it has types of its own.
type order struct {
	Reference string   `json:"reference" validate:"required,min=8,max=32"`
	Email     string   `json:"email" validate:"required,email"`
	Currency  string   `json:"currency" validate:"required,oneof=EUR USD GBP"`
	Note      string   `json:"note" validate:"max=200"`
	Express   bool     `json:"express"`
	Shipping  address  `json:"shipping"`
	Lines     []line   `json:"lines" validate:"required,min=1,max=50,dive"`
	Tags      []string `json:"tags" validate:"max=10,dive,min=1"`
}

type address struct {
	Name    string `json:"name" validate:"required,max=80"`
	Street  string `json:"street" validate:"required,max=120"`
	City    string `json:"city" validate:"required,max=80"`
	Zip     string `json:"zip" validate:"required,min=4,max=10"`
	Country string `json:"country" validate:"required,len=2"`
}

type line struct {
	SKU   string `json:"sku" validate:"required,max=20"`
	Title string `json:"title" validate:"required,max=100"`
	Qty   int    `json:"qty" validate:"min=1,max=99"`
	Cents int    `json:"cents" validate:"min=0,max=1000000"`
}

// receipt is the answer, 500 B of it.
type receipt struct {
	ID        string     `json:"id"`
	Customer  int        `json:"customer"`
	Tenant    string     `json:"tenant"`
	Channel   string     `json:"channel"`
	Status    string     `json:"status"`
	Reference string     `json:"reference"`
	Currency  string     `json:"currency"`
	Total     int        `json:"total_cents"`
	Shipping  address    `json:"shipping"`
	Lines     []received `json:"lines"`
}

type received struct {
	SKU   string `json:"sku"`
	Qty   int    `json:"qty"`
	Cents int    `json:"cents"`
}

// take is what every handler of the POST does.
func take(customer int, channel, tenant string, o *order) receipt {
	r := receipt{
		ID: "ord_0123456789abcdef", Customer: customer, Tenant: tenant, Channel: channel, Status: "accepted",
		Reference: o.Reference, Currency: o.Currency, Shipping: o.Shipping, Lines: make([]received, len(o.Lines)),
	}
	for i, l := range o.Lines {
		r.Total += l.Qty * l.Cents
		r.Lines[i] = received{l.SKU, l.Qty, l.Cents}
	}
	return r
}

// page is the answer of the GET with three parameters.
type page struct {
	ID    int    `json:"id"`
	Limit int    `json:"limit"`
	Sort  string `json:"sort"`
}

// item is the answer of the GET by a path parameter.
type item struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Active bool   `json:"active"`
}

const plainText = "Hello, world"

// call is a request of an operation.
type call struct {
	method, path, query, tenant string
	body                        []byte
}

const validBody = `{"reference":"REF-2026-000117","email":"ada.lovelace@example.com","currency":"EUR","note":"Please leave the parcel with the neighbours at number 12 when nobody answers the door bell.","express":true,` +
	`"shipping":{"name":"Ada Lovelace","street":"St James's Square 12","city":"London","zip":"SW1Y 4JH","country":"GB"},` +
	`"lines":[{"sku":"BK-0001-AE","title":"Sketch of the Analytical Engine, with notes by the translator","qty":2,"cents":1850},` +
	`{"sku":"BK-0002-DE","title":"On the Economy of Machinery and Manufactures","qty":1,"cents":2400},` +
	`{"sku":"PN-0417-XS","title":"Fountain pen, extra fine nib, black","qty":3,"cents":3995},` +
	`{"sku":"IN-0031-BL","title":"Ink, royal blue, 50 ml","qty":5,"cents":899},` +
	`{"sku":"PA-0900-A4","title":"Writing paper, laid, 100 sheets","qty":10,"cents":1249}],` +
	`"tags":["gift","books","stationery"]}`

const invalidBody = `{"reference":"REF","email":"nobody","currency":"XXX","note":"Please leave the parcel with the neighbours at number 12 when nobody answers the door bell.","express":true,` +
	`"shipping":{"name":"Ada Lovelace","street":"St James's Square 12","city":"London","zip":"1","country":"GBR"},` +
	`"lines":[{"sku":"BK-0001-AE","title":"Sketch of the Analytical Engine, with notes by the translator","qty":0,"cents":1850},` +
	`{"sku":"BK-0002-DE","title":"On the Economy of Machinery and Manufactures","qty":1,"cents":2400},` +
	`{"sku":"PN-0417-XS","title":"Fountain pen, extra fine nib, black","qty":300,"cents":-3995},` +
	`{"sku":"IN-0031-BL","title":"Ink, royal blue, 50 ml","qty":5,"cents":899},` +
	`{"sku":"PA-0900-A4","title":"Writing paper, laid, 100 sheets","qty":10,"cents":1249}],` +
	`"tags":["gift","books","stationery"]}`

// fields are those that the invalid request breaks, source first.
var fields = []string{
	"channel", "currency", "customer", "email", "lines/0/qty", "lines/2/cents", "lines/2/qty", "reference",
	"shipping/country", "shipping/zip", "x-tenant",
}

// again is a body that is read again and again.
type again struct{ bytes.Reader }

func (*again) Close() error { return nil }

// request makes the request and what rewinds it.
func (c *call) request() (r *http.Request, rewind func()) {
	r = request()
	r.Method, r.URL = c.method, &url.URL{Path: c.path, RawQuery: c.query}
	r.RequestURI = c.path
	r.Header["Accept"] = []string{"*/*"}
	r.Header["User-Agent"] = []string{"benchmark"}
	if c.tenant != "" {
		r.Header["X-Tenant"] = []string{c.tenant}
	}
	if c.body == nil {
		r.Body = http.NoBody
		return r, func() {}
	}
	body := &again{}
	r.Header["Content-Type"] = []string{"application/json"}
	r.ContentLength = int64(len(c.body))
	return r, func() {
		body.Reset(c.body)
		r.Body = body
	}
}

// sameJSON reports whether two texts are the same JSON.
func sameJSON(a, b []byte) bool {
	var x, y any
	return json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && reflect.DeepEqual(x, y)
}

// wrongFields reads the fields of an error answer: "pointer" of ours, "location" of
// huma's.
func wrongFields(body []byte) []string {
	var answer struct {
		Errors []struct{ Pointer, Location string }
	}
	_ = json.Unmarshal(body, &answer) // an empty list then
	var all []string
	for _, e := range answer.Errors {
		name := strings.NewReplacer(".", "/", "[", "/", "]", "").Replace(e.Location)
		if name != "" {
			_, name, _ = strings.Cut(name, "/")
		} else {
			name = strings.TrimPrefix(e.Pointer, "/")
		}
		all = append(all, strings.ToLower(name))
	}
	return all
}
