// Routes1000 measures what typed routes cost a program: it writes programs with no
// and with 1,000 typed routes, each with its own input and output type, builds and
// starts them, and prints binary size per route, build time, time to the first
// response and resident memory.
//
//	go run ./routes1000
package main

import (
	"bytes"
	"fmt"
	"go/format"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const routes = 1000

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	// The programs are built inside of this module, so that they find its go.mod.
	dir, err := os.MkdirTemp(".", "generated")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	empty, err := build(dir, "none", 0)
	if err != nil {
		return err
	}
	full, err := build(dir, "all", routes)
	if err != nil {
		return err
	}
	fmt.Printf("binary without routes        %6.1f MiB\n", float64(empty.size)/(1<<20))
	fmt.Printf("binary with %d routes      %6.1f MiB\n", routes, float64(full.size)/(1<<20))
	fmt.Printf("binary per typed route       %6.1f KB    target 8\n", float64(full.size-empty.size)/routes/1000)
	fmt.Printf("compiling the routes         %6.1f s     target 10\n", full.compile.Seconds())
	return start(full)
}

// program is a built program.
type program struct {
	path    string
	size    int64
	compile time.Duration
}

// build writes and builds a program with n routes. The first build warms the cache of
// everything but the routes themselves.
func build(dir, name string, n int) (program, error) {
	src := filepath.Join(dir, name)
	if err := os.MkdirAll(src, 0o755); err != nil {
		return program{}, err
	}
	code, err := format.Source(source(n))
	if err != nil {
		return program{}, err
	}
	if err := os.WriteFile(filepath.Join(src, "main.go"), code, 0o644); err != nil {
		return program{}, err
	}
	p := program{path: filepath.Join(src, "program")}
	begin := time.Now()
	cmd := exec.Command("go", "build", "-o", p.path, "./"+src)
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return p, err
	}
	p.compile = time.Since(begin)
	info, err := os.Stat(p.path)
	if err != nil {
		return p, err
	}
	p.size = info.Size()
	return p, nil
}

// start runs a program, which answers one request to itself and reports.
func start(p program) error {
	var best time.Duration
	memory := 0
	for range 5 {
		cmd := exec.Command(p.path)
		cmd.Env = append(os.Environ(), "BEGIN="+strconv.FormatInt(time.Now().UnixNano(), 10))
		out, err := cmd.Output()
		if err != nil {
			return err
		}
		var ns int64
		if _, err := fmt.Sscan(strings.TrimSpace(string(out)), &ns, &memory); err != nil {
			return fmt.Errorf("%q: %w", out, err)
		}
		if d := time.Duration(ns); best == 0 || d < best {
			best = d
		}
	}
	fmt.Printf("exec to the first response   %6.1f ms    target 30\n", float64(best.Microseconds())/1000)
	fmt.Printf("resident memory then         %6.1f MB    target 25\n", float64(memory)/1000)
	return nil
}

// source is the program: each route has types of its own.
func source(n int) []byte {
	var b bytes.Buffer
	b.WriteString(header)
	for i := range n {
		fmt.Fprintf(&b, `
type in%[1]d struct {
	ID   int    `+"`path:\"id\" validate:\"min=1\"`"+`
	Page int    `+"`query:\"page\" validate:\"max=100\"`"+`
	Body body%[1]d
}
type body%[1]d struct {
	Name  string   `+"`json:\"name\" validate:\"required,max=40\"`"+`
	Email string   `+"`json:\"email\" validate:\"email\"`"+`
	Tags  []string `+"`json:\"tags\" validate:\"max=5\"`"+`
	Count int      `+"`json:\"count\" validate:\"min=0,max=9\"`"+`
}
type out%[1]d struct {
	ID    int    `+"`json:\"id\"`"+`
	Name  string `+"`json:\"name\"`"+`
	Count int    `+"`json:\"count\"`"+`
}
func handle%[1]d(ctx context.Context, in in%[1]d) (out%[1]d, error) { return out%[1]d{in.ID, in.Body.Name, in.Body.Count}, nil }
`, i)
	}
	b.WriteString("\nfunc register(r *wend.Router) {\n")
	for i := range n {
		fmt.Fprintf(&b, "\twend.Post(r, \"/v1/resource%d/{id}\", handle%d)\n", i, i)
	}
	b.WriteString("}\n")
	return b.Bytes()
}

const header = `package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/wend-go/wend"
)

type hello struct{}

func main() {
	r := wend.New()
	wend.Get(r, "/hello", func(context.Context, hello) (string, error) { return "hello", nil })
	register(r)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go http.Serve(l, r)
	resp, err := http.Get("http://" + l.Addr().String() + "/hello")
	if err != nil {
		panic(err)
	}
	resp.Body.Close()
	begin, _ := strconv.ParseInt(os.Getenv("BEGIN"), 10, 64)
	fmt.Println(time.Now().UnixNano()-begin, resident())
}

// resident is the resident memory in kB.
func resident() int {
	status, _ := os.ReadFile("/proc/self/status")
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	kb := 0
	fmt.Sscan(rest, &kb)
	return kb
}
`
