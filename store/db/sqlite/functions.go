package sqlite

import (
	"regexp"
	"strings"
	"sync"
	"unicode"

	"zombiezen.com/go/sqlite"
)

// registerFunctions adds the SQL functions that statements (never the stored schema) use:
// couplet_fold(text), simple per-rune lower-casing, and couplet_regexp(pattern, text), RE2 found anywhere.
func registerFunctions(c *sqlite.Conn) error {
	err := c.CreateFunction("couplet_fold", &sqlite.FunctionImpl{NArgs: 1, Deterministic: true,
		Scalar: func(_ sqlite.Context, a []sqlite.Value) (sqlite.Value, error) {
			if a[0].Type() == sqlite.TypeNull {
				return sqlite.Value{}, nil
			}
			return sqlite.TextValue(strings.Map(unicode.ToLower, a[0].Text())), nil
		}})
	if err != nil {
		return wrap(err)
	}
	return wrap(c.CreateFunction("couplet_regexp", &sqlite.FunctionImpl{NArgs: 2, Deterministic: true, Scalar: match}))
}

func match(_ sqlite.Context, a []sqlite.Value) (sqlite.Value, error) {
	if a[0].Type() == sqlite.TypeNull || a[1].Type() == sqlite.TypeNull {
		return sqlite.Value{}, nil
	}
	re, err := patterns.compile(a[0].Text())
	if err != nil {
		return sqlite.Value{}, err
	}
	if re.MatchString(a[1].Text()) {
		return sqlite.IntegerValue(1), nil
	}
	return sqlite.IntegerValue(0), nil
}

// patterns keeps compiled patterns; it is emptied when it is full.
var patterns = patternCache{compiled: map[string]*regexp.Regexp{}}

type patternCache struct {
	mu       sync.RWMutex
	compiled map[string]*regexp.Regexp
}

const patternCacheSize = 256

func (p *patternCache) compile(pattern string) (*regexp.Regexp, error) {
	p.mu.RLock()
	re, ok := p.compiled[pattern]
	p.mu.RUnlock()
	if ok {
		return re, nil
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.compiled) >= patternCacheSize {
		clear(p.compiled)
	}
	p.compiled[pattern] = re
	return re, nil
}
