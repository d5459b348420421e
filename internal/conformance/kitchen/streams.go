package kitchen

import (
	"context"
	"fmt"
	"html/template"
	"io"
	"iter"
	"strings"
	"time"

	"github.com/wend-go/wend"
)

// Progress of a job.
type Progress struct {
	Percent int    `json:"percent" validate:"min=0,max=100"`
	Stage   string `json:"stage,omitempty" doc:"what is done"`
}

type steps struct {
	Steps int `query:"steps" default:"3" validate:"min=0,max=10" doc:"how many"`
}

type table struct {
	Rows int         `header:"X-Rows" validate:"min=1"`
	Body wend.Stream `body:"text/csv"`
}

type ifNote struct {
	ID int `path:"id" validate:"min=1"`
	wend.Conditional
}

type versioned struct {
	ETag string `header:"ETag"`
	Body Progress
}

var page = template.Must(template.New("page").Parse("<p>{{.}}</p>"))

func (k *kitchen) addStreams(r *wend.Router) {
	wend.Get(r, "/events", watch)
	wend.Get(r, "/shapes", watchShapes)
	wend.Get(r, "/lines", listSteps)
	wend.Get(r, "/table", readTable)
	wend.Get(r, "/file", download)
	wend.Get(r, "/page", readPage)
	wend.Get(r, "/xml", readXML)
	wend.Get(r, "/versions/{id}", readVersion)
	wend.Put(r, "/versions/{id}", putVersion)
}

// eachStep yields the steps of a job.
func (in steps) each(yield func(Progress) bool) {
	for i := range in.Steps {
		if !yield(Progress{Percent: 10 * i, Stage: "baking"}) {
			return
		}
	}
}

func watch(_ context.Context, in steps) (wend.Events[Progress], error) {
	return func(yield func(wend.Event[Progress], error) bool) {
		for p := range in.each {
			if !yield(wend.Event[Progress]{ID: fmt.Sprint(p.Percent), Name: "progress", Data: p}, nil) {
				return
			}
		}
	}, nil
}

func watchShapes(context.Context, wend.None) (wend.Events[Shape], error) {
	return func(yield func(wend.Event[Shape], error) bool) {
		yield(wend.Event[Shape]{Data: Circle{Radius: 1}}, nil)
	}, nil
}

func listSteps(_ context.Context, in steps) (iter.Seq[Progress], error) { return in.each, nil }

func readTable(context.Context, wend.None) (table, error) {
	return table{Rows: 1, Body: wend.Stream{Write: func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, "a,b\n")
		return err
	}}}, nil
}

func download(context.Context, wend.None) (wend.Download, error) {
	return wend.Download{
		Name: "menu.txt", MediaType: "application/octet-stream", Content: strings.NewReader("soup"),
		Modified: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), ETag: "1",
	}, nil
}

func readPage(context.Context, wend.None) (wend.HTML, error) {
	return wend.HTML{Template: page, Name: "page", Data: "soup"}, nil
}

func readXML(context.Context, wend.None) (wend.XML, error) {
	return wend.XML{Value: Progress{Percent: 1}}, nil
}

func readVersion(_ context.Context, in ifNote) (versioned, error) {
	if err := in.Check("v1", time.Time{}); err != nil {
		return versioned{}, err
	}
	return versioned{ETag: `"v1"`, Body: Progress{Percent: 1}}, nil
}

func putVersion(_ context.Context, in struct {
	ifNote
	Body Progress
},
) (Progress, error) {
	return in.Body, in.Require("v1", time.Time{})
}
