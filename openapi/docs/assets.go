package docs

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/swaggest/swgui/v5/static"

	"github.com/wend-go/wend"
)

//go:embed init.js
var initScript []byte

//go:embed oauth2-redirect.js
var oauthScript []byte

//go:embed page.css
var pageStyle []byte

// own are the files that belong to this package; the rest is Swagger UI's.
var own = map[string][]byte{"init.js": initScript, "oauth2-redirect.js": oauthScript, "page.css": pageStyle}

// mediaTypes of the files that are served; no other file is.
var mediaTypes = map[string]string{
	".js":  "text/javascript; charset=utf-8",
	".css": "text/css; charset=utf-8",
	".png": "image/png",
}

var errNoFile = &wend.Error{Status: http.StatusNotFound, Detail: "there is no such file"}

// asset serves one file of the page. Those of Swagger UI are embedded compressed
// and sent as they are to a client that takes gzip.
func asset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	mediaType := mediaTypes[path.Ext(name)]
	if mediaType == "" {
		wend.WriteError(w, r, errNoFile)
		return
	}
	if body, ok := own[name]; ok {
		f := newFile(mediaType, body)
		f.serve(w, r)
		return
	}
	body, compressed, err := embedded(name)
	if err != nil {
		wend.WriteError(w, r, errNoFile)
		return
	}
	f := newFile(mediaType, body)
	if compressed {
		w.Header().Set("Vary", "Accept-Encoding")
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			w.Header().Set("Content-Encoding", "gzip")
		} else if f.body, err = inflate(body); err != nil {
			wend.WriteError(w, r, err)
			return
		}
	}
	f.serve(w, r)
}

// embedded finds a file of Swagger UI.
func embedded(name string) (body []byte, compressed bool, err error) {
	if body, err = fs.ReadFile(static.FS, name); err == nil {
		return body, false, nil
	}
	body, err = fs.ReadFile(static.FS, name+".gz")
	return body, true, err
}

func inflate(data []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}
