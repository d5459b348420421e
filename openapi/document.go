package openapi

import (
	"encoding/json"
	"maps"
	"slices"
)

// Document is an OpenAPI document, as [Build] makes it: a plain value to edit
// before it is served. Its JSON form is deterministic. Fields are named as in the
// specification; Extensions hold "x-" members.
type Document struct {
	OpenAPI      string               `json:"openapi"`
	Info         InfoObject           `json:"info"`
	Servers      []Server             `json:"servers,omitempty"`
	Tags         []Tag                `json:"tags,omitempty"`
	Paths        map[string]*PathItem `json:"paths"`
	Webhooks     map[string]*PathItem `json:"webhooks,omitempty"`
	Components   *Components          `json:"components,omitempty"`
	Security     []SecurityNeed       `json:"security,omitzero"` // of operations without their own; [Build] says none
	ExternalDocs *ExternalDocs        `json:"externalDocs,omitempty"`
	Extensions   map[string]any       `json:"-"`

	places     map[string]string // of operations, by the pattern of their route
	operations map[string]*Operation
}

// Operation returns the operation that [Build] made of the route with this pattern, as in
// "GET /notes"; nil when the route is not documented, and in a document that was read
// from a file. It is where an [Edit] begins.
func (d *Document) Operation(pattern string) *Operation { return d.operations[pattern] }

// Pointer returns the JSON pointer (RFC 6901) of the operation that [Build] made of
// the route with this pattern, as in "/paths/~1notes/get" of "GET /notes"; "" when the
// route is not documented, and in a document that was read from a file.
func (d *Document) Pointer(pattern string) string { return d.places[pattern] }

// InfoObject is the document's info member.
type InfoObject struct {
	Title          string   `json:"title"`
	Summary        string   `json:"summary,omitempty"`
	Description    string   `json:"description,omitempty"`
	TermsOfService string   `json:"termsOfService,omitempty"`
	Contact        *Contact `json:"contact,omitempty"`
	License        *License `json:"license,omitempty"`
	Version        string   `json:"version"`
}

// Contact says whom to ask about an API.
type Contact struct {
	Name  string `json:"name,omitempty"`
	URL   string `json:"url,omitempty"`
	Email string `json:"email,omitempty"`
}

// License names the licence of an API, by SPDX identifier or by URL.
type License struct {
	Name       string `json:"name"`
	Identifier string `json:"identifier,omitempty"`
	URL        string `json:"url,omitempty"`
}

// Server is where an API is served; a relative URL is one beside the document.
type Server struct {
	URL         string `json:"url"`
	Description string `json:"description,omitempty"`
}

// Tag describes a tag of operations.
type Tag struct {
	Name         string        `json:"name"`
	Description  string        `json:"description,omitempty"`
	ExternalDocs *ExternalDocs `json:"externalDocs,omitempty"`
}

// ExternalDocs points to further documentation.
type ExternalDocs struct {
	Description string `json:"description,omitempty"`
	URL         string `json:"url"`
}

// PathItem holds the operations of one path.
type PathItem struct {
	Get                  *Operation            `json:"get,omitempty"`
	Put                  *Operation            `json:"put,omitempty"`
	Post                 *Operation            `json:"post,omitempty"`
	Delete               *Operation            `json:"delete,omitempty"`
	Options              *Operation            `json:"options,omitempty"`
	Head                 *Operation            `json:"head,omitempty"`
	Patch                *Operation            `json:"patch,omitempty"`
	Trace                *Operation            `json:"trace,omitempty"`
	Query                *Operation            `json:"query,omitempty"`                // 3.2
	AdditionalOperations map[string]*Operation `json:"additionalOperations,omitempty"` // 3.2
	Extensions           map[string]any        `json:"-"`
}

// Operation is one method of a path.
type Operation struct {
	Tags         []string             `json:"tags,omitempty"`
	Summary      string               `json:"summary,omitempty"`
	Description  string               `json:"description,omitempty"`
	ExternalDocs *ExternalDocs        `json:"externalDocs,omitempty"`
	OperationID  string               `json:"operationId,omitempty"`
	Parameters   []*Parameter         `json:"parameters,omitempty"`
	RequestBody  *RequestBody         `json:"requestBody,omitempty"`
	Responses    map[string]*Response `json:"responses"`
	Callbacks    map[string]Callbacks `json:"callbacks,omitempty"`
	Deprecated   bool                 `json:"deprecated,omitempty"`
	Security     []SecurityNeed       `json:"security,omitzero"` // nil: the document's
	Extensions   map[string]any       `json:"-"`
}

// Callbacks are requests that the application sends because of an operation, by the
// runtime expression that says where to.
type Callbacks = map[string]*PathItem

// SecurityNeed is one alternative of an operation's security: schemes by name, each
// with its scopes.
type SecurityNeed map[string][]string

