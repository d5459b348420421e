package openapi

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v4"
)

// ReadFile reads a document that [WriteFile] wrote, to compare it with a new one by
// [Diff]. What the model has no place for is lost, save for "x-" members.
func ReadFile(name string) (*Document, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	if ext := filepath.Ext(name); ext == ".yaml" || ext == ".yml" {
		var tree any
		if err := yaml.Unmarshal(data, &tree); err != nil {
			return nil, fmt.Errorf("openapi: %s: %w", name, err)
		}
		if data, err = json.Marshal(tree); err != nil {
			return nil, fmt.Errorf("openapi: %s: %w", name, err)
		}
	}
	d := &Document{}
	if err := json.Unmarshal(data, d); err != nil {
		return nil, fmt.Errorf("openapi: %s: %w", name, err)
	}
	return d, nil
}

// UnmarshalJSON reads the document with its extensions.
func (d *Document) UnmarshalJSON(data []byte) error {
	type plain Document
	d.Extensions = extensionsOf(data)
	return json.Unmarshal(data, (*plain)(d))
}

// UnmarshalJSON reads the path item with its extensions.
func (p *PathItem) UnmarshalJSON(data []byte) error {
	type plain PathItem
	p.Extensions = extensionsOf(data)
	return json.Unmarshal(data, (*plain)(p))
}

// UnmarshalJSON reads the operation with its extensions.
func (o *Operation) UnmarshalJSON(data []byte) error {
	type plain Operation
	o.Extensions = extensionsOf(data)
	return json.Unmarshal(data, (*plain)(o))
}

// parsedIf reads a schema that may not be there. The model's own reader refuses a
// list of types, so the structs that hold a schema read it by this.
func parsedIf(raw json.RawMessage) *Schema {
	if raw == nil || string(raw) == "null" {
		return nil
	}
	return parse(raw)
}

// UnmarshalJSON reads the media type with its extensions.
func (m *MediaType) UnmarshalJSON(data []byte) error {
	type plain MediaType
	wire := struct {
		*plain
		Schema     json.RawMessage `json:"schema"`
		ItemSchema json.RawMessage `json:"itemSchema"`
	}{plain: (*plain)(m)}
	err := json.Unmarshal(data, &wire)
	m.Extensions, m.Schema, m.ItemSchema = extensionsOf(data), parsedIf(wire.Schema), parsedIf(wire.ItemSchema)
	return err
}

// UnmarshalJSON reads the parameter.
func (p *Parameter) UnmarshalJSON(data []byte) error {
	type plain Parameter
	wire := struct {
		*plain
		Schema json.RawMessage `json:"schema"`
	}{plain: (*plain)(p)}
	err := json.Unmarshal(data, &wire)
	p.Schema = parsedIf(wire.Schema)
	return err
}

// UnmarshalJSON reads the header.
func (h *Head) UnmarshalJSON(data []byte) error {
	type plain Head
	wire := struct {
		*plain
		Schema json.RawMessage `json:"schema"`
	}{plain: (*plain)(h)}
	err := json.Unmarshal(data, &wire)
	h.Schema = parsedIf(wire.Schema)
	return err
}

// UnmarshalJSON reads the components.
func (c *Components) UnmarshalJSON(data []byte) error {
	type plain Components
	wire := struct {
		*plain
		Schemas map[string]json.RawMessage `json:"schemas"`
	}{plain: (*plain)(c)}
	err := json.Unmarshal(data, &wire)
	for name, raw := range wire.Schemas {
		c.Schemas = put(c.Schemas, name, parse(raw))
	}
	return err
}

// UnmarshalJSON reads the example; the order of its members stays.
func (e *Example) UnmarshalJSON(data []byte) error {
	type plain Example
	wire := struct {
		*plain
		Value json.RawMessage `json:"value"`
	}{plain: (*plain)(e)}
	err := json.Unmarshal(data, &wire)
	if wire.Value != nil {
		e.Value = wire.Value
	}
	return err
}

// extensionsOf picks the "x-" members of a JSON object, each as it is written.
func extensionsOf(data []byte) map[string]any {
	var members map[string]json.RawMessage
	if json.Unmarshal(data, &members) != nil {
		return nil
	}
	var found map[string]any
	for name, value := range members {
		if strings.HasPrefix(name, "x-") {
			found = put(found, name, any(value))
		}
	}
	return found
}
