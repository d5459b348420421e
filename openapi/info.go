package openapi

import (
	"errors"
	"fmt"

	"github.com/wend-go/wend"
)

// Info describes an API as a whole.
type Info struct {
	Title          string // required
	Version        string // required: of the API, not of OpenAPI
	Summary        string
	Description    string // CommonMark
	TermsOfService string
	Contact        *Contact
	License        *License
	Servers        []Server // none: the API is where the document is
	Tags           []Tag    // descriptions, in the order in which they are shown
	ExternalDocs   *ExternalDocs
}

// Check reports what [Build] would refuse whatever the routes are: a missing title or
// version, and options that are wrong.
func (i Info) Check(opts ...Option) error {
	b := newBuilder(i)
	if err := b.configure(i, opts); err != nil {
		return err
	}
	if err := b.checkSent(); err != nil {
		return fmt.Errorf("openapi: %w", err)
	}
	return nil
}

func newBuilder(i Info) *builder {
	return &builder{doc: newDocument(i), parts: newComponents("#/components/schemas/")}
}

func (b *builder) configure(i Info, opts []Option) error {
	if i.Title == "" || i.Version == "" {
		return errors.New("openapi: Info needs a Title and a Version")
	}
	for _, opt := range opts {
		if opt.apply == nil {
			continue // the zero Option
		}
		if err := opt.apply(b); err != nil {
			return fmt.Errorf("openapi: %w", err)
		}
	}
	return nil
}

// Option changes how [Build] works. It is a [wend.Option] as well, so that
// docs.Mount takes it beside those of the routes it adds; anywhere else it is a
// registration error.
type Option struct {
	wend.Option
	apply func(*builder) error
}

// Refusal is what a registration that is given the option says about it: it belongs to
// docs.Mount or [Build].
func (Option) Refusal() error {
	return errors.New("is given an option of openapi, which means something to docs.Mount and openapi.Build alone")
}

func newOption(apply func(*builder) error) Option { return Option{wend.Tags(), apply} }

// Version selects the version of the specification: "3.1.1", the default, or
// "3.2.0".
func Version(v string) Option {
	return newOption(func(b *builder) error {
		if v != "3.1.1" && v != "3.2.0" {
			return fmt.Errorf("version %q is neither 3.1.1 nor 3.2.0", v)
		}
		b.doc.OpenAPI = v
		return nil
	})
}

// Edit changes the finished document before it is used.
func Edit(f func(*Document)) Option {
	return newOption(func(b *builder) error {
		if f == nil {
			return fmt.Errorf("Edit is given nil")
		}
		b.edits = append(b.edits, f)
		return nil
	})
}

func newDocument(info Info) *Document {
	return &Document{
		OpenAPI: "3.1.1",
		Info: InfoObject{
			Title: info.Title, Version: info.Version, Summary: info.Summary, Description: info.Description,
			TermsOfService: info.TermsOfService, Contact: info.Contact, License: info.License,
		},
		Servers: info.Servers, Tags: append([]Tag(nil), info.Tags...), ExternalDocs: info.ExternalDocs,
		Paths: map[string]*PathItem{}, Security: []SecurityNeed{}, // an operation that asks for nothing is open, and says so
	}
}
