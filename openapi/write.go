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
	if err := json.Indent(&out, plainText(compact), "", "  "); err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

// plainText undoes what encoding/json does to <, > and & for the sake of HTML, in
// place: patterns are read by people.
func plainText(data []byte) []byte {
	out := data[:0]
	for i := 0; i < len(data); i++ {
		if data[i] != '\\' {
			out = append(out, data[i])
			continue
		}
		escape := data[i+1] // Invariant: JSON never ends with a backslash
		if escape == 'u' {
			switch string(data[i+2 : i+6]) {
			case "003c":
				escape = '<'
			case "003e":
				escape = '>'
			case "0026":
				escape = '&'
			}
		}
		if escape == '<' || escape == '>' || escape == '&' {
			out = append(out, escape)
			i += 5
			continue
		}
		out = append(out, '\\', escape)
		i++
	}
	return out
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
