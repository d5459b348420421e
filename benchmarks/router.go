package main

import (
	"bytes"
	"embed"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"strings"

	"github.com/wend-go/wend"
)

// The public APIs, one "METHOD /path" a line.
//
//go:embed testdata/*.txt
var testdata embed.FS

const (
	oneParam     = "1 parameter"
	fiveParams   = "5 parameters"
	twentyParams = "20 parameters"

	params1  = "/user/{a}"
	params5  = "/{a}/{b}/{c}/{d}/{e}"
	params20 = params5 + "/{f}/{g}/{h}/{i}/{j}/{k}/{l}/{m}/{n}/{o}/{p}/{q}/{r}/{s}/{t}"
)

// question is a request and its answer.
type question struct {
	method, path string
	status       int
	id           int
	values       []string
}

// workload is one row: routes, and what is asked of them. An operation asks either
// one question or, if whole, all of them.
type workload struct {
	name   string
	routes []route
	ask    []question
	whole  bool
	target target
	plain  float64 // what the plain handler may cost ÷ ServeMux; 0 is not asked
}

const wendColumn, plainColumn = 6, 8 // of routerContenders

func atMost(ratio, allocs float64) target {
	return target{column: wendColumn, ratio: ratio, peer: -1, allocs: allocs, mean: true}
}

// names are those of the wildcards of a pattern.
func names(path string) (all []string) {
	for {
		_, after, found := strings.Cut(path, "{")
		if !found {
			return all
		}
		name, rest, _ := strings.Cut(after, "}")
		if name != "$" {
			all = append(all, name)
		}
		path = rest
	}
}

// fill puts a value into each wildcard.
func fill(path string) (filled string, values []string) {
	path = strings.TrimSuffix(path, "{$}")
	for i, name := range names(path) {
		value := fmt.Sprintf("%s-%d", name, i)
		values = append(values, value)
		path = strings.Replace(path, "{"+name+"}", value, 1)
	}
	return path, values
}

// api makes routes of patterns and asks each of them once.
func api(patterns ...string) (routes []route, ask []question) {
	for i, pattern := range patterns {
		method, path, _ := strings.Cut(pattern, " ")
		routes = append(routes, route{method, path, &reader{i, names(path)}})
		filled, values := fill(path)
		ask = append(ask, question{method, filled, http.StatusOK, i, values})
	}
	return routes, ask
}

// readAPI reads one of testdata's public APIs.
func readAPI(name string) ([]route, []question) {
	text, err := testdata.ReadFile("testdata/" + name + ".txt")
	if err != nil {
		panic(err) // Invariant: the files are embedded
	}
	return api(strings.Split(string(bytes.TrimSpace(text)), "\n")...)
}

// rest generates n routes of a large service, five for each resource.
func rest(n int) []route {
	list, item := &reader{0, nil}, &reader{1, []string{"id"}}
	routes := make([]route, 0, n)
	for i := 0; len(routes) < n; i++ {
		path := fmt.Sprintf("/service%d/resource%d", i/50, i)
		routes = append(routes,
			route{"GET", path, list}, route{"POST", path, list},
			route{"GET", path + "/{id}", item}, route{"PUT", path + "/{id}", item}, route{"DELETE", path + "/{id}", item})
	}
	return routes[:n]
}

// about makes questions about generated routes, in random order.
func about(routes []route, of func(route) question) []question {
	ask := make([]question, len(routes))
	for i, r := range routes {
		ask[i] = of(r)
	}
	random := rand.New(rand.NewPCG(1, 2))
	random.Shuffle(len(ask), func(i, j int) { ask[i], ask[j] = ask[j], ask[i] })
	return ask
}

func hit(r route) question {
	path, values := fill(r.path)
	return question{r.method, path, http.StatusOK, r.to.id, values}
}

// miss asks beside a route: for a resource whose name is one byte longer.
func miss(r route) question {
	path, _ := fill(strings.Replace(r.path, "/{id}", "x/{id}", 1))
	if len(r.to.names) == 0 {
		path += "x"
	}
	return question{r.method, path, http.StatusNotFound, -1, nil}
}

// wrong asks with a method that the path does not have.
func wrong(r route) question {
	path, _ := fill(r.path)
	return question{"PATCH", path, http.StatusMethodNotAllowed, -1, nil}
}

