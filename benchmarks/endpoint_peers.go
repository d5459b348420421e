package main

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/gin-gonic/gin/binding"
	"github.com/go-chi/chi/v5"
	"github.com/go-playground/validator/v10"
	"github.com/labstack/echo/v5"
)

// orderParams and pageParams are the parameters beside the body, in the tags of gin
// (uri, form, header) and echo (param, query, header).
type orderParams struct {
	Customer int    `param:"customer" uri:"customer" validate:"min=1"`
	Channel  string `form:"channel" query:"channel" validate:"required,oneof=web app store"`
	Tenant   string `header:"X-Tenant" validate:"required,min=3,max=40"`
}

type pageParams struct {
	ID    int    `param:"id" uri:"id" validate:"min=1"`
	Limit int    `form:"limit" query:"limit" validate:"required,min=1,max=100"`
	Sort  string `form:"sort" query:"sort" validate:"required,oneof=name year"`
}

// wireNames makes a validator name fields as they are on the wire.
func wireNames(v *validator.Validate) *validator.Validate {
	v.SetTagName("validate")
	v.RegisterTagNameFunc(func(f reflect.StructField) string {
		for _, tag := range []string{"json", "uri", "form", "header"} {
			if name := f.Tag.Get(tag); name != "" {
				return name
			}
		}
		return f.Name
	})
	return v
}

var toPointer = strings.NewReplacer(".", "/", "[", "/", "]", "")

// collect adds what a validator found; false is another error.
func (f *failures) collect(err error) bool {
	var found validator.ValidationErrors
	if err != nil && !errors.As(err, &found) {
		return false
	}
	for _, e := range found {
		name := e.Namespace()
		if _, below, named := strings.Cut(name, "."); named { // behind the type's name, if it has one
			name = below
		}
		f.add(false, "/"+toPointer.Replace(name), "fails "+e.Tag()+" "+e.Param())
	}
	return true
}

func (f *failures) problem() *failures {
	f.Status, f.Title = http.StatusUnprocessableEntity, http.StatusText(http.StatusUnprocessableEntity)
	return f
}

func buildGinEndpoints() http.Handler {
	gin.SetMode(gin.ReleaseMode)
	wireNames(binding.Validator.Engine().(*validator.Validate))
	mux := gin.New()
	mux.POST("/customers/:customer/orders", func(c *gin.Context) {
		var f failures
		var path struct {
			Customer int `uri:"customer" validate:"min=1"`
		}
		var query struct {
			Channel string `form:"channel" validate:"required,oneof=web app store"`
		}
		var header struct {
			Tenant string `header:"X-Tenant" validate:"required,min=3,max=40"`
		}
		var o order
		if !f.collect(c.ShouldBindUri(&path)) || !f.collect(c.ShouldBindQuery(&query)) ||
			!f.collect(c.ShouldBindHeader(&header)) || !f.collect(c.ShouldBindJSON(&o)) {
			c.Status(http.StatusBadRequest)
			return
		}
		if len(f.Errors) > 0 {
			c.JSON(http.StatusUnprocessableEntity, f.problem())
			return
		}
		c.JSON(http.StatusCreated, take(path.Customer, query.Channel, header.Tenant, &o))
	})
	mux.GET("/lists/:id", func(c *gin.Context) {
		var f failures
		var path struct {
			ID int `uri:"id" validate:"min=1"`
		}
		var query struct {
			Limit int    `form:"limit" validate:"required,min=1,max=100"`
			Sort  string `form:"sort" validate:"required,oneof=name year"`
		}
		if !f.collect(c.ShouldBindUri(&path)) || !f.collect(c.ShouldBindQuery(&query)) {
			c.Status(http.StatusBadRequest)
			return
		}
		if len(f.Errors) > 0 {
			c.JSON(http.StatusUnprocessableEntity, f.problem())
			return
		}
		c.JSON(http.StatusOK, page{path.ID, query.Limit, query.Sort})
	})
	mux.GET("/items/:id", func(c *gin.Context) { c.JSON(http.StatusOK, item{c.Param("id"), "Fountain pen", true}) })
	mux.GET("/text", func(c *gin.Context) { c.String(http.StatusOK, plainText) })
	return mux
}

func buildEchoEndpoints() http.Handler {
	v := wireNames(validator.New())
	mux := echo.New()
	mux.Add(http.MethodPost, "/customers/:customer/orders", func(c *echo.Context) error {
		var params orderParams
		var o order
		if err := errors.Join(echo.BindPathValues(c, &params), echo.BindQueryParams(c, &params), echo.BindHeaders(c, &params), echo.BindBody(c, &o)); err != nil {
			return err
		}
		var f failures
		if !f.collect(v.Struct(&params)) || !f.collect(v.Struct(&o)) {
			return echo.ErrBadRequest
		}
		if len(f.Errors) > 0 {
			return c.JSON(http.StatusUnprocessableEntity, f.problem())
		}
		return c.JSON(http.StatusCreated, take(params.Customer, params.Channel, params.Tenant, &o))
	})
	mux.Add(http.MethodGet, "/lists/:id", func(c *echo.Context) error {
		var params pageParams
		if err := errors.Join(echo.BindPathValues(c, &params), echo.BindQueryParams(c, &params)); err != nil {
			return err
		}
		var f failures
		if !f.collect(v.Struct(&params)) {
			return echo.ErrBadRequest
		}
		if len(f.Errors) > 0 {
			return c.JSON(http.StatusUnprocessableEntity, f.problem())
		}
		return c.JSON(http.StatusOK, page(params))
	})
	mux.Add(http.MethodGet, "/items/:id", func(c *echo.Context) error {
		return c.JSON(http.StatusOK, item{c.Param("id"), "Fountain pen", true})
	})
	mux.Add(http.MethodGet, "/text", func(c *echo.Context) error { return c.String(http.StatusOK, plainText) })
	return mux
}

func buildChiEndpoints() http.Handler {
	v := wireNames(validator.New())
	mux := chi.NewRouter()
	mux.Post("/customers/{customer}/orders", func(w http.ResponseWriter, r *http.Request) {
		customer, err := strconv.Atoi(chi.URLParam(r, "customer"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		params := orderParams{customer, r.URL.Query().Get("channel"), r.Header.Get("X-Tenant")}
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
		var f failures
		_, _ = f.collect(v.Struct(&params)), f.collect(v.Struct(&o))
		if len(f.Errors) > 0 {
			f.answer(w)
			return
		}
		writeJSON(w, http.StatusCreated, take(params.Customer, params.Channel, params.Tenant, &o))
	})
	mux.Get("/lists/{id}", func(w http.ResponseWriter, r *http.Request) {
		id, err := strconv.Atoi(chi.URLParam(r, "id"))
		query := r.URL.Query()
		limit, err2 := strconv.Atoi(query.Get("limit"))
		if err := errors.Join(err, err2); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		params := pageParams{id, limit, query.Get("sort")}
		var f failures
		if f.collect(v.Struct(&params)); len(f.Errors) > 0 {
			f.answer(w)
			return
		}
		writeJSON(w, http.StatusOK, page(params))
	})
	mux.Get("/items/{id}", func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, http.StatusOK, item{chi.URLParam(r, "id"), "Fountain pen", true})
	})
	mux.Get("/text", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Content-Length", strconv.Itoa(len(plainText)))
		_, _ = io.WriteString(w, plainText)
	})
	return mux
}
