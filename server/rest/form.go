package rest

import (
	"regexp"
	"sort"
	"strconv"
	"strings"
)

// Form is form input: Django's QueryDict. Names keep the order of their first appearance; each has one or more values,
// strings or files.
type Form struct {
	names  []string
	values map[string][]*Node
}

// NewForm returns an empty Form.
func NewForm() *Form { return &Form{values: map[string][]*Node{}} }

// Add appends a value to a name.
func (f *Form) Add(name string, v *Node) {
	if _, ok := f.values[name]; !ok {
		f.names = append(f.names, name)
	}
	f.values[name] = append(f.values[name], v)
}

// Names returns the names of the values, in the order in which they came.
func (f *Form) Names() []string { return f.names }

// Has reports whether the name has a value.
func (f *Form) Has(name string) bool { return len(f.values[name]) > 0 }

// Last returns the last value of a name, or a Missing node.
func (f *Form) Last(name string) *Node {
	if list := f.values[name]; len(list) > 0 {
		return list[len(list)-1]
	}
	return missing
}

// All returns the values of a name.
func (f *Form) All(name string) []*Node { return f.values[name] }

// Len returns how many names there are.
func (f *Form) Len() int { return len(f.names) }

var indexed = regexp.MustCompile(`^\[([0-9]+)\](.*)$`)

// List returns the items of a list given as prefix[0], prefix[1]name, … (DRF: parse_html_list), or nil.
// Names of one item make a Form of their own.
func (f *Form) List(prefix string) *Node {
	items := map[int]*Node{}
	for _, name := range f.names {
		if !strings.HasPrefix(name, prefix) {
			continue
		}
		m := indexed.FindStringSubmatch(name[len(prefix):])
		if m == nil {
			continue
		}
		i, err := strconv.Atoi(m[1])
		if err != nil {
			continue
		}
		have := items[i]
		switch {
		case m[2] == "":
			items[i] = f.Last(name)
		case have != nil && have.Kind == FormNode:
			have.Form.set(m[2], f.Last(name))
		default:
			sub := NewForm()
			sub.set(m[2], f.Last(name))
			items[i] = &Node{Kind: FormNode, Form: sub}
		}
	}
	if len(items) == 0 {
		return nil
	}
	order := make([]int, 0, len(items))
	for i := range items {
		order = append(order, i)
	}
	sort.Ints(order)
	list := &Node{Kind: ListNode}
	for _, i := range order {
		list.Items = append(list.Items, items[i])
	}
	return list
}

func (f *Form) set(name string, v *Node) {
	if _, ok := f.values[name]; !ok {
		f.names = append(f.names, name)
	}
	f.values[name] = []*Node{v}
}

// Dict returns the form below prefix., or nil (DRF: parse_html_dict).
func (f *Form) Dict(prefix string) *Node {
	var sub *Form
	for _, name := range f.names {
		if rest, ok := strings.CutPrefix(name, prefix+"."); ok && rest != "" {
			if sub == nil {
				sub = NewForm()
			}
			for _, v := range f.values[name] {
				sub.Add(rest, v)
			}
		}
	}
	if sub == nil {
		return nil
	}
	return &Node{Kind: FormNode, Form: sub}
}

// Limits of Django on form input.
const (
	maxFormFields = 1000 // DATA_UPLOAD_MAX_NUMBER_FIELDS
	maxFormFiles  = 100  // DATA_UPLOAD_MAX_NUMBER_FILES
)

// ParseForm reads an urlencoded body as Django's QueryDict does. A body of more than 1000 fields is an error.
func ParseForm(body []byte) (*Form, error) {
	f := NewForm()
	if len(body) == 0 {
		return f, nil
	}
	n := 0
	for pair := range strings.SplitSeq(string(body), "&") {
		if n++; n > maxFormFields {
			return nil, ParseError("The number of GET/POST parameters exceeded settings.DATA_UPLOAD_MAX_NUMBER_FIELDS.")
		}
		if pair == "" {
			continue
		}
		name, v, _ := strings.Cut(pair, "=")
		f.Add(unquotePlus(name), StringValue(unquotePlus(v)))
	}
	return f, nil
}

// unquote decodes percent escapes; a bad one stays as it is.
func unquote(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && hexDigit(s[i+1]) && hexDigit(s[i+2]) {
			n, _ := strconv.ParseUint(s[i+1:i+3], 16, 8)
			b = append(b, byte(n))
			i += 2
			continue
		}
		b = append(b, s[i])
	}
	return string(b)
}
