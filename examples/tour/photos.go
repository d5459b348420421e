package main

import (
	"context"
	"database/sql"
	"fmt"
	"image"
	_ "image/jpeg" // what a photo may be
	_ "image/png"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
)

var errNoPhoto = &wend.Error{Status: http.StatusNotFound, Code: "no_photo", Detail: "the stop has no photo"}

// Photo says what a photo is. Width and height come a moment later than the rest.
type Photo struct {
	MediaType string    `json:"media_type"`
	Size      int64     `json:"size"`
	Received  time.Time `json:"received"`
	Width     int       `json:"width,omitempty"`
	Height    int       `json:"height,omitempty"`
}

// album holds the files of photos to the outcome of a request: what it has saved goes
// when it fails, and what it has dropped goes when it does not.
type album struct {
	dir            *os.Root
	log            *slog.Logger
	saved, dropped []string
}

type albumInput struct {
	Dir *os.Root
	Log *slog.Logger
}

func openAlbum(_ context.Context, in albumInput) (*album, func(error) error, error) {
	a := &album{dir: in.Dir, log: in.Log}
	return a, a.end, nil
}

func (a *album) save(u binding.Upload) (string, error) {
	name, err := wend.SaveUpload(a.dir, u)
	if err == nil {
		a.saved = append(a.saved, name)
	}
	return name, err
}

func (a *album) drop(names ...string) { a.dropped = append(a.dropped, names...) }

// end runs behind the commit, so a file that stays is no reason to fail any more.
func (a *album) end(failed error) error {
	gone := a.dropped
	if failed != nil {
		gone = a.saved
	}
	for _, name := range gone {
		if name == "" {
			continue
		}
		if err := a.dir.Remove(name); err != nil {
			a.log.Error("a photo that nobody needs stays", "err", err)
		}
	}
	return nil
}

type photoInput struct {
	Album *album
	Trip  Trip
	Stop  Stop
	Tx    *sql.Tx
	DB    *sql.DB
	Now   clock
	Tasks *wend.Tasks
	Photo binding.Upload `form:"photo" validate:"required,maxsize=2MB,mime=image/png image/jpeg" doc:"a PNG or JPEG file"`
}

// putPhoto keeps the photo of a stop, in the place of one that it has.
func putPhoto(ctx context.Context, in photoInput) (Stop, error) {
	file, err := in.Album.save(in.Photo)
	if err != nil {
		return Stop{}, err
	}
	s := in.Stop
	s.Photo = &Photo{MediaType: in.Photo.ContentType(), Size: in.Photo.Size(), Received: in.Now().UTC().Truncate(time.Second)}
	var old string
	if err := in.Tx.QueryRowContext(ctx, `SELECT file FROM stops WHERE id = ?`, s.ID).Scan(&old); err != nil {
		return Stop{}, err
	}
	in.Album.drop(old)
	_, err = in.Tx.ExecContext(ctx, `UPDATE stops SET file = ?, photo = ? WHERE id = ?`, file, column[*Photo]{&s.Photo}, s.ID)
	// A task begins when the request has succeeded, so it finds the row; the transaction
	// is over by then.
	in.Tasks.Go(func(ctx context.Context) error { return measure(ctx, in.DB, in.Album.dir, s, file) })
	return s, err
}

// measure adds width and height to a photo. Nobody waits for what it takes to look at a
// file that somebody has made.
func measure(ctx context.Context, db *sql.DB, dir *os.Root, s Stop, file string) error {
	f, err := dir.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	c, _, err := image.DecodeConfig(f)
	if err != nil {
		return fmt.Errorf("measure the photo of stop %d: %w", s.ID, err)
	}
	s.Photo.Width, s.Photo.Height = c.Width, c.Height
	// Only if it is still the photo of the stop.
	_, err = db.ExecContext(ctx, `UPDATE stops SET photo = ? WHERE id = ? AND file = ?`, column[*Photo]{&s.Photo}, s.ID, file)
	return err
}

type getPhotoInput struct {
	Stop Stop
	DB   reader
	Dir  *os.Root
}

type photoOutput struct {
	Body wend.Download `body:"image/png,image/jpeg"`
}

// getPhoto sends a photo, or the part of it that a range asks for.
func getPhoto(ctx context.Context, in getPhotoInput) (photoOutput, error) {
	if in.Stop.Photo == nil {
		return photoOutput{}, errNoPhoto
	}
	var file string
	if err := in.DB.QueryRowContext(ctx, `SELECT file FROM stops WHERE id = ?`, in.Stop.ID).Scan(&file); err != nil {
		return photoOutput{}, err
	}
	f, err := in.Dir.Open(file)
	if err != nil {
		return photoOutput{}, err
	}
	p := in.Stop.Photo
	return photoOutput{wend.Download{MediaType: p.MediaType, Content: f, Modified: p.Received, Inline: true}}, nil
}
