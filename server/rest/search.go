package rest

import (
	"regexp"
	"strings"

	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// searchField is a compiled schema.SearchField.
type searchField struct {
	path    schema.Path
	lookup  string
	guarded []*schema.Field
}

// searchLookups are SearchFilter's prefixes.
var searchLookups = map[string]string{"": "icontains", "^": "istartswith", "=": "iexact", "$": "iregex"}

func (l *Listing) compileSearch() {
	for _, s := range l.resource.Search {
		if lookup := searchLookups[s.Prefix]; lookup != "" {
			l.search = append(l.search, searchField{s.Path, lookup, guardedOf(s.Path)})
		}
	}
}

// maxTerms is the greatest number of terms in a search.
const maxTerms = 100

// searched returns the conditions of search=: for every term, that one of the fields has it (DRF: SearchFilter). The
// error is an *APIError with a bare list of messages.
func (l *Listing) searched(in ListInput) ([]query.Cond, error) {
	text := in.Params.Get("search")
	if text == "" || !l.resource.Backends.Search {
		return nil, nil
	}
	if strings.IndexByte(text, 0) >= 0 {
		return nil, badSearch(*nullCharacters)
	}
	if len(l.search) == 0 {
		return nil, nil
	}
	terms := searchTerms(text)
	if len(terms) > maxTerms {
		return nil, badSearch(Message{"Ensure this search has at most " + itoa(maxTerms) + " terms.", "max_length"})
	}
	conds := make([]query.Cond, 0, len(terms))
	for _, term := range terms {
		cond, err := l.hasTerm(in, term)
		if err != nil {
			return nil, err
		}
		conds = append(conds, cond)
	}
	return conds, nil
}

func (l *Listing) hasTerm(in ListInput, term string) (query.Cond, error) {
	any := make(query.Or, 0, len(l.search))
	for _, s := range l.search {
		if !readable(in.Scope, s.guarded) {
			continue
		}
		if s.lookup == "iregex" {
			if _, err := query.Regex(term, true); err != nil {
				return nil, badSearch(*invalidPattern(err))
			}
		}
		any = append(any, query.Match{Path: s.path, Lookup: s.lookup, Values: []value.Value{value.Text(term)}})
	}
	return any, nil
}

func badSearch(m Message) *APIError {
	return &APIError{Status: 400, Code: m.Code, List: []Message{m}}
}

// pySpaces is what Python's \s matches.
const pySpaces = `\s\x0b\x1c-\x1f\x{85}\p{Z}`

// smartSplit is Django's smart_split_re: words, and quoted phrases with what they touch.
var smartSplit = regexp.MustCompile(`(?:[^` + pySpaces + `'"]*(?:(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')[^` + pySpaces + `'"]*)+)|[^` + pySpaces + `]+`)

// searchTerms splits a search as DRF's search_smart_split does: at white space and commas, quoted phrases kept whole.
func searchTerms(text string) []string {
	var terms []string
	for _, term := range smartSplit.FindAllString(text, -1) {
		term = strings.Trim(term, ",")
		if term != "" && (term[0] == '"' || term[0] == '\'') && term[len(term)-1] == term[0] {
			terms = append(terms, unquoteLiteral(term))
			continue
		}
		for part := range strings.SplitSeq(term, ",") {
			if part != "" {
				terms = append(terms, pyStrip(part))
			}
		}
	}
	return terms
}

// unquoteLiteral is Django's unescape_string_literal.
func unquoteLiteral(s string) string {
	quote := s[:1]
	if len(s) < 2 {
		return ""
	}
	return strings.ReplaceAll(strings.ReplaceAll(s[1:len(s)-1], `\`+quote, quote), `\\`, `\`)
}
