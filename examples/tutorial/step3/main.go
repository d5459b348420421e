// Step 3 of the tutorial: bodies, statuses and errors.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"sync"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
)

func main() {
	if err := newRouter().Run(context.Background(), ""); err != nil {
		log.Fatal(err)
	}
}

func newRouter() *wend.Router {
	r := wend.New()
	s := &store{walks: map[int64]Walk{}}
	walks := r.Group("/walks")
	wend.Post(walks, "", s.createWalk)
	walk := walks.Group("/{id}", wend.Errors(errNoWalk))
	wend.Get(walk, "", s.getWalk)
	wend.Patch(walk, "", s.editWalk)
	wend.Delete(walk, "", s.deleteWalk)
	return r
}

// Content is what a client says about a walk.
type Content struct {
	Title   string  `json:"title" validate:"required,max=100"`
	Country string  `json:"country" pattern:"^[A-Z]{2}$" doc:"ISO 3166 code"`
	Km      float64 `json:"km" validate:"min=0.1,max=10000"`
}

// Walk is a walk as a client sees it.
type Walk struct {
	ID int64 `json:"id"`
	Content
}

var errNoWalk = &wend.Error{Status: http.StatusNotFound, Code: "no_walk", Detail: "there is no such walk"}

type store struct {
	mu    sync.Mutex
	last  int64
	walks map[int64]Walk
}

type created struct {
	Status   int    `status:"201"`
	Location string `header:"Location"`
	Body     Walk
}

func (s *store) createWalk(_ context.Context, in Content) (created, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	w := Walk{s.last, in}
	s.walks[w.ID] = w
	return created{Location: fmt.Sprintf("/walks/%d", w.ID), Body: w}, nil
}

type walkID struct {
	ID int64 `path:"id" validate:"min=1"`
}

func (s *store) getWalk(_ context.Context, in walkID) (Walk, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w, ok := s.walks[in.ID]
	if !ok {
		return Walk{}, errNoWalk
	}
	return w, nil
}

type editInput struct {
	walkID
	Body struct {
		Title   binding.Opt[string]  `json:"title" validate:"notnull,min=1,max=100"`
		Country binding.Opt[string]  `json:"country" validate:"notnull" pattern:"^[A-Z]{2}$"`
		Km      binding.Opt[float64] `json:"km" validate:"notnull,min=0.1,max=10000"`
	}
}

func (s *store) editWalk(_ context.Context, in editInput) (Walk, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w, ok := s.walks[in.ID]
	if !ok {
		return Walk{}, errNoWalk
	}
	if err := binding.Merge(&w.Content, in.Body); err != nil {
		return Walk{}, err
	}
	s.walks[in.ID] = w
	return w, nil
}

func (s *store) deleteWalk(_ context.Context, in walkID) (wend.None, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.walks[in.ID]; !ok {
		return wend.None{}, errNoWalk
	}
	delete(s.walks, in.ID)
	return wend.None{}, nil
}
