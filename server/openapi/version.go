package openapi

// Version is a version of the OpenAPI specification.
type Version string

// The versions that documents are written in. V31 is what is served unless 3.0 is asked for.
const (
	V30 Version = "3.0.3"
	V31 Version = "3.1.0"
)

// upgrade turns schemas of 3.0 into those of 3.1, in place: what is nullable says so in its type.
func upgrade(v any) {
	switch v := v.(type) {
	case *Object:
		for _, m := range v.members {
			upgrade(m.value)
		}
		if v.Get("nullable") == true && !v.has("properties") {
			v.Take("nullable")
			orNull(v)
		}
		if enum, ok := v.Get("enum").([]any); ok && len(enum) == 1 && enum[0] == nil {
			v.Take("enum")
			v.Set("type", "null")
		}
	case []any:
		for _, x := range v {
			upgrade(x)
		}
	}
}

// orNull lets a schema be null, too. A schema that says nothing allows null already.
func orNull(o *Object) {
	null := object("type", "null")
	switch {
	case o.has("enum"): // only parameters have choices of their own, and no text in a URL is null
	case o.has("type"):
		o.Set("type", []any{o.Get("type"), "null"})
	case o.has("oneOf"):
		all := o.Get("oneOf").([]any)
		for _, x := range all {
			if x.(*Object).Get("$ref") == "#/components/schemas/NullEnum" {
				return
			}
		}
		o.Set("oneOf", append(all, null))
	case o.has("allOf"):
		all := o.Take("allOf").([]any)
		first := any(object("allOf", all))
		if len(all) == 1 {
			first = all[0]
		}
		o.Set("oneOf", []any{first, null})
	}
}
