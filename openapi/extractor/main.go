// Command extractor writes the facts table of every built-in API type: what the Go structs, their tags and the generated
// OpenAPI definitions of one Kubernetes version say, without prose. See ../README.md.
package main

import (
	"flag"
	"log"
	"os"
)

func main() {
	version := flag.String("kubernetes", "", "Kubernetes version to record, for example 1.36.3")
	out := flag.String("out", "facts.json", "file to write")
	shape := flag.String("pod-template", "pod-template.json", "file to write the shape of pod templates to")
	flag.Parse()

	roots := servedTypes()
	types := walk(roots)
	if err := os.WriteFile(*out, render(*version, types), 0o644); err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(*shape, podTemplateShape(), 0o644); err != nil {
		log.Fatal(err)
	}
	log.Printf("%d types written to %s", len(types), *out)
}
