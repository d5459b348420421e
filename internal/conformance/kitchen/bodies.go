package kitchen

import (
	"context"
	"fmt"
	"io"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
)

type loginForm struct {
	Name     string         `form:"name" validate:"required,max=40" doc:"who you are"`
	Password binding.Secret `form:"password" validate:"required,min=4"`
	Age      *int           `form:"age" validate:"min=18,max=150"`
	Likes    []Color        `form:"likes" validate:"max=3"`
	Remember bool           `form:"remember"`
}

type uploadForm struct {
	Title string           `form:"title" validate:"required,max=20"`
	Photo binding.Upload   `form:"photo" validate:"required,maxsize=1MB,mime=image/png image/jpeg"`
	Other []binding.Upload `form:"other" validate:"max=3"`
	Meta  struct {
		Width int `json:"width" validate:"min=1"`
	} `form:"meta,json"`
}

type uploaded struct {
	Name  string `json:"name"`
	Bytes int64  `json:"bytes" validate:"min=0"`
}

type rawImage struct {
	Body []byte `body:"image/png,image/jpeg" validate:"required,max=65536"`
}

type text struct{ Body string }

type anyStream struct{ Body io.Reader }

type optional struct{ Body *Note }

type session struct {
	Token string      `cookie:"sid" doc:"the session"`
	Theme wend.Cookie `cookie:"theme"`
	Body  uploaded
}

type csv struct {
	Body wend.Blob `body:"text/csv"`
}

func (k *kitchen) addBodies(r *wend.Router) {
	wend.Post(r, "/form", func(_ context.Context, in loginForm) (session, error) {
		return session{Token: "t", Theme: wend.Cookie{Value: "dark", ScriptReadable: true}, Body: uploaded{Name: in.Name}}, nil
	}, wend.Summary("A form"))
	wend.Post(r, "/upload", func(_ context.Context, in uploadForm) (uploaded, error) {
		return uploaded{in.Photo.Name(), in.Photo.Size()}, nil
	}, wend.Summary("A form with files"), wend.MaxBody(4<<20))
	wend.Put(r, "/image", func(_ context.Context, in rawImage) (uploaded, error) {
		return uploaded{"image", int64(len(in.Body))}, nil
	}, wend.Summary("Bytes"))
	wend.Put(r, "/text", func(_ context.Context, in text) (wend.Text, error) { return wend.Text(in.Body), nil }, wend.Summary("Text"))
	wend.Put(r, "/stream", func(_ context.Context, in anyStream) (wend.Text, error) {
		n, err := io.Copy(io.Discard, in.Body)
		return wend.Text(fmt.Sprint(n)), err
	}, wend.Summary("Any bytes"), wend.Status(202))
	wend.Put(r, "/optional", func(_ context.Context, in optional) (wend.None, error) { return wend.None{}, nil }, wend.Summary("A note, or nothing"))
	wend.Get(r, "/csv", func(context.Context, wend.None) (csv, error) {
		return csv{wend.Blob{MediaType: "text/csv", Data: []byte("a,b\n1,2\n")}}, nil
	}, wend.Summary("A table"))
	wend.Get(r, "/away", func(context.Context, wend.None) (wend.Redirect, error) { return wend.Redirect{To: "/bodies/csv"}, nil },
		wend.Summary("Elsewhere"))
}
