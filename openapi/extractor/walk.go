package main

import (
	"fmt"
	"log"
	"reflect"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/kube-openapi/pkg/validation/spec"
)

type typeFacts struct {
	goName  string
	special string
	gvks    []schema.GroupVersionKind
	fields  []fieldFacts
	mapType string
	unions  any
}

type fieldFacts struct {
	name                         string
	expression, goName           string
	path                         []int
	via                          []string
	pointer, required            bool
	omit                         string
	hasDefault                   bool
	value                        any
	listType, mapType            string
	mapKeys                      []string
	patchStrategy, patchMergeKey string
	enum                         []string
	format                       string
}

// Types that encode in their own way in JSON or in protobuf, by OpenAPI name.
var special = map[string]string{
	"io.k8s.apimachinery.pkg.apis.meta.v1.Time":       "Time",
	"io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime":  "MicroTime",
	"io.k8s.apimachinery.pkg.apis.meta.v1.Duration":   "Duration",
	"io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1":   "FieldsV1",
	"io.k8s.apimachinery.pkg.apis.meta.v1.Timestamp":  "Timestamp",
	"io.k8s.apimachinery.pkg.api.resource.Quantity":   "Quantity",
	"io.k8s.apimachinery.pkg.util.intstr.IntOrString": "IntOrString",
	"io.k8s.apimachinery.pkg.runtime.RawExtension":    "RawExtension",
	apiextensionsV1 + "JSON":                          "JSON",
	apiextensionsV1 + "JSONSchemaPropsOrBool":         "JSONSchemaPropsOrBool",
	apiextensionsV1 + "JSONSchemaPropsOrArray":        "JSONSchemaPropsOrArray",
	apiextensionsV1 + "JSONSchemaPropsOrStringArray":  "JSONSchemaPropsOrStringArray",
}

const apiextensionsV1 = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1."

type walker struct{ types map[string]*typeFacts }

// walk describes the roots and every type their fields reach, by OpenAPI name.
func walk(roots []root) map[string]*typeFacts {
	w := walker{map[string]*typeFacts{}}
	for _, r := range roots {
		w.visit(r.goType)
	}
	for _, r := range roots {
		if facts := w.types[openAPIName(r.goType)]; len(r.gvks) > 0 {
			facts.gvks = r.gvks
		}
	}
	return w.types
}

// visit describes one struct (or list type with a protobuf message of its own) and returns its OpenAPI name.
func (w walker) visit(goType reflect.Type) string {
	name := openAPIName(goType)
	if _, seen := w.types[name]; seen {
		return name
	}
	facts := &typeFacts{goName: goType.Name(), special: special[name]}
	w.types[name] = facts
	if goType.Kind() == reflect.Slice {
		facts.special = "Verbs"
	}
	if goType.Kind() != reflect.Struct || facts.special != "" && facts.special != "Timestamp" {
		return name
	}
	definition, defined := definitions[name]
	if !defined {
		log.Printf("no OpenAPI definition: %s", name)
	}
	facts.mapType, _ = definition.Schema.Extensions.GetString("x-kubernetes-map-type")
	facts.unions = definition.Schema.Extensions["x-kubernetes-unions"]
	for key := range definition.Schema.Extensions {
		if key != "x-kubernetes-map-type" && key != "x-kubernetes-unions" && key != "x-kubernetes-group-version-kind" {
			log.Printf("%s: extension %s is not in the facts", name, key)
		}
	}
	w.fields(facts, goType, []int{}, nil)
	required := map[string]bool{}
	for _, field := range definition.Schema.Required {
		required[field] = true
	}
	seen := map[string]bool{}
	for i := range facts.fields {
		field := &facts.fields[i]
		if seen[field.name] {
			log.Fatalf("%s.%s: two Go fields", name, field.name)
		}
		seen[field.name] = true
		field.required = required[field.name]
		property, ok := definition.Schema.Properties[field.name]
		if !ok && defined {
			log.Printf("%s.%s: not in OpenAPI", name, field.name)
		}
		field.describe(name, property)
	}
	for property := range definition.Schema.Properties {
		if !seen[property] {
			log.Printf("%s.%s: only in OpenAPI", name, property)
		}
	}
	return name
}

// fields appends the JSON fields of a struct in Go's order, those of inline structs in place. The protobuf path leads to the
// message that holds them; nil when protobuf leaves them out.
func (w walker) fields(facts *typeFacts, goType reflect.Type, path []int, via []string) {
	for i := range goType.NumField() {
		field := goType.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "-" || !field.IsExported() && !field.Anonymous {
			continue
		}
		number := protobufNumber(field.Tag.Get("protobuf"))
		if name == "" && (field.Anonymous || strings.Contains(options, "inline")) {
			embedded := deref(field.Type)
			if number == 0 {
				// TypeMeta and the like: protobuf leaves them out, whatever numbers their own tags hold.
				w.fields(facts, embedded, nil, nil)
				continue
			}
			w.fields(facts, embedded, append(append([]int{}, path...), number), append(append([]string{}, via...), embedded.Name()))
			continue
		}
		if name == "" {
			name = field.Name
		}
		described := fieldFacts{name: name, pointer: field.Type.Kind() == reflect.Pointer}
		if number != 0 && path != nil {
			described.path = append(append([]int{}, path...), number)
			described.via = via
		} else if len(path) > 0 {
			log.Printf("%s.%s: no protobuf number inside an inline message", goType, name)
		}
		for _, option := range strings.Split(options, ",") {
			switch option {
			case "omitempty":
				if described.omit == "" {
					described.omit = "empty"
				}
			case "omitzero":
				described.omit = "zero"
			case "", "inline":
			default:
				log.Printf("%s.%s: json option %s", goType, name, option)
			}
		}
		described.expression = w.expression(deref(field.Type))
		if printed := deref(field.Type).String(); printed != implied(described.expression) {
			described.goName = printed
		}
		facts.fields = append(facts.fields, described)
	}
}

