package docs

import (
	"crypto/rand"
	_ "embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"regexp"
	"strings"

	"github.com/wend-go/wend"
)

// ReDoc is an option of [Mount]: it serves ReDoc at /redoc from the file
// redoc.standalone.js at the top of files, which is in the directory bundles of the
// npm package redoc. Versions 2 and 3 are known to work; nothing is loaded from
// another origin.
//
//	//go:embed redoc.standalone.js
//	var files embed.FS
func ReDoc(files fs.FS) wend.Option {
	return option{apply: func(s *site) error {
		if files == nil {
			return fmt.Errorf("ReDoc is given nil")
		}
		if _, err := fs.Stat(files, redocFile); err != nil {
			return fmt.Errorf("ReDoc finds no file %s: %w", redocFile, err)
		}
		s.redoc = &redoc{files: files}
		return nil
	}}
}

// ReDocCDN is an option of [Mount]: it serves a page at /redoc that loads one
// version of ReDoc, such as "3.0.1", from cdn.jsdelivr.net. The browser runs it only
// if it has the given hash, as in "sha384-…"; still, that host learns who reads the
// documentation, and without it there is none. Prefer [ReDoc].
func ReDocCDN(version, integrity string) wend.Option {
	return option{apply: func(s *site) error {
		switch {
		case !versionText.MatchString(version):
			return fmt.Errorf("ReDocCDN is given the version %q, and it needs a whole one such as 3.0.1", version)
		case !integrityText.MatchString(integrity):
			return fmt.Errorf("ReDocCDN is given the integrity %q, and it needs a hash such as sha384-…", integrity)
		}
		s.redoc = &redoc{version: version, integrity: integrity}
		return nil
	}}
}

var (
	versionText   = regexp.MustCompile(`^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$`)
	integrityText = regexp.MustCompile(`^sha(256|384|512)-[A-Za-z0-9+/]+={0,2}$`)
)

const redocFile = "redoc.standalone.js"

// redoc is a page with ReDoc: from files, or else from the CDN.
type redoc struct {
	files              fs.FS
	version, integrity string
}

//go:embed redoc.js
var redocScript []byte

//go:embed redoc.css
var redocStyle []byte

func (d *redoc) assets() *assets {
	files, only := d.files, redocFile
	if files == nil {
		files, only = noFiles{}, "none"
	}
	return &assets{own: map[string][]byte{"init.js": redocScript, "page.css": redocStyle}, files: files, only: only}
}

// noFiles is an empty file system.
type noFiles struct{}

func (noFiles) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

//go:embed redoc.html
var redocText string

var redocTemplate = template.Must(template.New("redoc").Parse(redocText))

const cdn = "https://cdn.jsdelivr.net"

// source is where the page finds ReDoc, and the origin to allow for that.
func (d *redoc) source() (url, origin string) {
	if d.files != nil {
		return "redoc/" + redocFile, ""
	}
	return cdn + "/npm/redoc@" + d.version + "/bundles/" + redocFile, " " + cdn
}

// page serves ReDoc. It makes style elements and a worker of its own: those carry a
// nonce that is new for each response, and the worker is a blob.
func (d *redoc) page(title string) http.HandlerFunc {
	url, origin := d.source()
	return func(w http.ResponseWriter, r *http.Request) {
		nonce := rand.Text()
		render(w, r, redocTemplate, redocPolicy(origin, nonce), struct {
			Title, URL, Integrity, Nonce string
			Module                       bool
		}{title, url, d.integrity, nonce, !strings.HasPrefix(d.version, "2.")})
	}
}

func redocPolicy(origin, nonce string) string {
	return "default-src 'none'; script-src 'self'" + origin + "; style-src 'self' 'nonce-" + nonce + "'; " +
		"img-src 'self' data:; font-src 'self' data:; connect-src 'self'; worker-src blob:; form-action 'none'; " +
		"base-uri 'none'; frame-ancestors 'none'"
}
