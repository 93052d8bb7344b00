package main

import (
	"reflect"
	"sort"
	"strings"

	apidiscoveryv2 "k8s.io/api/apidiscovery/v2"
	apidiscoveryv2beta1 "k8s.io/api/apidiscovery/v2beta1"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apiserver"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/version"
	aggregator "k8s.io/kube-aggregator/pkg/apiserver/scheme"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	_ "k8s.io/kubernetes/pkg/controlplane"
)

// currentMinor is the minor version whose removed APIs are left out.
const currentMinor = 36

// Groups that are only spoken to webhooks, never served.
var unservedGroups = map[string]bool{"admission.k8s.io": true, "imagepolicy.k8s.io": true}

// Versions that no 1.36 server serves but whose types carry no removal mark on every kind.
var unservedVersions = map[string]bool{"extensions/v1beta1": true, "apps/v1beta1": true, "apps/v1beta2": true}

type removable interface{ APILifecycleRemoved() (major, minor int) }

type root struct {
	goType reflect.Type
	gvks   []schema.GroupVersionKind
}

// servedTypes gathers the kinds of all schemes, with every group, version and kind they are registered under.
func servedTypes() []root {
	gvks := map[reflect.Type][]schema.GroupVersionKind{}
	served := map[reflect.Type]bool{}
	for _, scheme := range []*runtime.Scheme{legacyscheme.Scheme, apiextensions.Scheme, aggregator.Scheme} {
		for gvk, goType := range scheme.AllKnownTypes() {
			if gvk.Version == runtime.APIVersionInternal || strings.HasSuffix(goType.PkgPath(), "/internalversion") {
				continue
			}
			if !contains(gvks[goType], gvk) {
				gvks[goType] = append(gvks[goType], gvk)
			}
			if isServed(gvk, goType) {
				served[goType] = true
			}
		}
	}
	for _, value := range []any{
		apidiscoveryv2.APIGroupDiscoveryList{}, apidiscoveryv2beta1.APIGroupDiscoveryList{}, version.Info{},
		metav1.Table{}, metav1.TableOptions{}, metav1.PartialObjectMetadata{}, metav1.PartialObjectMetadataList{},
		metav1.APIGroup{}, metav1.APIGroupList{}, metav1.APIVersions{}, metav1.APIResourceList{}, metav1.Status{},
		metav1.ApplyOptions{}, metav1.List{}, metav1.Patch{}, metav1.Timestamp{}, metav1.Duration{},
	} {
		served[reflect.TypeOf(value)] = true
	}
	roots := make([]root, 0, len(served))
	for goType := range served {
		list := gvks[goType]
		sort.Slice(list, func(i, j int) bool { return gvkLess(list[i], list[j]) })
		roots = append(roots, root{goType, list})
	}
	return roots
}

func isServed(gvk schema.GroupVersionKind, goType reflect.Type) bool {
	if unservedGroups[gvk.Group] || unservedVersions[gvk.GroupVersion().String()] {
		return false
	}
	if marked, ok := reflect.New(goType).Interface().(removable); ok {
		major, minor := marked.APILifecycleRemoved()
		return major > 1 || minor > currentMinor
	}
	return true
}

func gvkLess(a, b schema.GroupVersionKind) bool {
	if a.Group != b.Group {
		return a.Group < b.Group
	}
	if a.Version != b.Version {
		return a.Version < b.Version
	}
	return a.Kind < b.Kind
}

func contains(list []schema.GroupVersionKind, gvk schema.GroupVersionKind) bool {
	for _, other := range list {
		if other == gvk {
			return true
		}
	}
	return false
}