// Parameter is a path, query, header or cookie parameter.
type Parameter struct {
	Name        string  `json:"name"`
	In          string  `json:"in"`
	Description string  `json:"description,omitempty"`
	Required    bool    `json:"required,omitempty"`
	Deprecated  bool    `json:"deprecated,omitempty"`
	Style       string  `json:"style,omitempty"`
	Explode     *bool   `json:"explode,omitempty"`
	Schema      *Schema `json:"schema,omitempty"`
	Example     any     `json:"example,omitempty"`
}

// RequestBody is the body of a request by media type.
type RequestBody struct {
	Description string                `json:"description,omitempty"`
	Content     map[string]*MediaType `json:"content"`
	Required    bool                  `json:"required,omitempty"`
}

// MediaType is a body of one media type.
type MediaType struct {
	Schema     *Schema             `json:"schema,omitempty"`
	ItemSchema *Schema             `json:"itemSchema,omitempty"` // 3.2: of each item of a stream
	Example    any                 `json:"example,omitempty"`
	Examples   map[string]*Example `json:"examples,omitempty"`
	Encoding   map[string]Encoding `json:"encoding,omitempty"`
	Extensions map[string]any      `json:"-"`
}

// Example is a named value.
type Example struct {
	Summary string `json:"summary,omitempty"`
	Value   any    `json:"value,omitempty"`
}

// Encoding describes one part of a form.
type Encoding struct {
	ContentType string `json:"contentType,omitempty"`
}

// Response is one answer of an operation, or a reference to a shared one.
type Response struct {
	Ref         string                `json:"$ref,omitempty"`
	Description string                `json:"description,omitempty"`
	Headers     map[string]*Head      `json:"headers,omitempty"`
	Content     map[string]*MediaType `json:"content,omitempty"`
}

// Head is a header of a response.
type Head struct {
	Description string  `json:"description,omitempty"`
	Required    bool    `json:"required,omitempty"`
	Deprecated  bool    `json:"deprecated,omitempty"`
	Schema      *Schema `json:"schema,omitempty"`
}

// Components are the parts that operations share.
type Components struct {
	Schemas         map[string]*Schema         `json:"schemas,omitempty"`
	Responses       map[string]*Response       `json:"responses,omitempty"`
	SecuritySchemes map[string]*SecurityScheme `json:"securitySchemes,omitempty"`
}

// SecurityScheme is a way to authenticate.
type SecurityScheme struct {
	Type             string                `json:"type"`
	Description      string                `json:"description,omitempty"`
	Name             string                `json:"name,omitempty"`
	In               string                `json:"in,omitempty"`
	Scheme           string                `json:"scheme,omitempty"`
	BearerFormat     string                `json:"bearerFormat,omitempty"`
	Flows            map[string]*OAuthFlow `json:"flows,omitempty"` // by kind, as in "authorizationCode"
	OpenIDConnectURL string                `json:"openIdConnectUrl,omitempty"`
}

// OAuthFlow is a way to get a token (RFC 6749 §4).
type OAuthFlow struct {
	AuthorizationURL string            `json:"authorizationUrl,omitempty"`
	TokenURL         string            `json:"tokenUrl,omitempty"`
	RefreshURL       string            `json:"refreshUrl,omitempty"`
	Scopes           map[string]string `json:"scopes"` // with what each is for
}

// MarshalJSON writes the document with its extensions.
func (d *Document) MarshalJSON() ([]byte, error) {
	type plain Document
	return extended((*plain)(d), d.Extensions)
}

// MarshalJSON writes the path item with its extensions.
func (p *PathItem) MarshalJSON() ([]byte, error) {
	type plain PathItem
	return extended((*plain)(p), p.Extensions)
}

// MarshalJSON writes the operation with its extensions.
func (o *Operation) MarshalJSON() ([]byte, error) {
	type plain Operation
	return extended((*plain)(o), o.Extensions)
}

// MarshalJSON writes the media type with its extensions.
func (m *MediaType) MarshalJSON() ([]byte, error) {
	type plain MediaType
	return extended((*plain)(m), m.Extensions)
}

// extended marshals v and appends extensions in the order of their names.
func extended(v any, extensions map[string]any) ([]byte, error) {
	data, err := json.Marshal(v)
	if err != nil || len(extensions) == 0 {
		return data, err
	}
	data = data[:len(data)-1]
	for _, name := range slices.Sorted(maps.Keys(extensions)) {
		value, err := json.Marshal(extensions[name])
		if err != nil {
			return nil, err
		}
		if len(data) > 1 {
			data = append(data, ',')
		}
		key, _ := json.Marshal(name) // a string is always JSON
		data = append(append(append(data, key...), ':'), value...)
	}
	return append(data, '}'), nil
}

// operation returns the slot of a method, or nil for one that OpenAPI does not have.
func (p *PathItem) operation(method string) **Operation {
	switch method {
	case "GET":
		return &p.Get
	case "PUT":
		return &p.Put
	case "POST":
		return &p.Post
	case "DELETE":
		return &p.Delete
	case "OPTIONS":
		return &p.Options
	case "HEAD":
		return &p.Head
	case "PATCH":
		return &p.Patch
	case "TRACE":
		return &p.Trace
	case "QUERY":
		return &p.Query
	}
	return nil
}
