package wend

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/wend-go/wend/binding"
)

// SaveUpload copies a file of a form into a directory and returns the name that it has
// there: 128 random bits, a hyphen and the client's name, whose characters are harmless
// on every system. The file is new, readable by its owner alone, and cannot lie outside
// of the directory; half a file is removed. Its content is still the client's: serve it
// as a [Download], and do not believe its name.
func SaveUpload(dir *os.Root, u binding.Upload) (name string, err error) {
	name = rand.Text() + "-" + u.Name()
	if u.Name() == "" {
		name += "file"
	}
	src, err := u.Open()
	if err != nil {
		return "", fmt.Errorf("wend: save upload: %w", err)
	}
	defer src.Close()
	dst, err := dir.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", fmt.Errorf("wend: save upload: %w", err)
	}
	_, err = io.Copy(dst, src)
	if err = errors.Join(err, dst.Close()); err != nil {
		return "", fmt.Errorf("wend: save upload: %w", errors.Join(err, dir.Remove(name)))
	}
	return name, nil
}
