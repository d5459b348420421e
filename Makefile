.PHONY: run test check format

run: ## the bookstore example
	go run -C examples ./bookstore

test: ## every test of every module, with the race detector
	scripts/test

check: ## format, vet, staticcheck, tidy, verify
	scripts/check

format: ## rewrite what check would complain about
	git ls-files '*.go' | grep -v go127 | xargs go tool -modfile=tools/go.mod gofumpt -l -w
