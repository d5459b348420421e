package openapi_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/openapi"
	"github.com/wend-go/wend/security"
)

func TestBuild_schemesOfOneName(t *testing.T) {
	t.Parallel()
	secured := func(r *wend.Router, path string, s security.Scheme) {
		g := r.Group(path)
		wend.Provide(g, func(context.Context, struct{ Token security.Token }) (User, error) { return User{}, nil }, wend.Secure(s))
		wend.Get(g, "", answer[struct{ Who User }, string])
	}
	r := wend.New()
	secured(r, "/a", security.Bearer("JWT"))
	secured(r, "/b", security.Bearer("JWT"))
	_, err := openapi.Build(sinkInfo, r.Routes())
	require.NoError(t, err)
	secured(r, "/c", security.Bearer("opaque"))
	_, err = openapi.Build(sinkInfo, r.Routes())
	require.ErrorContains(t, err, `GET /c at openapi/security_test.go:`)
	require.ErrorContains(t, err, `another security scheme of the name "bearer" than GET /a at`)
}
