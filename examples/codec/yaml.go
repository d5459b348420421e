package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"go.yaml.in/yaml/v4"
)

// yamlCodec carries YAML (RFC 9512) to and from JSON text.
type yamlCodec struct{}

func (yamlCodec) MediaTypes() []string { return []string{"application/yaml"} }

// ToJSON appends the JSON of one YAML document. It goes through the syntax tree, so
// that a name given twice is still there twice and is refused as in JSON, and so that
// an alias, which makes a small text large, is refused here.
func (yamlCodec) ToJSON(dst, body []byte) ([]byte, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(body, &doc); err != nil {
		return dst, err
	}
	if len(doc.Content) != 1 {
		return dst, errors.New("not one document")
	}
	return appendJSON(dst, doc.Content[0])
}

// FromJSON appends the YAML of a JSON text: JSON is YAML, and only the style changes.
func (yamlCodec) FromJSON(dst, text []byte) ([]byte, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return dst, err
	}
	blockStyle(&doc)
	out, err := yaml.Marshal(&doc)
	return append(dst, out...), err
}

func blockStyle(n *yaml.Node) {
	n.Style = 0
	for _, child := range n.Content {
		blockStyle(child)
	}
}

func appendJSON(dst []byte, n *yaml.Node) ([]byte, error) {
	switch n.Kind {
	case yaml.MappingNode:
		return appendMapping(dst, n)
	case yaml.SequenceNode:
		dst = append(dst, '[')
		for i, item := range n.Content {
			if i > 0 {
				dst = append(dst, ',')
			}
			var err error
			if dst, err = appendJSON(dst, item); err != nil {
				return dst, err
			}
		}
		return append(dst, ']'), nil
	case yaml.ScalarNode:
		return appendScalar(dst, n)
	}
	return dst, fmt.Errorf("line %d: an alias or another thing that JSON does not have", n.Line)
}

func appendMapping(dst []byte, n *yaml.Node) ([]byte, error) {
	dst = append(dst, '{')
	for i := 0; i < len(n.Content); i += 2 {
		if i > 0 {
			dst = append(dst, ',')
		}
		if n.Content[i].Kind != yaml.ScalarNode {
			return dst, fmt.Errorf("line %d: a name that is no text", n.Content[i].Line)
		}
		name, err := json.Marshal(n.Content[i].Value)
		if err != nil {
			return dst, err
		}
		dst = append(append(dst, name...), ':')
		if dst, err = appendJSON(dst, n.Content[i+1]); err != nil {
			return dst, err
		}
	}
	return append(dst, '}'), nil
}

// appendScalar appends a scalar as YAML's core schema reads it; what JSON does not have,
// as a date, stays text.
func appendScalar(dst []byte, n *yaml.Node) ([]byte, error) {
	var value any = n.Value
	switch n.ShortTag() {
	case "!!null", "!!bool", "!!int", "!!float":
		if err := n.Decode(&value); err != nil {
			return dst, err
		}
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil { // .inf and .nan are no JSON
		return dst, err
	}
	return append(dst, bytes.TrimSuffix(out.Bytes(), []byte("\n"))...), nil
}
