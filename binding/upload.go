package binding

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"os"
	"reflect"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Upload is a file of a multipart form. It is valid until the handler returns:
// what is to stay has to be copied.
type Upload struct {
	name        string
	contentType string
	size        int64
	data        []byte // of a small file
	path        string // of one on disk
}

// Name is what the client calls the file: its last element, at most 100 bytes,
// with other characters than letters, digits and " ._-()" as "_". It is data, and
// two files may share it; "" where nothing is left of it.
func (u Upload) Name() string { return u.name }

// ContentType is the media type that the first bytes show, never the client's claim.
func (u Upload) ContentType() string { return u.contentType }

// Size is the number of bytes.
func (u Upload) Size() int64 { return u.size }

// Open returns the content from its start. The caller closes it.
func (u Upload) Open() (io.ReadSeekCloser, error) {
	if u.path == "" {
		return memoryFile{bytes.NewReader(u.data)}, nil
	}
	return os.Open(u.path)
}

type memoryFile struct{ *bytes.Reader }

func (memoryFile) Close() error { return nil }

// cleanName makes a file name harmless as data: RFC 7578 §4.2 warns of paths.
func cleanName(name string) string {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError || unicode.IsControl(r):
			return -1
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || strings.ContainsRune(" ._-()", r):
			return r
		}
		return '_'
	}, name)
	for len(name) > 100 {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	if strings.Trim(name, ". ") == "" {
		return ""
	}
	return name
}

// spool holds the temporary files of one request.
type spool struct {
	dir    string // 0700, made for the first file
	memory bool   // keep everything in memory: nobody will call Close
}

// spoolFrom is the size from which a file is kept on disk.
const spoolFrom = 1 << 20

// keep stores a file whose first bytes are head; it reads at most limit bytes in all
// and reports too large a file by a size over limit.
func (s *spool) keep(head []byte, rest io.Reader, limit int64) (u Upload, err error) {
	u.contentType = sniff(head)
	if s.memory || int64(len(head)) < spoolFrom {
		u.data = head
		u.size = int64(len(head))
		if !s.memory || u.size > limit {
			return u, nil
		}
		more, err := io.ReadAll(io.LimitReader(rest, limit+1-u.size))
		u.data = append(u.data, more...)
		u.size = int64(len(u.data))
		return u, err
	}
	if s.dir == "" {
		if s.dir, err = os.MkdirTemp("", "wend-"); err != nil {
			return u, fmt.Errorf("binding: %w", err)
		}
	}
	file, err := os.CreateTemp(s.dir, "upload-")
	if err != nil {
		return u, fmt.Errorf("binding: %w", err)
	}
	u.path = file.Name()
	u.size, err = io.Copy(file, io.LimitReader(io.MultiReader(bytes.NewReader(head), rest), limit+1))
	return u, errors.Join(err, file.Close())
}

// close removes everything.
func (s *spool) close() error {
	if s == nil || s.dir == "" {
		return nil
	}
	return os.RemoveAll(s.dir)
}

func sniff(head []byte) string {
	mediaType, _, _ := strings.Cut(http.DetectContentType(head[:min(len(head), 512)]), ";")
	return mediaType
}

// fileKind says how a form field holds its file.
type fileKind uint8

const (
	fileNone fileKind = iota
	fileOne
	filePointer
	fileMany
	fileBytes
)

var uploadType = reflect.TypeFor[Upload]()

func fileKindOf(t reflect.Type) fileKind {
	switch t {
	case uploadType:
		return fileOne
	case reflect.PointerTo(uploadType):
		return filePointer
	case reflect.SliceOf(uploadType):
		return fileMany
	case bytesType:
		return fileBytes
	}
	return fileNone
}

// fileRules are the rules about one file of a field.
type fileRules struct {
	kind      fileKind
	maxSize   int64 // 0 is none of the field's own
	sizeText  string
	mediaType []string
}

// defaultFile is the size of a file that no rule speaks about.
const defaultFile = 10 << 20

func (f *fileRules) limit() int64 {
	if f.maxSize > 0 {
		return f.maxSize
	}
	return defaultFile
}

