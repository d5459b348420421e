module github.com/wend-go/wend/benchmarks

go 1.26.0

require github.com/wend-go/wend v0.0.0-00010101000000-000000000000

replace github.com/wend-go/wend => ../
