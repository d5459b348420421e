package cve_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"io"
	"net/http"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/middleware/compress"
)

func gzipped(t testing.TB, times int, data []byte) []byte {
	for range times {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, err := w.Write(data)
		require.NoError(t, err)
		require.NoError(t, w.Close())
		data = b.Bytes()
	}
	return data
}

// zstdBlocks is a frame of zstd of blocks that repeat one byte 128 KiB long (RFC 8878 §3.1.1.2).
func zstdBlocks(window byte, blocks int) []byte {
	frame := []byte{0x28, 0xb5, 0x2f, 0xfd, 0x00, window}
	for i := range blocks {
		head := uint32(128<<10)<<3 | 1<<1
		if i == blocks-1 {
			head |= 1
		}
		frame = append(binary.LittleEndian.AppendUint32(frame, head)[:len(frame)+3], 'a')
	}
	return frame
}

// TestCompress_bombs: what a compressed body becomes is bounded, by its size, by its density and by its nesting.
func TestCompress_bombs(t *testing.T) {
	zeros := make([]byte, 64<<20)
	r := quiet(wend.Outer(compress.Requests(compress.Limits{})))
	wend.Post(r, "/", func(_ context.Context, in struct{ Body string }) (none, error) { return none{}, nil })
	r.Handle("POST /plain", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := io.Copy(io.Discard, r.Body)
		if err != nil {
			http.Error(w, "refused", http.StatusBadRequest)
		}
	}))
	small := gzipped(t, 1, []byte("hello"))
	for _, c := range []struct {
		name, coding string
		body         []byte
		status       int
	}{
		{"CVE-2024-28180 64 MiB of zeros", "gzip", gzipped(t, 1, zeros), 413},
		{"CVE-2025-30153 one byte more than the limit", "gzip", gzipped(t, 1, bytes.Repeat([]byte("ab"), 1<<19+1)), 413},
		{"CVE-2022-30631 thousands of empty members", "gzip", bytes.Repeat(gzipped(t, 1, nil), 40_000), 204},
		{"CVE-2022-30631 members and damage", "gzip", append(bytes.Repeat(gzipped(t, 1, nil), 20_000), "damage"...), 400},
		{"CVE-2025-30153 compressed twice", "gzip, gzip", gzipped(t, 2, []byte("hello")), 415},
		{"CVE-2025-30153 one in the other", "gzip", gzipped(t, 2, zeros[:8<<20]), 400}, // what comes out is no text
		{"CVE-2024-28180 zstd of one byte", "zstd", zstdBlocks(0x58, 500), 413},
		{"CVE-2024-28180 zstd with a huge window", "zstd", zstdBlocks(0xff, 1), 413},
		{"CVE-2025-30153 coding that nobody asked for", "deflate", small, 415},
		{"CVE-2025-30153 brotli", "br", small, 415},
		{"CVE-2024-28180 damaged", "gzip", small[:len(small)-5], 400},
	} {
		t.Run(c.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			w := do(t, r, "POST", "/", string(c.body), "Content-Type: text/plain", "Content-Encoding: "+c.coding)
			runtime.ReadMemStats(&after)
			require.Equal(t, c.status, w.Code, w.Body.String())
			require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(48<<20))
		})
	}
	require.Equal(t, 204, do(t, r, "POST", "/", string(small), "Content-Type: text/plain", "Content-Encoding: gzip").Code)
	off := quiet()
	wend.Post(off, "/", func(_ context.Context, in struct{ Body []byte }) (none, error) {
		require.Equal(t, small, in.Body, "nothing is decoded that nobody asked for")
		return none{}, nil
	})
	require.Equal(t, 204, do(t, off, "POST", "/", string(small), "Content-Type: application/octet-stream", "Content-Encoding: gzip").Code)
}