// take reads maxsize and mime off a list of rules and returns the others.
func (f *fileRules) take(rules *uses, at site) *uses {
	rest := &uses{}
	if rules.dive != nil && f.kind == fileMany { // what is said of each is said of all
		for _, u := range f.take(rules.dive, at).own {
			at.problem("", "has %s, which is not for %s", u.name, uploadType)
		}
	} else if rules.dive != nil {
		at.problem("", "has dive on a file, which has no elements")
	}
	for _, u := range rules.own {
		for _, alt := range u.alts {
			if alt.name == "maxsize" || alt.name == "mime" {
				at.problem(fmt.Sprintf("validate:%q", strings.ReplaceAll(u.String(), "|", ",")), "has %s in alternatives, where only rules about values may stand", alt.name)
				return rest
			}
		}
		switch u.name {
		case "maxsize":
			size, ok := parseSize(u.param)
			switch {
			case !ok:
				at.problem(`validate:"maxsize=5MB"`, "has maxsize=%s, which is no size", u.param)
			case f.maxSize != 0:
				at.problem(fmt.Sprintf("validate:%q", u), "has two rules for one thing, maxsize=%s and %s", f.sizeText, u)
			}
			f.maxSize, f.sizeText = size, u.param
		case "mime":
			types := strings.Fields(u.param)
			switch {
			case len(types) == 0:
				at.problem(`validate:"mime=image/png image/jpeg"`, "has mime without the parameter it needs")
			case f.mediaType != nil:
				at.problem(fmt.Sprintf("validate:\"mime=%s\"", strings.Join(append(f.mediaType, types...), " ")), "has two rules for one thing, mime=%s and %s", strings.Join(f.mediaType, " "), u)
			}
			for _, t := range types {
				if strings.Count(t, "/") != 1 {
					at.problem(`validate:"mime=image/png image/jpeg"`, "has mime=%s, and %q is no media type", u.param, t)
				}
			}
			f.mediaType = types
		default:
			rest.own = append(rest.own, u)
		}
	}
	return rest
}

// parseSize reads 500, 10KB, 5MB, 1GB and, in powers of two, KiB, MiB, GiB.
func parseSize(text string) (int64, bool) {
	units := []struct {
		suffix string
		bytes  int64
	}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"B", 1}}
	unit := int64(1)
	for _, u := range units {
		if number, ok := strings.CutSuffix(text, u.suffix); ok {
			text, unit = number, u.bytes
			break
		}
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n * unit, err == nil && n > 0 && n <= math.MaxInt64/unit
}

// schema states a file: its bytes, and as annotations what is checked of them.
func (f *fileRules) schema() Schema {
	s := Schema{State("contentMediaType", "application/octet-stream")}
	var notes []map[string]any
	var texts []string
	if f.maxSize > 0 {
		notes = append(notes, map[string]any{"rule": "maxsize", "maxsize": f.sizeText})
		texts = append(texts, "at most "+f.sizeText)
	}
	if len(f.mediaType) > 0 {
		notes = append(notes, map[string]any{"rule": "mime", "mime": f.mediaType})
		texts = append(texts, "of type "+strings.Join(f.mediaType, " or "))
	}
	if len(notes) > 0 {
		s = append(s, State("x-constraints", notes), State("description", strings.Join(texts, ", ")))
	}
	return s
}

// judge returns what is wrong with a file, or "".
func (f *fileRules) judge(u *Upload) (code, detail string, params map[string]any) {
	switch {
	case f.maxSize > 0 && u.size > f.maxSize:
		return "maxsize", "must be at most " + f.sizeText, map[string]any{"maxsize": f.sizeText}
	case len(f.mediaType) > 0 && !covered(f.mediaType, u.contentType):
		return "mime", "must be of type " + strings.Join(f.mediaType, " or "), map[string]any{"mime": f.mediaType}
	}
	return "", "", nil
}

func covered(declared []string, mediaType string) bool {
	for _, d := range declared {
		family, isRange := strings.CutSuffix(d, "/*")
		if d == mediaType || isRange && (family == "*" || strings.HasPrefix(mediaType, family+"/")) {
			return true
		}
	}
	return false
}
