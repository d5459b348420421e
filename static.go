package wend

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/internal/problem"
	"github.com/wend-go/wend/internal/radix"
)

// Static serves the files of a file system for GET and HEAD, below a prefix:
//
//	r.Mount("/assets", wend.Static(assets))
//
// A directory is its index.html and is never listed. Names that begin with a dot, names
// that mean something else on another system, and everything that cannot be read are
// 404. Files have an ETag and answer conditions and ranges; one with a hash in its name,
// such as app.3f9a1c07.js, may be kept for ever, and any other is asked for again. Where
// a client takes gzip, zstd or br, and a file name.gz, name.zst or name.br lies beside
// the file, that is sent.
//
// An os.DirFS is opened as an [os.Root], so no symbolic link leads out of it. Static
// panics with a *[RegistrationError] when there is no file system.
func Static(files fs.FS) http.Handler { return newStatic("Static", files, false) }

// SPA serves a single-page application: as [Static], and the index.html of the root for
// a path that is no file, when the client accepts text/html and the last element of the
// path has no extension. It is mounted where the application's routes leave room:
//
//	r.Mount("/", wend.SPA(dist))
func SPA(files fs.FS) http.Handler { return newStatic("SPA", files, true) }

// static is the handler of Static and SPA.
type static struct {
	files fs.FS
	spa   bool
	tags  sync.Map // name → ETag, of files that have no time of change
}

func newStatic(what string, files fs.FS, spa bool) *static {
	site := here()
	refuse := func(text string) {
		panic(&RegistrationError{What: what, Site: site.String(), Problems: binding.Problems{{Text: text}}})
	}
	if files == nil {
		refuse("is given no file system")
	}
	if dir, ok := dirOf(files); ok {
		root, err := os.OpenRoot(dir)
		if err != nil {
			refuse(fmt.Sprintf("cannot open its directory: %v", err))
		}
		files = root.FS()
	}
	if spa {
		if _, err := fs.Stat(files, "index.html"); err != nil {
			refuse(fmt.Sprintf("has no index.html: %v", err))
		}
	}
	return &static{files: files, spa: spa}
}

// dirOf returns the directory of an os.DirFS, which has no exported type.
func dirOf(files fs.FS) (string, bool) {
	v := reflect.ValueOf(files)
	if v.Kind() != reflect.String || v.Type().String() != "os.dirFS" {
		return "", false
	}
	return v.String(), true
}

// ServeHTTP serves one file.
func (s *static) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		problem.Reject(w, r, problem.Rejection{
			Status: http.StatusMethodNotAllowed, Detail: "the method is not allowed here", Header: http.Header{"Allow": {"GET, HEAD"}},
		})
		return
	}
	name, ok := fileName(r)
	if ok {
		ok = s.serve(w, r, name)
	}
	if !ok && s.spa && path.Ext(name) == "" && acceptsHTML(r) {
		ok = s.serve(w, r, "")
	}
	if !ok {
		problem.Reject(w, r, problem.Rejection{Status: http.StatusNotFound, Detail: "there is nothing at this path"})
	}
}

// fileName is the name of the file that a request asks for: "" is the root. A name that
// any system could take for something else is none.
func fileName(r *http.Request) (name string, ok bool) {
	canonical, ok := radix.Canonical(r.URL)
	if !ok || radix.Check(canonical) != radix.Clean || radix.Value(canonical) != canonical {
		return "", false // an encoded slash would be part of a name, and no file has one
	}
	name = strings.Trim(r.URL.Path, "/")
	if name == "" {
		return "", true
	}
	if !fs.ValidPath(name) {
		return name, false
	}
	for element := range strings.SplitSeq(name, "/") {
		if !portable(element) {
			return name, false
		}
	}
	return name, true
}

// portable reports whether a name is that of a file on every system: no dot-file, none
// of the characters and devices of Windows.
func portable(name string) bool {
	if strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".") || strings.HasSuffix(name, " ") || strings.ContainsAny(name, `\:*?"<>|`) {
		return false
	}
	stem, _, _ := strings.Cut(strings.ToUpper(name), ".")
	stem = raised.Replace(stem)
	switch strings.TrimRight(stem, " ") {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return false
	}
	isPort := len(stem) == 4 && (strings.HasPrefix(stem, "COM") || strings.HasPrefix(stem, "LPT"))
	return !isPort || stem[3] < '0' || stem[3] > '9'
}

