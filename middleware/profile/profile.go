// Package profile serves the runtime's profiles to go tool pprof.
//
// It stands on runtime/pprof and not on net/http/pprof, which puts its handlers on
// http.DefaultServeMux in every program that imports it. For the variables of expvar,
// mount expvar.Handler: importing expvar puts a handler there as well, so nothing here
// does.
package profile

import (
	"net/http"
	"runtime"
	"runtime/pprof"
	"runtime/trace"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wend-go/wend/internal/problem"
)

// maxSeconds bounds how long a profile is taken.
const maxSeconds = 300

// Handler serves, by the last element of the path:
//
//	""                        a list of what there is
//	profile?seconds=30        a CPU profile, gzipped protocol buffers
//	trace?seconds=1           an execution trace
//	heap, goroutine, allocs…  a profile of runtime/pprof; ?debug=1 as text, ?gc=1 collects before heap
//
// seconds is at most 300. Of profile and trace one is taken at a time; who asks for
// another gets a 409. Profiles tell strangers what a program does, and cost time: mount
// it behind a guard, for example at "/debug/pprof", and never without one.
func Handler() http.Handler { return http.HandlerFunc(serve) }

func serve(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		reject(w, r, http.StatusMethodNotAllowed, "Allow", "GET, HEAD")
		return
	}
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	switch name := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]; name {
	case "", "pprof":
		list(w)
	case "profile":
		during(w, r, 30, func() error { return pprof.StartCPUProfile(w) }, pprof.StopCPUProfile)
	case "trace":
		during(w, r, 1, func() error { return trace.Start(w) }, trace.Stop)
	default:
		lookup(w, r, name)
	}
}

func reject(w http.ResponseWriter, r *http.Request, status int, fields ...string) {
	rejection := problem.Rejection{Status: status}
	if len(fields) == 2 {
		rejection.Header = http.Header{fields[0]: {fields[1]}}
	}
	problem.Reject(w, r, rejection)
}

func list(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	names := []string{"profile", "trace"}
	for _, p := range pprof.Profiles() {
		names = append(names, p.Name())
	}
	slices.Sort(names)
	_, _ = w.Write([]byte(strings.Join(names, "\n") + "\n"))
}

// during takes a profile for as long as the request says and its client stays.
func during(w http.ResponseWriter, r *http.Request, seconds int, start func() error, stop func()) {
	if s := r.URL.Query().Get("seconds"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 || n > maxSeconds {
			reject(w, r, http.StatusBadRequest)
			return
		}
		seconds = n
	}
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	// The server's write deadline may be shorter than what is asked for.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(time.Duration(seconds+30) * time.Second))
	if err := start(); err != nil {
		reject(w, r, http.StatusConflict)
		return
	}
	defer stop()
	timer := time.NewTimer(time.Duration(seconds) * time.Second)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
	}
}

func lookup(w http.ResponseWriter, r *http.Request, name string) {
	p := pprof.Lookup(name)
	if p == nil {
		reject(w, r, http.StatusNotFound)
		return
	}
	query := r.URL.Query()
	debug, _ := strconv.Atoi(query.Get("debug")) // anything else is 0
	if name == "heap" && query.Get("gc") == "1" {
		runtime.GC()
	}
	mediaType := "application/octet-stream"
	if debug > 0 {
		mediaType = "text/plain; charset=utf-8"
	}
	w.Header().Set("Content-Type", mediaType)
	_ = p.WriteTo(w, min(max(debug, 0), 2)) // the client is gone when this fails
}
