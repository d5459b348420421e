package main

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
)

// File is what a client is told of a file.
type File struct {
	ID        string    `json:"id" pattern:"^[A-Z2-7]{26}$"`
	Name      string    `json:"name" doc:"what the client called it"`
	Title     string    `json:"title"`
	Tags      []string  `json:"tags"`
	MediaType string    `json:"media_type"`
	Size      int64     `json:"size" doc:"in bytes"`
	Saved     time.Time `json:"saved"`
}

var errNoSuchFile = errors.New("no such file")

// store is a directory of files: content has them, about has what is known of each. A
// file is there from the moment when about has it.
type store struct{ content, about *os.Root }

// record is what is kept about a file.
type record struct {
	File
	Path string // within content
}

func open(dir string) (*store, error) {
	var s store
	for name, root := range map[string]**os.Root{"/content": &s.content, "/about": &s.about} {
		if err := os.MkdirAll(dir+name, 0o700); err != nil {
			return nil, err
		}
		var err error
		if *root, err = os.OpenRoot(dir + name); err != nil {
			return nil, err
		}
	}
	return &s, nil
}

// Close ends the use of the directory.
func (s *store) Close() error { return errors.Join(s.content.Close(), s.about.Close()) }

// saveUpload keeps a file of a form.
func (s *store) saveUpload(u binding.Upload, f File) (File, error) {
	path, err := wend.SaveUpload(s.content, u)
	if err != nil {
		return File{}, err
	}
	f.Name, f.MediaType, f.Size = u.Name(), u.ContentType(), u.Size()
	f.ID, _, _ = strings.Cut(path, "-") // the random part, which is a new one
	return s.publish(record{f, path})
}

// save keeps what a reader has.
func (s *store) save(from io.Reader, f File) (_ File, err error) {
	f.ID = rand.Text()
	to, err := s.content.OpenFile(f.ID, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return File{}, err
	}
	f.Size, err = io.Copy(to, from)
	if err = errors.Join(err, to.Close()); err != nil {
		return File{}, errors.Join(err, s.content.Remove(f.ID))
	}
	return s.publish(record{f, f.ID})
}

// publish makes a file that is complete known to the others.
func (s *store) publish(rec record) (File, error) {
	if rec.Tags == nil {
		rec.Tags = []string{}
	}
	rec.Saved = time.Now().UTC().Truncate(time.Second)
	text, err := json.Marshal(rec)
	if err == nil { // under another name first, so that nobody reads half of it
		err = s.about.WriteFile(rec.ID+".new", text, 0o600)
	}
	if err == nil {
		err = s.about.Rename(rec.ID+".new", rec.ID+".json")
	}
	if err != nil {
		return File{}, errors.Join(err, s.content.Remove(rec.Path))
	}
	return rec.File, nil
}

func (s *store) record(id string) (rec record, err error) {
	text, err := s.about.ReadFile(id + ".json")
	if errors.Is(err, fs.ErrNotExist) {
		return rec, errNoSuchFile
	}
	if err == nil {
		err = json.Unmarshal(text, &rec)
	}
	return rec, err
}

// open returns a file and its content, which the caller closes.
func (s *store) open(id string) (File, *os.File, error) {
	rec, err := s.record(id)
	if err != nil {
		return File{}, nil, err
	}
	content, err := s.content.Open(rec.Path)
	if errors.Is(err, fs.ErrNotExist) { // it was removed in between
		return File{}, nil, errNoSuchFile
	}
	return rec.File, content, err
}

// list returns the files, the newest first.
func (s *store) list() ([]File, error) {
	names, err := fs.Glob(s.about.FS(), "*.json")
	if err != nil {
		return nil, err
	}
	var all []File
	for _, name := range names {
		rec, err := s.record(strings.TrimSuffix(name, ".json"))
		if errors.Is(err, errNoSuchFile) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, rec.File)
	}
	slices.SortFunc(all, func(a, b File) int {
		if c := b.Saved.Compare(a.Saved); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return all, nil
}

// remove deletes a file. Who is reading it reads on.
func (s *store) remove(id string) error {
	rec, err := s.record(id)
	if err != nil {
		return err
	}
	if err := s.about.Remove(id + ".json"); err != nil {
		if errors.Is(err, fs.ErrNotExist) { // another one was faster
			return errNoSuchFile
		}
		return err
	}
	return s.content.Remove(rec.Path)
}

// removeAll takes files back.
func (s *store) removeAll(files []File) {
	for _, f := range files {
		_ = s.remove(f.ID) // the request has an error already
	}
}
