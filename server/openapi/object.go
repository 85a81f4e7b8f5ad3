package openapi

// Object is a JSON object that keeps the order of its keys. Its values are strings, booleans, ints, numbers, lists
// ([]any), *Object, or nil for null.
type Object struct{ members []member }

type member struct {
	key   string
	value any
}

// number is a JSON number as it is written.
type number string

// object makes an Object from keys and values by turns.
func object(pairs ...any) *Object {
	o := &Object{members: make([]member, 0, len(pairs)/2)}
	for i := 0; i+1 < len(pairs); i += 2 {
		o.members = append(o.members, member{pairs[i].(string), pairs[i+1]})
	}
	return o
}

// Get returns the value under key, or nil.
func (o *Object) Get(key string) any {
	for _, m := range o.members {
		if m.key == key {
			return m.value
		}
	}
	return nil
}

// Set puts a value under key: in the key's place, or at the end.
func (o *Object) Set(key string, v any) *Object {
	for i := range o.members {
		if o.members[i].key == key {
			o.members[i].value = v
			return o
		}
	}
	o.members = append(o.members, member{key, v})
	return o
}

// Take removes key and returns what was there.
func (o *Object) Take(key string) any {
	for i, m := range o.members {
		if m.key == key {
			o.members = append(o.members[:i], o.members[i+1:]...)
			return m.value
		}
	}
	return nil
}

func (o *Object) has(keys ...string) bool {
	for _, m := range o.members {
		for _, k := range keys {
			if m.key == k {
				return true
			}
		}
	}
	return false
}

func ref(component string) *Object { return object("$ref", "#/components/schemas/"+component) }

func list(items *Object) *Object { return object("type", "array", "items", items) }

// alone gives a $ref that has siblings a context of its own (3.0 ignores siblings of $ref), and takes an allOf of one
// that has none away: drf-spectacular's safe_ref.
func alone(o *Object) *Object {
	if o.has("$ref") && len(o.members) > 1 {
		r := object("$ref", o.Take("$ref"))
		return &Object{members: append([]member{{"allOf", []any{r}}}, o.members...)}
	}
	if all, ok := o.Get("allOf").([]any); ok && len(o.members) == 1 && len(all) == 1 {
		return all[0].(*Object)
	}
	return o
}
