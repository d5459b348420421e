package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/mail"
	"strconv"
	"unicode/utf8"
)

// The floor: net/http and encoding/json, with the rules written by hand.

// failure is one problem of a request, as all hand-written contenders answer it.
type failure struct {
	Pointer string `json:"pointer"`
	Detail  string `json:"detail"`
}

type failures struct {
	Status int       `json:"status"`
	Title  string    `json:"title"`
	Errors []failure `json:"errors"`
}

func (f *failures) add(ok bool, pointer, detail string) {
	if !ok {
		f.Errors = append(f.Errors, failure{pointer, detail})
	}
}

func (f *failures) text(s, pointer string, least, most int) {
	n := utf8.RuneCountInString(s)
	if n < least || n > most {
		f.add(false, pointer, fmt.Sprintf("must have %d to %d characters", least, most))
	}
}

func (f *failures) number(n int, pointer string, least, most int) {
	if n < least || n > most {
		f.add(false, pointer, fmt.Sprintf("must be %d to %d", least, most))
	}
}

func (f *failures) answer(w http.ResponseWriter) {
	f.Status, f.Title = http.StatusUnprocessableEntity, http.StatusText(http.StatusUnprocessableEntity)
	writeJSON(w, f.Status, f)
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

func checkOrder(f *failures, o *order) {
	f.text(o.Reference, "/reference", 8, 32)
	if a, err := mail.ParseAddress(o.Email); err != nil || a.Address != o.Email {
		f.add(false, "/email", "must be an email address")
	}
	f.add(o.Currency == "EUR" || o.Currency == "USD" || o.Currency == "GBP", "/currency", "must be EUR, USD or GBP")
	f.text(o.Note, "/note", 0, 200)
	f.text(o.Shipping.Name, "/shipping/name", 1, 80)
	f.text(o.Shipping.Street, "/shipping/street", 1, 120)
	f.text(o.Shipping.City, "/shipping/city", 1, 80)
	f.text(o.Shipping.Zip, "/shipping/zip", 4, 10)
	f.text(o.Shipping.Country, "/shipping/country", 2, 2)
	f.number(len(o.Lines), "/lines", 1, 50)
	for i := range o.Lines {
		if l := &o.Lines[i]; l.SKU == "" || utf8.RuneCountInString(l.SKU) > 20 || l.Title == "" ||
			utf8.RuneCountInString(l.Title) > 100 || l.Qty < 1 || l.Qty > 99 || l.Cents < 0 || l.Cents > 1_000_000 {
			at := "/lines/" + strconv.Itoa(i)
			f.text(l.SKU, at+"/sku", 1, 20)
			f.text(l.Title, at+"/title", 1, 100)
			f.number(l.Qty, at+"/qty", 1, 99)
			f.number(l.Cents, at+"/cents", 0, 1_000_000)
		}
	}
	f.number(len(o.Tags), "/tags", 0, 10)
	for i, tag := range o.Tags {
		if tag == "" {
			f.add(false, "/tags/"+strconv.Itoa(i), "must not be empty")
		}
	}
}

func buildFloor() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /customers/{customer}/orders", func(w http.ResponseWriter, r *http.Request) {
		var f failures
		customer, err := strconv.Atoi(r.PathValue("customer"))
		f.add(err == nil && customer >= 1, "/customer", "must be at least 1")
		channel := r.URL.Query().Get("channel")
		f.add(channel == "web" || channel == "app" || channel == "store", "/channel", "must be web, app or store")
		tenant := r.Header.Get("X-Tenant")
		f.text(tenant, "/X-Tenant", 3, 40)
		data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		var o order
		if err := json.Unmarshal(data, &o); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		checkOrder(&f, &o)
		if len(f.Errors) > 0 {
			f.answer(w)
			return
		}
		writeJSON(w, http.StatusCreated, take(customer, channel, tenant, &o))
	})
	mux.HandleFunc("GET /lists/{id}", func(w http.ResponseWriter, r *http.Request) {
		var f failures
		id, err := strconv.Atoi(r.PathValue("id"))
		f.add(err == nil && id >= 1, "/id", "must be at least 1")
		query := r.URL.Query()
		limit, err := strconv.Atoi(query.Get("limit"))
		f.add(err == nil && limit >= 1 && limit <= 100, "/limit", "must be 1 to 100")
		sort := query.Get("sort")
		f.add(sort == "name" || sort == "year", "/sort", "must be name or year")
		if len(f.Errors) > 0 {
			f.answer(w)
			return
		}
		writeJSON(w, http.StatusOK, page{id, limit, sort})
	})
	mux.HandleFunc("GET /items/{id}", func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, http.StatusOK, item{r.PathValue("id"), "Fountain pen", true})
	})
	mux.HandleFunc("GET /text", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Content-Length", strconv.Itoa(len(plainText)))
		_, _ = io.WriteString(w, plainText)
	})
	return mux
}
