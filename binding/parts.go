package binding

import (
	"io"
	"iter"
	"mime"
	"mime/multipart"
	"reflect"
)

var partsType = reflect.TypeFor[iter.Seq2[*multipart.Part, error]]()

// multipartParts yields the parts of a multipart body as they come, under the
// limits of the body and of a part's headers, and ends with the first error. A part
// that the loop has not read is read past.
func multipartParts(in *Incoming, limit int64) iter.Seq2[*multipart.Part, error] {
	return func(yield func(*multipart.Part, error) bool) {
		_, params, _ := mime.ParseMediaType(in.Request.Header.Get("Content-Type"))
		stream := limitedBody(in, limit)
		r := newPartReader(stream, params["boundary"])
		for {
			part, err := r.next()
			switch {
			case err == io.EOF:
				stream.clock.stop()
				return
			case err != nil:
				yield(nil, err)
				return
			case !yield(part, nil):
				return
			}
			if _, err := io.Copy(io.Discard, part); err != nil {
				yield(nil, partError(err))
				return
			}
		}
	}
}
