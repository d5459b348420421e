package wend_test

import (
	"context"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/wendtest"
)

func TestSaveUpload(t *testing.T) {
	t.Parallel()
	dir, err := os.OpenRoot(t.TempDir())
	require.NoError(t, err)
	defer dir.Close()
	r := quiet()
	wend.Post(r, "/", func(_ context.Context, in struct {
		File binding.Upload `form:"file"`
	},
	) (wend.Text, error) {
		name, err := wend.SaveUpload(dir, in.File)
		return wend.Text(name), err
	})
	c := wendtest.New(t, r)
	big := strings.Repeat("0123456789abcdef", 1<<17) // on disk meanwhile
	for _, u := range []struct{ name, content, want string }{
		{"photo.jpg", "jpeg", `^[A-Z2-7]{26}-photo\.jpg$`},
		{"CVE-2022-40082/../../etc/passwd", "x", `^[A-Z2-7]{26}-passwd$`},
		{`CVE-2021-23772\..\..\boot.ini`, "x", `^[A-Z2-7]{26}-boot\.ini$`},
		{"big.bin", big, `^[A-Z2-7]{26}-big\.bin$`},
	} {
		name := c.Post("/", wendtest.Form{"file": wendtest.File(u.name, []byte(u.content))}).Status(200).Text()
		require.Regexp(t, regexp.MustCompile(u.want), name)
		data, err := dir.ReadFile(name)
		require.NoError(t, err)
		require.True(t, string(data) == u.content, "the content is the client's")
		info, err := dir.Stat(name)
		require.NoError(t, err)
		require.Equal(t, fs.FileMode(0o600), info.Mode().Perm())
	}
	first := c.Post("/", wendtest.Form{"file": wendtest.File("a", []byte("1"))}).Text()
	second := c.Post("/", wendtest.Form{"file": wendtest.File("a", []byte("2"))}).Text()
	require.NotEqual(t, first, second, "two files of one name are two")
}
