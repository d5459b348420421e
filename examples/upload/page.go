package main

import (
	"context"
	"html/template"

	"github.com/wend-go/wend"
)

// page is the service for who has only a browser: a form, a list, and no script.
type page struct {
	api
	templates *template.Template
}

func (p page) show(context.Context, wend.None) (wend.HTML, error) {
	files, err := p.files.list()
	return wend.HTML{Template: p.templates, Name: "index.html", Data: files}, err
}

// upload takes the same form as the API, and shows the page again: 303, so that a reload
// does not send the file a second time.
func (p page) upload(ctx context.Context, in form) (wend.Redirect, error) {
	_, err := p.uploadFile(ctx, in)
	return wend.Redirect{To: "/"}, err
}

// delete is a POST because a form knows no DELETE.
func (p page) delete(ctx context.Context, in fileID) (wend.Redirect, error) {
	_, err := p.deleteFile(ctx, in)
	return wend.Redirect{To: "/"}, err
}
