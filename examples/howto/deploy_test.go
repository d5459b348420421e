package howto_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/acme/autocert"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/middleware"
	"github.com/wend-go/wend/wendtest"
)

// secured is a service with certificates of its own and, for port 80, what answers the
// authority's questions and sends browsers to port 443.
func secured(cache autocert.Cache) (r *wend.Router, port80 http.Handler) {
	certificates := &autocert.Manager{
		Prompt:     autocert.AcceptTOS,
		HostPolicy: autocert.HostWhitelist("shop.example"),
		Cache:      cache, // autocert.DirCache("/var/lib/shop"): it has to outlive the process
	}
	r = wend.New(
		wend.Server(func(s *http.Server) { s.TLSConfig = certificates.TLSConfig() }),
		wend.With(middleware.SecureHeaders(middleware.Secure{HSTS: 24 * time.Hour})), // a year without
	)
	return r, certificates.HTTPHandler(nil)
}

// TestSecured serves from a certificate that the cache already has.
func TestSecured(t *testing.T) {
	t.Parallel()
	cache := autocert.DirCache(t.TempDir())
	roots := certificate(t, cache, "shop.example")
	r, port80 := secured(cache)
	wend.Get(r, "/", func(_ context.Context, in struct{ Request *http.Request }) (wend.Text, error) {
		return wend.Text(in.Request.Proto), nil
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- r.Serve(ctx, l) }()

	client := &http.Client{Transport: &http.Transport{
		ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: "shop.example"},
	}}
	resp, err := client.Get("https://" + l.Addr().String())
	require.NoError(t, err)
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, "HTTP/2.0", string(body))
	require.Equal(t, "max-age=86400", resp.Header.Get("Strict-Transport-Security"))

	wendtest.New(t, port80).Get("/cart", wendtest.Host("shop.example")).Status(302).Header("Location", "https://shop.example/cart")

	client.CloseIdleConnections()
	stop()
	require.NoError(t, <-done)
}

// certificate puts one for host into the cache, and returns who trusts it.
func certificate(t *testing.T, cache autocert.Cache, host string) *x509.CertPool {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{host}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(90 * 24 * time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	keyDER, err := x509.MarshalECPrivateKey(key)
	require.NoError(t, err)
	var both bytes.Buffer
	require.NoError(t, pem.Encode(&both, &pem.Block{Type: "EC PRIVATE KEY", Bytes: keyDER}))
	require.NoError(t, pem.Encode(&both, &pem.Block{Type: "CERTIFICATE", Bytes: der}))
	require.NoError(t, cache.Put(t.Context(), host, both.Bytes()))
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	roots := x509.NewCertPool()
	roots.AddCert(cert)
	return roots
}
