package jsonscan

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// order is a body of about a kilobyte, as an application sends it.
const order = `{"id":"6f1c1f0e-94c8-4d0e-9d55-0c7f3a0b8a11","customer":{"name":"Ada Lovelace","email":"ada@example.com","phone":"+441234567890",` +
	`"address":{"street":"12 St James's Square","city":"London","postcode":"SW1Y 4JH","country":"GB"}},"currency":"GBP","lines":[` +
	`{"sku":"ABC-0042","title":"Analytical engine, second hand","qty":1,"price":1250000,"tags":["machine","brass"]},` +
	`{"sku":"ABC-0043","title":"Punched cards, box of 500","qty":12,"price":1995,"tags":["paper"]},` +
	`{"sku":"ABC-0044","title":"Oil \"fine\"","qty":3,"price":499.5,"tags":[]}],"gift":false,"note":null,"placed":"2026-02-03T04:05:06Z",` +
	`"delivery":{"kind":"courier","window":{"from":"2026-02-05T08:00:00Z","to":"2026-02-05T18:00:00Z"},"instructions":"Leave it with the porter; ring twice."},` +
	`"totals":{"net":1274437.5,"vat":254887.5,"gross":1529325},"meta":{"source":"web","campaign":"spring","version":7,"score":0.87}}`

func BenchmarkSkip(b *testing.B) {
	texts := map[string]string{"order": order}
	// Linear time: ns per byte must not grow with the number of names.
	for _, size := range []int{10, 1000, 30_000} {
		texts[fmt.Sprintf("names=%d", size)] = wideObject(size)
		texts[fmt.Sprintf("escaped=%d", size)] = strings.ReplaceAll(wideObject(size), "k", `\u006b`)
	}
	for name, text := range texts {
		b.Run(name, func(b *testing.B) {
			data := []byte(text)
			var s Scanner
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				s.Reset(data)
				if !s.Skip() || !s.End() {
					b.Fatal(s.Err())
				}
			}
		})
	}
}

// BenchmarkWalk is what a decoder asks for: no search for duplicates.
func BenchmarkWalk(b *testing.B) {
	data := []byte(order)
	var s Scanner
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		s.Reset(data)
		walk(&s)
		if !s.End() {
			b.Fatal(s.Err())
		}
	}
}

func walk(s *Scanner) {
	switch s.Kind() {
	case '{':
		for more := s.EnterObject(); more; more = s.NextKey() {
			walk(s)
		}
	case '[':
		for more := s.EnterArray(); more; more = s.NextElem() {
			walk(s)
		}
	case '"':
		s.String()
	case '0':
		s.Number()
	case 't', 'f':
		s.Bool()
	case 'n':
		s.Null()
	}
}

func BenchmarkValid_encodingJSON(b *testing.B) {
	data := []byte(order)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if !json.Valid(data) {
			b.Fatal("refused")
		}
	}
}

func BenchmarkString(b *testing.B) {
	for name, text := range map[string]string{
		"5 bytes":         `"email": "and so on"`,
		"20 bytes":        `"12 St James's Square": "and so on"`,
		"1000 bytes":      `"` + strings.Repeat("a", 1000) + `"`,
		"1000 Cyrillic":   `"` + strings.Repeat("ж", 1000) + `"`,
		"1000 \\n in 10k": `"` + strings.Repeat(`12345678\n`, 1000) + `"`,
	} {
		b.Run(name, func(b *testing.B) {
			var s Scanner
			s.Reset([]byte(text))
			for b.Loop() {
				s.Pos = 0
				if _, _, ok := s.String(); !ok {
					b.Fatal(s.Err())
				}
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	for _, text := range []string{"7", "1250000", "1e2", "1e999999999"} {
		b.Run("int/"+text, func(b *testing.B) {
			raw := []byte(text)
			for b.Loop() {
				ParseInt(raw, 64)
			}
		})
	}
	b.Run("float/1274437.5", func(b *testing.B) {
		raw := []byte("1274437.5")
		for b.Loop() {
			ParseFloat(raw, 64)
		}
	})
}