// raised are the digits that Windows takes for those of a port as well.
var raised = strings.NewReplacer("¹", "1", "²", "2", "³", "3")

// serve sends a file, or the index of a directory. It reports false, and has done
// nothing, when there is none.
func (s *static) serve(w http.ResponseWriter, r *http.Request, name string) bool {
	if name == "" {
		return s.serveFile(w, r, "index.html")
	}
	info, err := fs.Stat(s.files, name)
	if err != nil {
		return false
	}
	if !info.IsDir() {
		return !strings.HasSuffix(r.URL.Path, "/") && s.serveFile(w, r, name)
	}
	if _, err := fs.Stat(s.files, name+"/index.html"); err != nil {
		return false
	}
	if !strings.HasSuffix(r.URL.Path, "/") { // links of the page are relative to the directory
		location := url.URL{Path: path.Base(name) + "/", RawQuery: r.URL.RawQuery}
		w.Header()["Location"] = []string{location.String()}
		w.WriteHeader(http.StatusPermanentRedirect)
		return true
	}
	return s.serveFile(w, r, name+"/index.html")
}

func (s *static) serveFile(w http.ResponseWriter, r *http.Request, name string) bool {
	f, info, ok := s.open(name)
	if !ok {
		return false
	}
	defer func() { f.Close() }() // the one that is sent
	sent, h := name, w.Header()
	vary := false
	for _, c := range codings {
		packed, packedInfo, ok := s.open(name + c.ext)
		if !ok {
			continue
		}
		vary = true
		if sent == name && acceptsCoding(r, c.name) {
			f.Close()
			f, info, sent = packed, packedInfo, name+c.ext
			h["Content-Encoding"] = []string{c.name}
			continue
		}
		packed.Close()
	}
	if vary {
		h["Vary"] = append(h["Vary"][:len(h["Vary"]):len(h["Vary"])], "Accept-Encoding")
	}
	tag, err := s.tag(sent, f, info)
	if err != nil {
		delete(h, "Content-Encoding")
		return false
	}
	h["Cache-Control"] = []string{cacheControl(name)}
	d := Download{Content: f, Inline: true, ETag: tag, Modified: info.ModTime(), MediaType: mediaTypeOf(name)}
	s.send(w, r, d)
	return true
}

// send is a Download of a plain handler.
func (s *static) send(w http.ResponseWriter, r *http.Request, d Download) {
	out := newStreamWriter(w, r, http.StatusOK, "")
	defer out.end()
	err := d.send(out)
	var e *Error
	switch {
	case err == nil || errors.As(err, new(lost)) || gone(r.Context(), err): // nobody is there to be told
	case out.begun:
		panic(http.ErrAbortHandler) // half a file is not to be taken for a whole one
	case errors.As(err, &e):
		delete(w.Header(), "Cache-Control")
		problem.Reject(w, r, problem.Rejection{Status: e.status(), Detail: e.Detail, Header: e.Header})
	default:
		delete(w.Header(), "Cache-Control")
		problem.Reject(w, r, problem.Rejection{Status: http.StatusInternalServerError})
	}
}

// file is an open regular file.
type file interface {
	io.ReadSeeker
	io.Closer
}

func (s *static) open(name string) (file, fs.FileInfo, bool) {
	f, err := s.files.Open(name)
	if err != nil {
		return nil, nil, false
	}
	info, err := f.Stat()
	seeker, seeks := f.(file)
	if err != nil || !info.Mode().IsRegular() || !seeks {
		f.Close()
		return nil, nil, false
	}
	return seeker, info, true
}

// tag is the ETag of a file: of its time and size, or of its content where it has no
// time, as in an embed.FS; that is read once, since it never changes.
func (s *static) tag(name string, f io.ReadSeeker, info fs.FileInfo) (string, error) {
	if t := info.ModTime(); !t.IsZero() && t != time.Unix(0, 0) {
		return strconv.FormatInt(t.UnixNano(), 36) + "-" + strconv.FormatInt(info.Size(), 36), nil
	}
	if tag, ok := s.tags.Load(name); ok {
		return tag.(string), nil
	}
	hash := sha256.New()
	if _, err := io.Copy(hash, f); err != nil {
		return "", err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	tag := hex.EncodeToString(hash.Sum(nil)[:16])
	s.tags.Store(name, tag)
	return tag, nil
}
