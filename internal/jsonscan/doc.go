// Package jsonscan is the syntax layer of a JSON decoder that a type plan drives.
//
// The decoder knows which type it expects and asks the [Scanner] for the next
// piece of text; the scanner knows no types. It works in place on one byte
// slice that holds the whole text and allocates nothing unless the text is
// wrong:
//
//	s.Reset(data)
//	if s.Kind() == '{' {
//		for more := s.EnterObject(); more; more = s.NextKey() {
//			switch string(s.Key) {
//			case "name":
//				if s.Kind() == '"' {
//					raw, escaped, ok := s.String()
//					...
//				}
//			default:
//				s.Skip()
//			}
//		}
//	}
//	if !s.End() {
//		return s.Err()
//	}
//
// What it accepts is RFC 8259 and I-JSON's stricter reading of it (RFC 7493
// §2): UTF-8 without a byte order mark, no surrogate without its partner, no
// object with two equal names. Depth and number of tokens are limited.
//
// The first error stays: the position moves to the end of the text, where every
// further call fails too, so a loop needs no check of its own.
package jsonscan
