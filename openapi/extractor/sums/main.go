// Command sums records what Go makes of objects: it reads {"type", "group", "version", "kind", "json"}, a line each, and writes the
// start of the SHA-256 of each one's protobuf by type. An object whose JSON does not come back as it was ends it.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"log"
	"os"
	"reflect"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/install"
	"k8s.io/apimachinery/pkg/runtime/schema"
	serializer "k8s.io/apimachinery/pkg/runtime/serializer/json"
	aggregation "k8s.io/kube-aggregator/pkg/apis/apiregistration/install"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	_ "k8s.io/kubernetes/pkg/controlplane"
)

// Enough to notice any difference, short enough to be kept for every type.
const digits = 16

type sample struct{ Type, Group, Version, Kind, JSON string }

func main() {
	scheme := legacyscheme.Scheme
	apiextensions.Install(scheme)
	aggregation.Install(scheme)
	codec := serializer.NewSerializerWithOptions(serializer.DefaultMetaFactory, scheme, scheme, serializer.SerializerOptions{Strict: true})

	sums := map[string]string{}
	lines := json.NewDecoder(os.Stdin)
	for {
		var its sample
		if err := lines.Decode(&its); err == io.EOF {
			break
		} else if err != nil {
			log.Fatal(err)
		}
		kind := schema.GroupVersionKind{Group: its.Group, Version: its.Version, Kind: its.Kind}
		object, _, err := codec.Decode([]byte(its.JSON), &kind, nil)
		if err != nil {
			log.Fatalf("%s: %v", its.Type, err)
		}
		var written bytes.Buffer
		if err := codec.Encode(object, &written); err != nil || !sameJSON(written.Bytes(), []byte(its.JSON)) {
			log.Fatalf("%s does not come back from JSON: %v", its.Type, err)
		}
		message, err := object.(interface{ Marshal() ([]byte, error) }).Marshal()
		if err != nil {
			log.Fatalf("%s: %v", its.Type, err)
		}
		sum := sha256.Sum256(message)
		sums[its.Type] = hex.EncodeToString(sum[:])[:digits]
	}
	out, err := json.MarshalIndent(sums, "", " ")
	if err != nil {
		log.Fatal(err)
	}
	os.Stdout.Write(append(out, '\n'))
}

func sameJSON(a, b []byte) bool {
	var left, right any
	return json.Unmarshal(a, &left) == nil && json.Unmarshal(b, &right) == nil && reflect.DeepEqual(left, right)
}
