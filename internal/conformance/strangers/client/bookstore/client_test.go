//go:build strangers

package bookstore

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// start runs the bookstore as a user does, and returns where it listens.
func start(t *testing.T) (url string) {
	t.Helper()
	dir := t.TempDir()
	program := filepath.Join(dir, "bookstore")
	build := exec.Command("go", "build", "-C", "../../../../../examples", "-o", program, "./bookstore")
	build.Stderr = os.Stderr
	require.NoError(t, build.Run())
	cmd := exec.Command(program, "-addr", "127.0.0.1:0", "-db", filepath.Join(dir, "books.db"))
	log, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	})
	lines := bufio.NewScanner(log)
	for lines.Scan() {
		if m := regexp.MustCompile(`msg=serving addr=(\S+)`).FindStringSubmatch(lines.Text()); m != nil {
			go func() {
				for lines.Scan() { // or the program would wait for a reader of its log
				}
			}()
			return "http://" + m[1]
		}
	}
	t.Fatal("the bookstore does not come up")
	return ""
}

// A client made of the document alone creates, lists, changes and deletes books.
func TestClient(t *testing.T) {
	t.Parallel()
	c, err := NewClientWithResponses(start(t))
	require.NoError(t, err)
	ctx := t.Context()

	made, err := c.PostBooksWithResponse(ctx, NewBook{AuthorId: 1, Isbn: "9791234567896", Language: "en", Title: "A Book", Year: 1900})
	require.NoError(t, err)
	require.NotNil(t, made.JSON201, string(made.Body))
	require.Equal(t, "A Book", made.JSON201.Title)

	again, err := c.PostBooksWithResponse(ctx, NewBook{AuthorId: 1, Isbn: "9791234567896", Language: "en", Title: "A Book", Year: 1900})
	require.NoError(t, err)
	require.Equal(t, "duplicate_isbn", *again.ApplicationproblemJSON409.Code)

	title := "Another Book"
	edited, err := c.PatchBooksByIdWithResponse(ctx, made.JSON201.Id, BookEdit{Title: &title})
	require.NoError(t, err)
	require.Equal(t, title, edited.JSON200.Title)

	limit, q := int64(1), "another book"
	list, err := c.GetBooksWithResponse(ctx, &GetBooksParams{Limit: &limit, Q: &q})
	require.NoError(t, err)
	require.Len(t, *list.JSON200, 1)

	gone, err := c.DeleteBooksByIdWithResponse(ctx, made.JSON201.Id)
	require.NoError(t, err)
	require.Equal(t, 204, gone.StatusCode())
	missing, err := c.GetBooksByIdWithResponse(ctx, made.JSON201.Id)
	require.NoError(t, err)
	require.Equal(t, "not_found", *missing.ApplicationproblemJSON404.Code)
}
