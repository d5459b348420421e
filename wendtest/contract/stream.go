package contract

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/wend-go/wend/internal/schema"
)

const eventStream = "text/event-stream"

// itemDifferences compares the items of a stream that have arrived as a whole.
func (m *media) itemDifferences(mediaType string, a *answer) []string {
	var all []string
	compare := func(what string, item []byte) {
		v, err := schema.Decode(item)
		if err != nil {
			all = append(all, what+" is no JSON: "+err.Error())
			return
		}
		all = append(all, about(what, m.item.Validate(v))...)
	}
	if mediaType != eventStream {
		for i, line := range whole(a.body, "\n") {
			if line = bytes.TrimSpace(line); len(line) > 0 {
				compare(fmt.Sprintf("line %d", i+1), line)
			}
		}
		return all
	}
	events := whole(a.body, "\n\n")
	for i, text := range events {
		event := fieldsOf(text)
		data, ok := event["data"].(string)
		if !ok || event["event"] == "problem" && i == len(events)-1 { // a comment, or the failure that ends the stream
			continue
		}
		what := fmt.Sprintf("event %d", i+1)
		if m.event != nil {
			all = append(all, about(what, m.event.Validate(event))...)
		}
		compare(what+" data", []byte(data))
	}
	return all
}

// whole splits a text behind each separator and drops what comes after the last: it was
// not sent to its end.
func whole(body []byte, separator string) [][]byte {
	parts := bytes.Split(body, []byte(separator))
	return parts[:len(parts)-1]
}

// fieldsOf reads an event (WHATWG HTML §9.2.6).
func fieldsOf(text []byte) map[string]any {
	event := map[string]any{}
	for line := range bytes.SplitSeq(text, []byte("\n")) {
		name, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.TrimPrefix(value, []byte(" "))
		switch string(name) {
		case "data":
			if before, ok := event["data"].(string); ok {
				value = append([]byte(before+"\n"), value...)
			}
			event["data"] = string(value)
		case "event", "id":
			event[string(name)] = string(value)
		case "retry":
			event["retry"] = json.Number(value)
		}
	}
	return event
}
