.PHONY: run test check format fuzz siege soak faults model

run: ## the bookstore example
	go run -C examples ./bookstore

test: ## every test of every module, with the race detector
	scripts/test

check: ## format, vet, staticcheck, tidy, verify
	scripts/check

format: ## rewrite what check would complain about
	git ls-files '*.go' | grep -v go127 | xargs go tool -modfile=tools/go.mod gofumpt -l -w

TIME = 30s
fuzz: ## every fuzz target for TIME, one after the other
	scripts/fuzz $(TIME)

siege: ## hostile clients and broken connections, the long form
	WEND_SIEGE=long go test ./internal/siege -v -timeout 30m

soak: ## ten minutes of mixed traffic under the race detector
	go test -race ./internal/siege -run TestSoak -v -timeout 30m -soak 10m

faults: ## a million numbered requests through broken connections
	go test ./internal/siege -run TestFaults -v -timeout 2h -requests 1000000

model: ## ten million pairs of routes and path against ServeMux and a naive matcher
	go test ./internal/radix -run TestModel -v -timeout 2h -radix.pairs 10000000