// workloads are the rows of the first table.
func workloads() []workload {
	one := func(pattern string) ([]route, []question) { return api("GET " + pattern) }
	var all []workload
	add := func(name string, t target, plain float64, whole bool, routes []route, ask []question) {
		all = append(all, workload{name: name, routes: routes, ask: ask, whole: whole, target: t, plain: plain})
	}
	routes, ask := one(params1)
	add(oneParam, atMost(0.85, 0), 1.2, false, routes, ask)
	routes, ask = one(params5)
	add(fiveParams, atMost(0.75, 0), 1.2, false, routes, ask)
	routes, ask = one(params20)
	add(twentyParams, atMost(1, 0), 1.2, false, routes, ask)
	routes, ask = readAPI("static")
	add("157 static routes, all", atMost(0.6, 0), 1.2, true, routes, ask)
	routes, ask = readAPI("github")
	add("GitHub, one static", atMost(0.75, 0), 1.2, false, routes, only(ask, "GET", "/user/repos"))
	add("GitHub, one with parameters", atMost(0.75, 0), 1.2, false, routes, only(ask, "GET", "/repos/owner-0/repo-1/stargazers"))
	add("GitHub, all 203", atMost(0.75, 0), 1.2, true, routes, ask)
	routes, ask = readAPI("gplus")
	add("Google+, all 13", atMost(0.75, 0), 1.2, true, routes, ask)
	routes, ask = readAPI("parse")
	add("Parse, all 26", atMost(0.75, 0), 1.2, true, routes, ask)
	return all
}

// only is the one question among all.
func only(ask []question, method, path string) []question {
	i := slices.IndexFunc(ask, func(q question) bool { return q.method == method && q.path == path })
	return ask[i : i+1]
}

// request makes a request that runs can point elsewhere.
func request() *http.Request {
	return &http.Request{
		Method: "GET", URL: &url.URL{Path: "/"}, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{}, Host: "example.com", RequestURI: "/",
	}
}

// send asks one question.
func send(h http.Handler, w *writer, r, fresh *http.Request, q *question) {
	if fresh != nil {
		*r = *fresh
	}
	r.Method = q.method
	r.URL.Path = q.path
	h.ServeHTTP(w, r)
	if len(w.header) > 0 {
		w.reset()
	}
}

// runs makes the runner of a workload.
func runs(h http.Handler, fresh, whole bool, ask []question) runner {
	w, r := newWriter(false), request()
	var clean *http.Request
	if fresh {
		copied := *r
		clean = &copied
	}
	next := 0
	return func(n int) {
		for range n {
			if whole {
				for i := range ask {
					send(h, w, r, clean, &ask[i])
				}
				continue
			}
			send(h, w, r, clean, &ask[next])
			if next++; next == len(ask) {
				next = 0
			}
		}
	}
}

// check asks everything once and compares the answers.
func check(name string, h http.Handler, ask []question, ids, mute bool) error {
	recording = true
	defer func() { recording = false }()
	for _, q := range ask {
		w, r := newWriter(true), request()
		r.Method, r.URL.Path, r.RequestURI = q.method, q.path, q.path
		seen, seenID = seen[:0], -1
		h.ServeHTTP(w, r)
		status := w.status
		if (w.header.Get("Allow") != "") != (status == http.StatusMethodNotAllowed && !mute) {
			return fmt.Errorf("%s: %s %s: Allow is %q", name, q.method, q.path, w.header["Allow"])
		}
		if status == 0 || status == http.StatusNoContent {
			status = http.StatusOK // a typed endpoint without output says 204, the others say nothing
		}
		if status != q.status || !slices.Equal(seen, q.values) || ids && seenID != q.id {
			return fmt.Errorf("%s: %s %s: got %d, route %d, %q; want %d, route %d, %q",
				name, q.method, q.path, status, seenID, seen, q.status, q.id, q.values)
		}
		if _, isWend := h.(*wend.Router); isWend && status >= 400 {
			if w.header.Get("Content-Type") != "application/problem+json" || !bytes.Contains(w.body, fmt.Appendf(nil, `"status":%d`, status)) {
				return fmt.Errorf("%s: %s %s: no problem: %v %s", name, q.method, q.path, w.header, w.body)
			}
		}
	}
	return nil
}

// routers is the command "router".
func routers(p plan) error {
	contenders := routerContenders()
	t := newTable("Routes", contenders)
	param := &table{title: "wend.Param in a middleware", names: []string{"wend.Param", "Context.Param", "ServeMux"}, base: []bool{false, true, false}}
	for _, load := range workloads() {
		if !p.only.MatchString(load.name) {
			continue
		}
		if err := p.workload(t, contenders, load); err != nil {
			return err
		}
		if load.name != oneParam && load.name != fiveParams {
			continue
		}
		if err := p.param(param, load); err != nil {
			return err
		}
	}
	answers, sizes := newTable("Generated routes, five for each resource, asked in random order", contenders),
		[]*table{newTable("ns to register one route", contenders), newTable("bytes per route", contenders)}
	for _, n := range []int{10, 100, 1000, 10_000, 100_000} {
		if err := p.generated(answers, sizes, contenders, n); err != nil {
			return err
		}
	}
	missed := t.print(p.out) + param.print(p.out) + answers.print(p.out)
	for _, s := range sizes {
		missed += s.print(p.out)
	}
	if m, rows := mean(t, answers); rows > 0 {
		fmt.Fprintf(p.out, "\nGeometric mean of wend ÷ best peer over %d rows: %.2f (target ≤ 0.75). Targets missed: %d.\n", rows, m, missed)
	}
	return nil
}

