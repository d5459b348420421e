// Package pages runs the curl lines of a Markdown page, so that no page shows an answer
// that the program does not give.
package pages

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Run sends every "$ curl" line in the console blocks of a page to h, in their order, and
// compares what the page shows below the line with the answer. White space does not count,
// … stands for anything, and Date and Content-Length are left out. Other commands are not
// run. vars has the values of variables.
func Run(t *testing.T, file string, h http.Handler, vars map[string]string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(h)
	defer server.Close()
	sessions := lines(string(data))
	if len(sessions) == 0 {
		t.Fatalf("%s has no line to run", file)
	}
	for _, s := range sessions {
		got, err := curl(server.URL, os.Expand(s.command, func(name string) string { return vars[name] }))
		if err != nil {
			t.Fatalf("%s:%d: %v", file, s.line, err)
		}
		if !matches(s.shown, got) {
			t.Errorf("%s:%d: %s\nshows:\n%s\nthe answer is:\n%s", file, s.line, s.command, s.shown, got)
		}
	}
}

// session is a command with what the page shows below it.
type session struct {
	line           int
	command, shown string
}

// lines finds the curl lines. A line that ends in a backslash goes on in the next.
func lines(text string) (all []session) {
	inside, goesOn, running := false, false, false
	for i, line := range strings.Split(text, "\n") {
		last := len(all) - 1
		switch {
		case strings.HasPrefix(strings.TrimSpace(line), "```"):
			inside, running = strings.TrimSpace(line) == "```console", false
		case !inside:
		case goesOn:
			all[last].command += " " + strings.TrimSpace(strings.TrimSuffix(line, `\`))
			goesOn = strings.HasSuffix(line, `\`)
		case strings.HasPrefix(line, "$ "):
			if running = strings.HasPrefix(line, "$ curl "); running {
				all = append(all, session{line: i + 1, command: strings.TrimSuffix(line[2:], `\`)})
				goesOn = strings.HasSuffix(line, `\`)
			}
		case running:
			all[last].shown += line + "\n"
		}
	}
	return all
}

var space = regexp.MustCompile(`\s+`)

// matches reports whether an answer is what is shown.
func matches(shown, got string) bool {
	parts := strings.Split(space.ReplaceAllString(shown, ""), "…")
	for i, part := range parts {
		parts[i] = regexp.QuoteMeta(part)
	}
	return regexp.MustCompile(`^(?s:` + strings.Join(parts, ".*") + `)$`).MatchString(space.ReplaceAllString(got, ""))
}

// command is what the words of a curl line ask for.
type command struct {
	method, url string
	header      http.Header
	body        []byte
	form        *multipart.Writer
	head        bool // print status and header first
}

// curl does what the program of that name would: the flags are those of the pages.
func curl(base, line string) (string, error) {
	c, err := parse(line)
	if err != nil {
		return "", err
	}
	_, path, found := strings.Cut(c.url, "localhost:8080")
	if !found {
		return "", fmt.Errorf("%s is not on localhost:8080", c.url)
	}
	req, err := http.NewRequest(c.method, base+path, bytes.NewReader(c.body))
	if err != nil {
		return "", err
	}
	req.Header = c.header
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	var out strings.Builder
	if c.head {
		fmt.Fprintf(&out, "%s %s\n", resp.Proto, resp.Status)
		names := make([]string, 0, len(resp.Header))
		for name := range resp.Header {
			if name != "Date" && name != "Content-Length" {
				names = append(names, name)
			}
		}
		slices.Sort(names)
		for _, name := range names {
			for _, value := range resp.Header[name] {
				fmt.Fprintf(&out, "%s: %s\n", name, value)
			}
		}
		out.WriteString("\n")
	}
	_, err = io.Copy(&out, resp.Body)
	return out.String(), err
}

func parse(line string) (c command, err error) {
	all, err := words(line)
	if err != nil {
		return c, err
	}
	c = command{method: "GET", header: http.Header{"Accept": {"*/*"}}}
	var data bytes.Buffer
	for i := 1; i < len(all); i++ {
		word := all[i]
		if !strings.HasPrefix(word, "-") {
			c.url = word
			continue
		}
		value := ""
		if takesValue[word] && i+1 < len(all) {
			i++
			value = all[i]
		}
		if err := c.flag(word, value, &data); err != nil {
			return c, err
		}
	}
	if c.form != nil {
		err = c.form.Close()
	}
	c.body = data.Bytes()
	return c, err
}

var takesValue = map[string]bool{"-X": true, "-H": true, "-u": true, "--json": true, "-d": true, "-F": true}

// flag does what one flag asks for; data collects the body.
func (c *command) flag(name, value string, data *bytes.Buffer) error {
	switch name {
	case "-s", "-N", "-sN":
	case "-i", "-si":
		c.head = true
	case "-I", "-sI":
		c.head, c.method = true, "HEAD"
	case "-X":
		c.method = value
	case "-H":
		name, text, _ := strings.Cut(value, ":")
		c.header.Set(name, strings.TrimSpace(text))
	case "-u":
		user, password, _ := strings.Cut(value, ":")
		r := http.Request{Header: c.header}
		r.SetBasicAuth(user, password)
	case "--json":
		data.WriteString(value)
		c.header.Set("Accept", "application/json")
		c.post("application/json")
	case "-d":
		data.WriteString(value)
		c.post("application/x-www-form-urlencoded")
	case "-F":
		if c.form == nil {
			c.form = multipart.NewWriter(data)
		}
		if err := addPart(c.form, value); err != nil {
			return err
		}
		c.post(c.form.FormDataContentType())
	default:
		return fmt.Errorf("curl %s is not known here", name)
	}
	return nil
}

// post sets what a flag with data does unless another flag says otherwise.
func (c *command) post(mediaType string) {
	if c.header.Get("Content-Type") == "" {
		c.header.Set("Content-Type", mediaType)
	}
	if c.method == "GET" {
		c.method = "POST"
	}
}

// addPart adds name=text, or name=@file with the name of the file for its text.
func addPart(form *multipart.Writer, part string) error {
	name, text, _ := strings.Cut(part, "=")
	if file, isFile := strings.CutPrefix(text, "@"); isFile {
		w, err := form.CreateFormFile(name, file)
		if err != nil {
			return err
		}
		_, err = io.WriteString(w, "the text of "+file)
		return err
	}
	return form.WriteField(name, text)
}

// words splits a line as a shell does, for quotes and blanks.
func words(line string) (all []string, err error) {
	var word strings.Builder
	quote, begun := rune(0), false
	for _, c := range line {
		switch {
		case c == quote:
			quote = 0
		case quote == 0 && (c == '\'' || c == '"'):
			quote, begun = c, true
		case quote == 0 && c == ' ':
			if begun {
				all = append(all, word.String())
			}
			word.Reset()
			begun = false
		default:
			word.WriteRune(c)
			begun = true
		}
	}
	if begun {
		all = append(all, word.String())
	}
	if quote != 0 {
		return nil, fmt.Errorf("%c is not closed in %s", quote, line)
	}
	return all, nil
}
