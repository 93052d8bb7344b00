package main

import (
	"reflect"
	"strings"

	"k8s.io/kube-openapi/pkg/common"
	"k8s.io/kube-openapi/pkg/util"
	"k8s.io/kube-openapi/pkg/validation/spec"
	generated "k8s.io/kubernetes/pkg/generated/openapi"
)

// definitions holds the generated OpenAPI definitions by OpenAPI name.
var definitions = func() map[string]common.OpenAPIDefinition {
	byName := map[string]common.OpenAPIDefinition{}
	for name, definition := range generated.GetOpenAPIDefinitions(func(path string) spec.Ref {
		return spec.MustCreateRef(friendly(path))
	}) {
		byName[friendly(name)] = definition
	}
	return byName
}()

// openAPIName is the name of a type in OpenAPI documents, for example "io.k8s.api.core.v1.Pod".
func openAPIName(goType reflect.Type) string {
	if named, ok := reflect.New(goType).Interface().(util.OpenAPIModelNamer); ok {
		return named.OpenAPIModelName()
	}
	return friendly(goType.PkgPath() + "." + goType.Name())
}

func friendly(name string) string {
	if strings.Contains(name, "/") {
		return util.ToRESTFriendlyName(name)
	}
	return name
}
