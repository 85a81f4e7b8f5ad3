package rest

import (
	"slices"
	"strconv"

	"github.com/couplet/couplet/server/words"
	"github.com/couplet/couplet/store/value"
)

// Message is one validation message and its machine-readable code (DRF: ErrorDetail).
type Message struct{ Text, Code string }

// nonField is DRF's NON_FIELD_ERRORS_KEY.
const nonField = "non_field_errors"

// Errors is what is wrong with the input of a field, a record or a list: an ordered tree in the shape of DRF's detail.
// Either Messages is set, or Names with the errors below each name. The zero Errors is none.
type Errors struct {
	Messages []Message
	Names    []string
	Below    []*Errors
	listLen  int // > 0: Names are indexes into a list of that length
}

// Fail returns Errors of one message.
func Fail(text, code string) *Errors { return &Errors{Messages: []Message{{text, code}}} }

// FieldError returns Errors of one message below a name.
func FieldError(name, text, code string) *Errors {
	e := &Errors{}
	e.Put(name, Fail(text, code))
	return e
}

// NonField returns Errors of one message that belongs to no field.
func NonField(text, code string) *Errors { return FieldError(nonField, text, code) }

// ListErrors returns empty Errors for a list of n items, to be filled with PutIndex.
func ListErrors(n int) *Errors { return &Errors{listLen: n} }

// Empty reports whether there are no errors. It may be asked of nil.
func (e *Errors) Empty() bool { return e == nil || len(e.Messages) == 0 && len(e.Names) == 0 }

// Put adds errors below a name, joined to those that are there.
func (e *Errors) Put(name string, below *Errors) {
	if have := e.Get(name); have != nil {
		have.join(below)
		return
	}
	e.Names, e.Below = append(e.Names, name), append(e.Below, below)
}

func (e *Errors) join(more *Errors) {
	e.Messages = append(e.Messages, more.Messages...)
	for i, name := range more.Names {
		e.Put(name, more.Below[i])
	}
}

// PutIndex adds the errors of an item of a list; items are kept in order.
func (e *Errors) PutIndex(i int, below *Errors) {
	name := strconv.Itoa(i)
	at := len(e.Names)
	for at > 0 && e.Get(name) == nil {
		before, err := strconv.Atoi(e.Names[at-1])
		if err != nil || before < i {
			break
		}
		at--
	}
	if at == len(e.Names) || e.Get(name) != nil {
		e.Put(name, below)
		return
	}
	e.Names, e.Below = slices.Insert(e.Names, at, name), slices.Insert(e.Below, at, below)
}

// Get returns the errors below a name, or nil.
func (e *Errors) Get(name string) *Errors {
	for i, have := range e.Names {
		if have == name {
			return e.Below[i]
		}
	}
	return nil
}

// Error returns the errors as JSON, so that Errors is an error.
func (e *Errors) Error() string { return string(e.AppendJSON(nil, ErrorStyle{})) }

// ErrorStyle is how errors are written: as DRF 3.18 does by default, or with its LIST_SERIALIZER_ERRORS_AS_DICT off,
// or with a code beside each message, or in another language than English.
type ErrorStyle struct {
	Codes       bool // {"message": …, "code": …} instead of the bare message
	ListsAsList bool // errors of a list as a list with {} for items without any
	Language    words.Language
}

// AppendJSON appends the tree as DRF renders it.
func (e *Errors) AppendJSON(dst []byte, style ErrorStyle) []byte {
	switch {
	case e.listLen > 0 && style.ListsAsList:
		return e.appendList(dst, style)
	case len(e.Names) == 0 && len(e.Messages) == 0:
		return append(dst, "{}"...)
	case len(e.Names) == 0:
		return appendMessages(dst, e.Messages, style)
	}
	dst = append(dst, '{')
	for i, name := range e.Names {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(value.AppendJSONString(dst, name), ':')
		dst = e.Below[i].AppendJSON(dst, style)
	}
	return append(dst, '}')
}

func (e *Errors) appendList(dst []byte, style ErrorStyle) []byte {
	dst = append(dst, '[')
	for i := range e.listLen {
		if i > 0 {
			dst = append(dst, ',')
		}
		if below := e.Get(strconv.Itoa(i)); below != nil {
			dst = below.AppendJSON(dst, style)
		} else {
			dst = append(dst, "{}"...)
		}
	}
	return append(dst, ']')
}

func appendMessages(dst []byte, list []Message, style ErrorStyle) []byte {
	dst = append(dst, '[')
	for i, m := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		text := style.Language.Say(m.Text)
		if !style.Codes {
			dst = value.AppendJSONString(dst, text)
			continue
		}
		dst = value.AppendJSONString(append(dst, `{"message":`...), text)
		dst = value.AppendJSONString(append(dst, `,"code":`...), m.Code)
		dst = append(dst, '}')
	}
	return append(dst, ']')
}
