package binding

import (
	"fmt"
	"io"
	"log/slog"
	"reflect"
)

// Secret is a text that must not be shown: a password, a token. It binds like a
// string, with the same rules, and prints as [redacted] in fmt, slog and JSON,
// whatever the verb. Only Reveal returns it. A response leaves it out. Keep it in
// exported fields: fmt cannot ask the value of an unexported one how to print.
type Secret struct{ text string }

// Invariant: Secret has the memory of a string, and is read as one.

// NewSecret returns a Secret that holds text.
func NewSecret(text string) Secret { return Secret{text} }

const redacted = "[redacted]"

// Reveal returns the text.
func (s Secret) Reveal() string { return s.text }

// String returns "[redacted]".
func (Secret) String() string { return redacted }

// Format writes "[redacted]" for every verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue is "[redacted]".
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText returns "[redacted]".
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// UnmarshalText stores the text, for decoders other than this package's.
func (s *Secret) UnmarshalText(text []byte) error {
	s.text = string(text)
	return nil
}

var secretType = reflect.TypeFor[Secret]()

// isSecret reports whether n is a Secret, or a pointer or Opt of one.
func (n *node) isSecret() bool { return n.innermost().typ == secretType }
