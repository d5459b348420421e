package wend

import (
	"reflect"
)

// An output iter.Seq[T], or iter.Seq2[T, error], is sent as JSON Lines: each item as one
// line of JSON, flushed on its own. An error in the place of the first item is an
// ordinary answer; behind it, it aborts the connection.

// runSeq sends an iterator.
func runSeq(s *streamWriter, st *streaming, body reflect.Value) (err error) {
	item := reflect.New(st.items.BodyType())
	var line []byte
	send := func(v reflect.Value) bool {
		item.Elem().Set(v)
		if line, err = st.items.AppendBody(line[:0], item.UnsafePointer()); err != nil {
			return false
		}
		line = append(line, '\n')
		if _, err = s.Write(line); err == nil {
			err = s.FlushError()
		}
		return err == nil
	}
	if body.Type().In(0).NumIn() == 1 {
		body.Seq()(send)
		return err
	}
	body.Seq2()(func(v, failed reflect.Value) bool {
		if failed, _ := failed.Interface().(error); failed != nil {
			err = failed
			return false
		}
		return send(v)
	})
	return err
}
