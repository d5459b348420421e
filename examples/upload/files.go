package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"iter"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
)

type api struct{ files *store }

var (
	errGone   = &wend.Error{Status: http.StatusNotFound, Code: "no_file", Detail: "there is no such file", Err: errNoSuchFile}
	errNoFile = &wend.Error{Status: http.StatusUnprocessableEntity, Code: "no_file_sent", Detail: "the form has no file"}
	errType   = &wend.Error{Status: http.StatusUnprocessableEntity, Code: "type", Detail: "a file is none of the types that are kept"}
)

type listInput struct {
	Tag string `query:"tag" validate:"omitempty,oneof=photo document other" doc:"only files with this tag"`
}

// listFiles lists all files, the newest first.
func (a api) listFiles(_ context.Context, in listInput) ([]File, error) {
	all, err := a.files.list()
	if in.Tag != "" {
		all = slices.DeleteFunc(all, func(f File) bool { return !slices.Contains(f.Tags, in.Tag) })
	}
	return all, err
}

// form is what the page, and every other client, sends with a file. All of it is checked
// before the handler runs. The type is the one that the first bytes show, whatever the
// client says it is; a file over 1 MiB waits on disk, and is removed with the request.
type form struct {
	Title string         `form:"title" validate:"required,max=100"`
	Tags  []string       `form:"tags" validate:"max=3,unique,dive,oneof=photo document other"`
	File  binding.Upload `form:"file" validate:"required,maxsize=5MB,mime=image/png image/jpeg image/gif application/pdf text/plain"`
}

type kept struct {
	Status   int    `status:"201"`
	Location string `header:"Location"`
	Body     File
}

func (a api) uploadFile(_ context.Context, in form) (kept, error) {
	f, err := a.files.saveUpload(in.File, File{Title: in.Title, Tags: in.Tags})
	return kept{Location: "/files/" + f.ID, Body: f}, err
}

type stream struct {
	Body iter.Seq2[*multipart.Part, error]
}

type keptAll struct {
	Status int `status:"201"`
	Body   []File
}

// streamFiles keeps every file of a form while it arrives: nothing waits in memory or in
// a temporary file, so a gigabyte costs no more than a kilobyte. The price is that wend
// checks nothing about the parts, since nobody knows what is still to come; when one is
// no good, those before it are taken back.
func (a api) streamFiles(_ context.Context, in stream) (out keptAll, err error) {
	defer func() {
		if err != nil {
			a.files.removeAll(out.Body)
		}
	}()
	for part, err := range in.Body {
		if err != nil {
			return out, err // malformed, too large, or the client has stopped to send
		}
		if part.FileName() == "" {
			continue // a field; wend reads past what the loop does not read
		}
		f, err := a.savePart(part)
		if err != nil {
			return out, err
		}
		out.Body = append(out.Body, f)
	}
	if len(out.Body) == 0 {
		return out, errNoFile
	}
	return out, nil
}

// savePart keeps one file of a stream, if its first bytes show one of the types.
func (a api) savePart(part *multipart.Part) (File, error) {
	from := bufio.NewReader(part)
	head, err := from.Peek(512)
	if err != nil && err != io.EOF {
		return File{}, err
	}
	mediaType, _, err := mime.ParseMediaType(http.DetectContentType(head))
	if err != nil || !slices.Contains([]string{"image/png", "image/jpeg", "image/gif", "application/pdf", "text/plain"}, mediaType) {
		return File{}, errType
	}
	return a.files.save(from, File{Name: part.FileName(), Title: part.FormName(), MediaType: mediaType})
}

// fileID is the file of a path. The pattern alone keeps every path of the system out;
// behind it stands an os.Root, which nothing leads out of.
type fileID struct {
	ID string `path:"id" pattern:"^[A-Z2-7]{26}$"`
}

// content is a file with the media types that it may have: those that are kept.
type content struct {
	Body wend.Download `body:"image/png,image/jpeg,image/gif,application/pdf,text/plain"`
}

// download answers with the content, or with a part of it (Range), or with 304 when the
// client has it (If-None-Match). What is behind an ID never changes, so the ID is its tag.
func (a api) download(_ context.Context, in fileID) (content, error) {
	f, bytes, err := a.files.open(in.ID)
	if err != nil {
		return content{}, err
	}
	return content{wend.Download{
		Name: f.Name, MediaType: f.MediaType, Content: bytes, Modified: f.Saved, ETag: f.ID,
		Inline: strings.HasPrefix(f.MediaType, "image/"), // everything else is saved, not shown
	}}, nil
}

func (a api) deleteFile(_ context.Context, in fileID) (wend.None, error) {
	return wend.None{}, a.files.remove(in.ID)
}

// SizeText is the size of a file in words.
func (f File) SizeText() string {
	switch {
	case f.Size >= 1<<20:
		return fmt.Sprintf("%.1f MB", float64(f.Size)/(1<<20))
	case f.Size >= 1<<10:
		return fmt.Sprintf("%.1f kB", float64(f.Size)/(1<<10))
	}
	return fmt.Sprintf("%d bytes", f.Size)
}
