package main

import (
	"bytes"
	"encoding/json"
	"log"
	"maps"
	"slices"
)

// object writes a JSON object whose keys keep the order they were added in.
type object struct {
	buffer bytes.Buffer
	count  int
}

func (o *object) add(key string, value any) {
	if o.count > 0 {
		o.buffer.WriteByte(',')
	}
	o.count++
	o.buffer.Write(encode(key))
	o.buffer.WriteByte(':')
	if nested, ok := value.(*object); ok {
		o.buffer.Write(nested.bytes())
		return
	}
	o.buffer.Write(encode(value))
}

func (o *object) bytes() []byte {
	return append(append([]byte{'{'}, o.buffer.Bytes()...), '}')
}

func encode(value any) []byte {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		log.Fatal(err)
	}
	return bytes.TrimRight(buffer.Bytes(), "\n")
}

// render writes the table: one line per type, sorted by name.
func render(version string, types map[string]*typeFacts) []byte {
	var out bytes.Buffer
	out.WriteString(`{"kubernetes":` + string(encode(version)) + `,"types":{`)
	for i, name := range slices.Sorted(maps.Keys(types)) {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteByte('\n')
		out.Write(encode(name))
		out.WriteByte(':')
		out.Write(types[name].render().bytes())
	}
	out.WriteString("\n}}\n")
	return out.Bytes()
}

func (facts *typeFacts) render() *object {
	o := &object{}
	o.add("go", facts.goName)
	if facts.special != "" {
		o.add("special", facts.special)
	}
	if len(facts.gvks) > 0 {
		list := make([]json.RawMessage, 0, len(facts.gvks))
		for _, gvk := range facts.gvks {
			entry := &object{}
			entry.add("group", gvk.Group)
			entry.add("version", gvk.Version)
			entry.add("kind", gvk.Kind)
			list = append(list, entry.bytes())
		}
		o.add("gvk", list)
	}
	if facts.mapType != "" {
		o.add("mapType", facts.mapType)
	}
	if facts.unions != nil {
		o.add("unions", facts.unions)
	}
	if len(facts.fields) > 0 {
		fields := &object{}
		for _, field := range facts.fields {
			fields.add(field.name, field.render())
		}
		o.add("fields", fields)
	}
	return o
}

func (field *fieldFacts) render() *object {
	o := &object{}
	o.add("t", field.expression)
	addString(o, "go", field.goName)
	if len(field.path) == 1 {
		o.add("pb", field.path[0])
	} else if len(field.path) > 1 {
		o.add("pb", field.path)
		o.add("via", field.via)
	}
	if field.pointer {
		o.add("ptr", true)
	}
	addString(o, "omit", field.omit)
	if field.required {
		o.add("req", true)
	}
	if field.hasDefault {
		o.add("def", field.value)
	}
	addString(o, "listType", field.listType)
	if len(field.mapKeys) > 0 {
		o.add("mapKeys", field.mapKeys)
	}
	addString(o, "mapType", field.mapType)
	addString(o, "patchStrategy", field.patchStrategy)
	addString(o, "patchMergeKey", field.patchMergeKey)
	if len(field.enum) > 0 {
		o.add("enum", field.enum)
	}
	addString(o, "format", field.format)
	return o
}

func addString(o *object, key, value string) {
	if value != "" {
		o.add(key, value)
	}
}
