module github.com/wend-go/wend/examples

go 1.26.0

require (
	github.com/pressly/goose/v3 v3.29.0
	github.com/stretchr/testify v1.12.1
	modernc.org/sqlite v1.60.1
)

replace github.com/wend-go/wend => ..
