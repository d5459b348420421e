package docs

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"io/fs"
	"net/http"
	"path"
	"sync"

	"github.com/swaggest/swgui/v5/static"

	"github.com/wend-go/wend"
)

//go:embed init.js
var initScript []byte

//go:embed oauth2-redirect.js
var oauthScript []byte

//go:embed page.css
var pageStyle []byte

// swaggerAssets are the files below /docs: Swagger UI's, which are embedded
// compressed, and this package's.
func swaggerAssets() *assets {
	return &assets{
		own:   map[string][]byte{"init.js": initScript, "oauth2-redirect.js": oauthScript, "page.css": pageStyle},
		files: static.FS,
	}
}

// assets serves files of some media types by name. Each is read once.
type assets struct {
	own   map[string][]byte
	files fs.FS
	only  string // the one name that files has, if not ""
	read  sync.Map
}

// asset is a file as it is, and compressed where it is stored so.
type asset struct{ plain, compressed *file }

// mediaTypes of the files that are served; no other file is.
var mediaTypes = map[string]string{
	".js":  "text/javascript; charset=utf-8",
	".css": "text/css; charset=utf-8",
	".png": "image/png",
}

var errNoFile = &wend.Error{Status: http.StatusNotFound, Detail: "there is no such file"}

func (a *assets) serve(w http.ResponseWriter, r *http.Request) {
	found, err := a.find(r.PathValue("file"))
	if err != nil {
		wend.WriteError(w, r, err)
		return
	}
	f := found.plain
	if found.compressed != nil {
		w.Header().Add("Vary", "Accept-Encoding")
		if takesGzip(r.Header.Values("Accept-Encoding")) {
			f = found.compressed
		}
	}
	f.serve(w, r)
}

// find returns a file, errNoFile, or why it cannot be read.
func (a *assets) find(name string) (*asset, error) {
	if known, ok := a.read.Load(name); ok {
		return known.(*asset), nil
	}
	found, err := a.load(name)
	if err != nil {
		return nil, err
	}
	known, _ := a.read.LoadOrStore(name, found)
	return known.(*asset), nil
}

func (a *assets) load(name string) (*asset, error) {
	mediaType := mediaTypes[path.Ext(name)]
	body, own := a.own[name]
	switch {
	case mediaType == "":
		return nil, errNoFile
	case own:
		f := newFile(mediaType, body)
		return &asset{plain: &f}, nil
	case a.only != "" && name != a.only || path.Base(name) != name:
		return nil, errNoFile
	}
	if body, err := fs.ReadFile(a.files, name); err == nil {
		f := newFile(mediaType, body)
		return &asset{plain: &f}, nil
	}
	body, err := fs.ReadFile(a.files, name+".gz")
	if err != nil {
		return nil, errNoFile
	}
	inflated, err := inflate(body)
	if err != nil {
		return nil, err
	}
	plain, compressed := newFile(mediaType, inflated), newFile(mediaType, body)
	compressed.encoding = []string{"gzip"}
	return &asset{&plain, &compressed}, nil
}

func inflate(data []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}
