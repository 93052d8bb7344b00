package main

import (
	"bytes"
	"log"
	"maps"
	"reflect"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// Types that are not walked into: their private fields follow from a text.
var opaque = map[string]bool{"v1.Time": true, "resource.Quantity": true, "intstr.IntOrString": true, "v1.FieldsV1": true}

// podTemplateShape describes the Go types that a pod template is made of, one line a type: of a struct each field's Go name, JSON
// name ("-" where it is inline) and Go type, of any other named type what it is made of.
func podTemplateShape() []byte {
	lines := map[string]string{}
	packages := map[string]string{}
	var visit func(goType reflect.Type)
	visit = func(goType reflect.Type) {
		name := goType.String()
		if known, ok := packages[name]; ok && known != goType.PkgPath() {
			log.Fatalf("%s is in %s and in %s", name, known, goType.PkgPath())
		}
		if _, seen := lines[name]; seen || opaque[name] {
			return
		}
		kind := goType.Kind()
		if goType.Name() != "" && goType.PkgPath() != "" {
			packages[name] = goType.PkgPath()
			switch kind {
			case reflect.Struct:
				fields := make([]string, 0, goType.NumField())
				for i := range goType.NumField() {
					field := goType.Field(i)
					jsonName, _, _ := strings.Cut(field.Tag.Get("json"), ",")
					if jsonName == "" || field.Anonymous && field.Name != "ObjectMeta" {
						jsonName = "-"
					}
					fields = append(fields, field.Name+" "+jsonName+" "+field.Type.String())
				}
				lines[name] = strings.Join(fields, ";")
				for i := range goType.NumField() {
					visit(goType.Field(i).Type)
				}
				return
			case reflect.Map:
				lines[name] = "map[" + goType.Key().Kind().String() + "]" + goType.Elem().String()
			default:
				lines[name] = kind.String()
			}
		}
		if kind == reflect.Pointer || kind == reflect.Slice || kind == reflect.Map {
			visit(goType.Elem())
		}
	}
	visit(reflect.TypeFor[corev1.PodTemplateSpec]())

	var out bytes.Buffer
	out.WriteByte('{')
	for i, name := range slices.Sorted(maps.Keys(lines)) {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteByte('\n')
		out.Write(encode(name))
		out.WriteByte(':')
		out.Write(encode(lines[name]))
	}
	out.WriteString("\n}\n")
	return out.Bytes()
}
