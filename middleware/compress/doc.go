// Package compress encodes responses and decodes request bodies, with gzip and zstd of
// github.com/klauspost/compress.
//
//	middleware   what it does                                        where
//	Responses    encodes responses from 1 KiB                        outside of what writes, inside of Log and RequestID
//	Requests     decodes bodies, at most 1 MiB and 100 for 1         after guards, before what reads a body
package compress
