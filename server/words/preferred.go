package words

import (
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/language"
)

// maxHeader is how much of a header is looked at: what is longer is no browser's.
const maxHeader = 512

// Preferred returns the language that suits a reader best, English where none does. Each wish is a list as in
// Accept-Language; what the first has comes before what the second has.
func Preferred(wishes ...string) Language {
	wishes = slices.DeleteFunc(wishes, func(w string) bool { return w == "" || len(w) > maxHeader })
	if len(wishes) == 0 {
		return English
	}
	return suited.find(strings.Join(wishes, ","))
}

// suited is what suited whom: browsers send the same header with each request, and reading one takes a while.
var suited = memory{found: map[string]Language{}}

type memory struct {
	mu    sync.RWMutex
	found map[string]Language
}

// maxMemory is how many headers are remembered, before all of them are forgotten.
const maxMemory = 1000

func (m *memory) find(header string) Language {
	m.mu.RLock()
	l, ok := m.found[header]
	m.mu.RUnlock()
	if ok {
		return l
	}
	l = match(header)
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.found) >= maxMemory {
		clear(m.found)
	}
	m.found[strings.Clone(header)] = l
	return l
}

var matcher = language.NewMatcher(tags(languages))

func match(header string) Language {
	wanted, _, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return English
	}
	_, at, _ := matcher.Match(wanted...)
	return languages[at]
}

func tags(of []Language) []language.Tag {
	out := make([]language.Tag, len(of))
	for i, l := range of {
		out[i] = language.Make(string(l))
	}
	return out
}