// expression writes a Go type in the notation of type-facts.ts.
func (w walker) expression(goType reflect.Type) string {
	if goType.Kind() == reflect.Slice && goType.Elem().Kind() == reflect.String && goType.Name() != "" && isMessage(goType) {
		return "#" + w.visit(goType)
	}
	switch goType.Kind() {
	case reflect.Struct:
		return "#" + w.visit(goType)
	case reflect.Interface:
		return "any"
	case reflect.Slice:
		if goType.Elem().Kind() == reflect.Uint8 {
			return "bytes"
		}
		return "[]" + w.expression(deref(goType.Elem()))
	case reflect.Map:
		if goType.Key().Kind() != reflect.String {
			log.Fatalf("%s: map key", goType)
		}
		return "{}" + w.expression(deref(goType.Elem()))
	case reflect.String, reflect.Bool, reflect.Int32, reflect.Int64, reflect.Float64, reflect.Uint8, reflect.Uint32, reflect.Uint64, reflect.Int:
		return goType.Kind().String()
	}
	log.Fatalf("%s: unexpected kind %s", goType, goType.Kind())
	return ""
}

// isMessage tells a list type that protobuf wraps in a message (ExtraValue, Verbs) from a plain named list.
func isMessage(goType reflect.Type) bool {
	_, ok := reflect.New(goType).Interface().(interface{ Marshal() ([]byte, error) })
	return ok
}

// implied is the Go type that a type expression stands for when nothing else is said.
func implied(expression string) string {
	switch {
	case strings.HasPrefix(expression, "[]"):
		return "[]" + implied(expression[2:])
	case strings.HasPrefix(expression, "{}"):
		return "map[string]" + implied(expression[2:])
	case strings.HasPrefix(expression, "#"):
		segments := strings.Split(expression, ".")
		return strings.Join(segments[len(segments)-2:], ".")
	case expression == "bytes":
		return "[]uint8"
	case expression == "any":
		return "interface {}"
	}
	return expression
}

func deref(goType reflect.Type) reflect.Type {
	if goType.Kind() == reflect.Pointer {
		return goType.Elem()
	}
	return goType
}

func protobufNumber(tag string) int {
	parts := strings.Split(tag, ",")
	if len(parts) < 2 {
		return 0
	}
	number, err := strconv.Atoi(parts[1])
	if err != nil {
		log.Fatalf("protobuf tag %q: %v", tag, err)
	}
	return number
}

// describe takes over what the OpenAPI property says beyond the Go type.
func (field *fieldFacts) describe(owner string, property spec.Schema) {
	where := owner + "." + field.name
	if property.Default != nil {
		field.hasDefault, field.value = true, property.Default
	}
	for key, value := range property.Extensions {
		switch key {
		case "x-kubernetes-list-type":
			field.listType = value.(string)
		case "x-kubernetes-map-type":
			field.mapType = value.(string)
		case "x-kubernetes-list-map-keys":
			for _, mapKey := range value.([]any) {
				field.mapKeys = append(field.mapKeys, mapKey.(string))
			}
		case "x-kubernetes-patch-strategy":
			field.patchStrategy = value.(string)
		case "x-kubernetes-patch-merge-key":
			field.patchMergeKey = value.(string)
		default:
			log.Printf("%s: extension %s is not in the facts", where, key)
		}
	}
	expression := field.expression
	element := property
	for strings.HasPrefix(expression, "[]") || strings.HasPrefix(expression, "{}") {
		if strings.HasPrefix(expression, "[]") {
			if element.Items == nil || element.Items.Schema == nil {
				log.Printf("%s: no items", where)
				return
			}
			element = *element.Items.Schema
		} else {
			if element.AdditionalProperties == nil || element.AdditionalProperties.Schema == nil {
				log.Printf("%s: no additionalProperties", where)
				return
			}
			element = *element.AdditionalProperties.Schema
		}
		expression = expression[2:]
	}
	for _, value := range element.Enum {
		field.enum = append(field.enum, fmt.Sprint(value))
	}
	if element.Format != impliedFormat(expression) && !strings.HasPrefix(expression, "#") {
		field.format = element.Format
		if element.Format == "" {
			log.Printf("%s: no format for %s", where, expression)
		}
	}
	if element.Pattern != "" || element.Minimum != nil || element.Maximum != nil || element.MinLength != nil ||
		element.MaxLength != nil || element.Nullable || len(element.OneOf) > 0 {
		log.Printf("%s: constraints are not in the facts", where)
	}
}

func impliedFormat(expression string) string {
	switch expression {
	case "int32", "int64", "uint32", "uint64":
		return expression
	case "int":
		return "int32"
	case "float64":
		return "double"
	case "uint8", "bytes":
		return "byte"
	}
	return ""
}
