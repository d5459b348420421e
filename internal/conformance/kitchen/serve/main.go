// Serve runs the kitchen sink for strangers, or writes its document.
//
//	go run ./kitchen/serve -addr 127.0.0.1:0
//	go run ./kitchen/serve -version 3.2.0 -write openapi.json
package main

import (
	"context"
	"flag"
	"log"
	"net"
	"os"

	"github.com/wend-go/wend/internal/conformance/kitchen"
	"github.com/wend-go/wend/openapi"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:8080", "address to listen on")
	version := flag.String("version", "3.1.1", "version of OpenAPI to write")
	file := flag.String("write", "", "file to write the document to, instead of serving")
	flag.Parse()
	if err := run(*addr, *version, *file); err != nil {
		log.Fatal(err)
	}
}

func run(addr, version, file string) error {
	if file != "" {
		doc, err := openapi.Build(kitchen.Info(), kitchen.Routes().Routes(), append(kitchen.Options(), openapi.Version(version))...)
		if err != nil {
			return err
		}
		return openapi.WriteFile(file, doc)
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	log.New(os.Stdout, "", 0).Printf("http://%s", l.Addr())
	return kitchen.New().Serve(context.Background(), l)
}