func newTable(title string, contenders []router) *table {
	t := &table{title: title}
	for _, c := range contenders {
		t.names = append(t.names, c.name)
		t.base = append(t.base, c.peer)
	}
	return t
}

// contends reports whether a contender takes part in a workload of n routes.
func (p plan) contends(c router, n int) bool { return n <= c.most && p.with.MatchString(c.name) }

// workload measures a row of the first table.
func (p plan) workload(t *table, contenders []router, load workload) error {
	all := make([]runner, len(contenders))
	for i, c := range contenders {
		build, ids := c.build, true
		if c.typed != nil {
			make, ok := c.typed[load.name]
			if !ok {
				continue
			}
			build, ids = func([]route) http.Handler { return make() }, false
		}
		if !p.contends(c, len(load.routes)) {
			continue
		}
		h := build(load.routes)
		if err := check(c.name, h, load.ask, ids, c.mute); err != nil {
			return err
		}
		all[i] = runs(h, c.fresh, load.whole, load.ask)
	}
	r := row{name: load.name, samples: p.measure(all), targets: []target{load.target}}
	if load.plain > 0 {
		r.targets = append(r.targets, target{column: plainColumn, ratio: load.plain, peer: 0, allocs: -1})
	}
	t.rows = append(t.rows, r)
	return nil
}

// param measures wend.Param where a middleware has nothing else.
func (p plan) param(t *table, load workload) error {
	var all []runner
	for _, build := range []func([]route) http.Handler{buildWendParam, buildWend, buildServeMux} {
		h := build(load.routes)
		if err := check("wend.Param", h, load.ask, true, false); err != nil {
			return err
		}
		all = append(all, runs(h, len(all) == 2, false, load.ask))
	}
	t.rows = append(t.rows, row{name: load.name, samples: p.measure(all), targets: []target{{column: 0, peer: -1, allocs: 0}}})
	return nil
}

// kinds are the questions about generated routes.
var kinds = []struct {
	name   string
	of     func(route) question
	allocs float64
}{{"hit", hit, 0}, {"404", miss, 2}, {"405", wrong, 2}}

// generated measures n generated routes.
func (p plan) generated(answers *table, sizes []*table, contenders []router, n int) error {
	rows := []string{}
	for _, kind := range kinds {
		rows = append(rows, fmt.Sprintf("%s at %d", kind.name, n))
	}
	register := fmt.Sprintf("register %d", n)
	if !slices.ContainsFunc(append(rows, register), p.only.MatchString) {
		return nil
	}
	routes := rest(n)
	if p.only.MatchString(register) {
		p.registration(sizes, contenders, routes, register)
	}
	built := make([]http.Handler, len(contenders))
	for i, c := range contenders {
		if c.build != nil && p.contends(c, n) {
			built[i] = c.build(routes)
		}
	}
	for k, kind := range kinds {
		if !p.only.MatchString(rows[k]) {
			continue
		}
		ask := about(routes, kind.of)
		all := make([]runner, len(contenders))
		for i, h := range built {
			if h == nil {
				continue
			}
			if err := check(contenders[i].name, h, ask[:min(len(ask), 2000)], true, contenders[i].mute); err != nil {
				return err
			}
			all[i] = runs(h, contenders[i].fresh, false, ask)
		}
		r := row{name: rows[k], samples: p.measure(all), targets: []target{atMost(1, kind.allocs)}}
		for i, c := range contenders {
			if kind.name == "405" && c.mute {
				r.without = append(r.without, i)
			}
		}
		answers.rows = append(answers.rows, r)
	}
	return nil
}

// registration measures time and memory of building a router. The handlers are
// shared, so they cost nothing.
func (p plan) registration(sizes []*table, contenders []router, routes []route, name string) {
	times := make([][]float64, len(contenders))
	memory := make([]sample, len(contenders))
	samples := make([]sample, len(contenders))
	for round := range p.rounds {
		for i, c := range contenders {
			if c.build == nil || !p.contends(c, len(routes)) {
				continue
			}
			before := heap()
			repeat := max(1, 2000/len(routes)) // few routes are over before a clock sees them
			begin := now()
			kept := make([]http.Handler, repeat)
			for j := range kept {
				kept[j] = c.build(routes)
			}
			took := now() - begin
			count := float64(len(routes) * repeat)
			times[i] = append(times[i], float64(took.Nanoseconds())/count)
			if round == 0 {
				memory[i].ns = (heap() - before) / count
			}
			runtime.KeepAlive(kept)
		}
	}
	for i := range samples {
		samples[i].ns = median(times[i])
	}
	wend := target{column: wendColumn, peer: -1, allocs: -1}
	time, bytes := wend, wend
	if len(routes) >= 1000 { // fewer mostly measure the empty router
		time.most, bytes.most = 3000, 400
	}
	sizes[0].rows = append(sizes[0].rows, row{name: name, samples: samples, targets: []target{time}, plain: true})
	sizes[1].rows = append(sizes[1].rows, row{name: strings.Replace(name, "register ", "", 1) + " routes", samples: memory, targets: []target{bytes}, plain: true})
}
