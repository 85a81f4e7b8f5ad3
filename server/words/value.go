package words

import "reflect"

// In returns v with its messages in the language: the string fields of structs, at any depth, that are tagged
// `words:"say"`, or `words:"part"` if they hold no whole sentence. v itself is not changed.
func In(l Language, v any) any {
	if l.isEnglish() || v == nil {
		return v
	}
	return said(l, reflect.ValueOf(v)).Interface()
}

func said(l Language, v reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return v
		}
		to := reflect.New(v.Type().Elem())
		to.Elem().Set(said(l, v.Elem()))
		return to
	case reflect.Interface:
		if v.IsNil() {
			return v
		}
		to := reflect.New(v.Type()).Elem()
		to.Set(said(l, v.Elem()))
		return to
	case reflect.Slice:
		return saidList(l, v)
	case reflect.Map:
		return saidMap(l, v)
	case reflect.Struct:
		return saidStruct(l, v)
	}
	return v
}

func saidStruct(l Language, v reflect.Value) reflect.Value {
	to := reflect.New(v.Type()).Elem()
	to.Set(v)
	sayFields(l, to)
	return to
}

func sayFields(l Language, v reflect.Value) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		switch {
		case f.Anonymous && f.Type.Kind() == reflect.Struct:
			sayFields(l, v.Field(i))
		case !f.IsExported() || f.Tag.Get("json") == "-":
		case f.Tag.Get("words") == "say":
			v.Field(i).SetString(l.Say(v.Field(i).String()))
		case f.Tag.Get("words") == "part":
			v.Field(i).SetString(l.catalogue().part(v.Field(i).String()))
		default:
			v.Field(i).Set(said(l, v.Field(i)))
		}
	}
}

func saidList(l Language, v reflect.Value) reflect.Value {
	if v.IsNil() || v.Type().Elem().Kind() == reflect.Uint8 {
		return v
	}
	to := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
	for i := range v.Len() {
		to.Index(i).Set(said(l, v.Index(i)))
	}
	return to
}

func saidMap(l Language, v reflect.Value) reflect.Value {
	if v.IsNil() {
		return v
	}
	to := reflect.MakeMapWithSize(v.Type(), v.Len())
	for each := v.MapRange(); each.Next(); {
		to.SetMapIndex(each.Key(), said(l, each.Value()))
	}
	return to
}
