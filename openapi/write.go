package openapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v4"
)

// JSON returns the document as indented JSON with a final newline. The same
// document gives the same bytes.
func (d *Document) JSON() ([]byte, error) {
	compact, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, compact, "", "  "); err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

// YAML returns the document as YAML, with members in the order of the JSON form.
func (d *Document) YAML() ([]byte, error) {
	data, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	var node yaml.Node // JSON is YAML, and a node keeps the order
	if err := yaml.Unmarshal(data, &node); err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	plainStyle(&node)
	out, err := yaml.Marshal(&node)
	if err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	return out, nil
}

// plainStyle drops JSON's braces; the writer quotes what needs it.
func plainStyle(n *yaml.Node) {
	n.Style = 0
	for _, child := range n.Content {
		plainStyle(child)
	}
}

// WriteFile writes the document to a file: YAML when its name ends in .yaml or
// .yml, else JSON. An equal file is left alone.
func WriteFile(name string, d *Document) error {
	write := d.JSON
	if ext := filepath.Ext(name); ext == ".yaml" || ext == ".yml" {
		write = d.YAML
	}
	data, err := write()
	if err != nil {
		return err
	}
	if old, err := os.ReadFile(name); err == nil && bytes.Equal(old, data) {
		return nil
	}
	return os.WriteFile(name, data, 0o644)
}
