package migrate

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is a piece of SQL text: a word, a quoted name, a string, a comment, white space or one other character.
type token struct {
	text string
	kind tokenKind
}

type tokenKind uint8

const (
	tokenOther tokenKind = iota
	tokenWord
	tokenQuoted // a name in "…", `…` or […]
	tokenString
	tokenSpace // comments too
)

// name returns the identifier that a token is, "" for what is none.
func (t token) name() string {
	switch {
	case t.kind == tokenWord:
		return t.text
	case t.kind != tokenQuoted || len(t.text) < 2:
		return ""
	case t.text[0] == '[':
		return t.text[1 : len(t.text)-1]
	}
	quote := t.text[:1]
	return strings.ReplaceAll(t.text[1:len(t.text)-1], quote+quote, quote)
}

// tokens takes SQL text apart; joined again the tokens are the text. Unfinished strings and comments end with it.
func tokens(sql string) []token {
	var out []token
	for sql != "" {
		t := next(sql)
		out = append(out, t)
		sql = sql[len(t.text):]
	}
	return out
}

func next(s string) token {
	switch c := s[0]; {
	case c == '\'':
		return token{s[:quotedEnd(s, '\'')], tokenString}
	case c == '"' || c == '`':
		return token{s[:quotedEnd(s, c)], tokenQuoted}
	case c == '[':
		return token{s[:endAfter(s, "]")], tokenQuoted}
	case (c == 'e' || c == 'E') && strings.HasPrefix(s[1:], "'"):
		return token{s[:escapedEnd(s)], tokenString}
	case c == '$' && dollars.MatchString(s):
		tag := dollars.FindString(s)
		return token{s[:endAfter(s[len(tag)-1:], tag)+len(tag)-1], tokenString}
	case strings.HasPrefix(s, "--"):
		return token{s[:endAfter(s, "\n")], tokenSpace}
	case strings.HasPrefix(s, "/*"):
		return token{s[:endAfter(s, "*/")], tokenSpace}
	}
	if n := prefix(s, isWord); n > 0 {
		return token{s[:n], tokenWord}
	}
	if n := prefix(s, unicode.IsSpace); n > 0 {
		return token{s[:n], tokenSpace}
	}
	_, size := utf8.DecodeRuneInString(s)
	return token{s[:size], tokenOther}
}

func isWord(r rune) bool { return r == '_' || r == '$' || unicode.IsLetter(r) || unicode.IsDigit(r) }

func prefix(s string, in func(rune) bool) int {
	if i := strings.IndexFunc(s, func(r rune) bool { return !in(r) }); i >= 0 {
		return i
	}
	return len(s)
}

func endAfter(s, end string) int {
	if i := strings.Index(s[1:], end); i >= 0 {
		return 1 + i + len(end)
	}
	return len(s)
}

// dollars begins a string of PostgreSQL's, such as the body of a function, and ends it.
var dollars = regexp.MustCompile(`^\$([\pL_][\pL\pN_]*)?\$`)

// escapedEnd is the end of PostgreSQL's E'…', in which a backslash escapes.
func escapedEnd(s string) int {
	for i := 2; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '\'':
			return i + 1
		}
	}
	return len(s)
}

func quotedEnd(s string, quote byte) int {
	for i := 1; i < len(s); i++ {
		if s[i] != quote {
			continue
		}
		if i+1 < len(s) && s[i+1] == quote {
			i++
			continue
		}
		return i + 1
	}
	return len(s)
}

// renameIn replaces identifiers in SQL text, whole words in any case and quoted names alike.
func renameIn(sql string, names map[string]string) string {
	if len(names) == 0 {
		return sql
	}
	var b strings.Builder
	for _, t := range tokens(sql) {
		if to, ok := names[strings.ToLower(t.name())]; ok && t.name() != "" {
			b.WriteString(`"` + strings.ReplaceAll(to, `"`, `""`) + `"`)
			continue
		}
		b.WriteString(t.text)
	}
	return b.String()
}

// mentions reports whether SQL text has an identifier.
func mentions(sql, name string) bool {
	for _, t := range tokens(sql) {
		if n := t.name(); n != "" && strings.EqualFold(n, name) {
			return true
		}
	}
	return false
}

// written returns the names of the tables that SQL text inserts into, updates or deletes from, as they are written, the
// bodies of functions and DO blocks included.
func written(sql string) []string {
	var words []token
	var out []string
	for _, t := range tokens(sql) {
		if t.kind != tokenSpace {
			words = append(words, t)
		}
		if tag := dollars.FindString(t.text); t.kind == tokenString && tag != "" {
			out = append(out, written(strings.TrimSuffix(t.text[len(tag):], tag))...)
		}
	}
	for i := range words {
		at := i + 1
		switch strings.ToUpper(words[i].text) {
		case "INTO":
		case "FROM":
			if i == 0 || !strings.EqualFold(words[i-1].text, "DELETE") {
				continue
			}
		case "UPDATE":
			if at < len(words) && strings.EqualFold(words[at].text, "OR") {
				at += 2
			}
		default:
			continue
		}
		if at < len(words) && strings.EqualFold(words[at].text, "ONLY") {
			at++
		}
		if at+2 < len(words) && words[at+1].text == "." {
			at += 2
		}
		if at < len(words) && words[at].name() != "" {
			out = append(out, words[at].name())
		}
	}
	return out
}

// withoutEnd returns SQL text without the comments and white space behind its last statement.
func withoutEnd(sql string) string {
	all := tokens(sql)
	end := len(sql)
	for i := len(all) - 1; i >= 0 && all[i].kind == tokenSpace; i-- {
		end -= len(all[i].text)
	}
	return sql[:end]
}

// statements takes SQL text apart behind its statements; joined again they are the text. The bodies of triggers and
// functions stay whole. Where it is in doubt it leaves together what may belong together.
func statements(sql string) []string {
	var out []string
	from, at, depth := 0, 0, 0
	first, start, body := "", true, false
	for _, t := range tokens(sql) {
		at += len(t.text)
		word := strings.ToUpper(t.text)
		switch {
		case t.kind == tokenSpace:
			continue
		case word == "(":
			depth++
		case word == ")":
			depth--
		case word == ";" && depth <= 0 && !body:
			out, from, first, depth = append(out, sql[from:at]), at, "", 0
		case first == "":
			first = word
		case word == "BEGIN" && first == "CREATE" && depth == 0:
			body = true
		case word == "END" && start:
			body = false
		}
		start = word == ";"
	}
	if rest := sql[from:]; first == "" && len(out) > 0 {
		out[len(out)-1] += rest
	} else if rest != "" {
		out = append(out, rest)
	}
	return out
}

// refused returns an error for statements that a migration file must not hold: they would end or escape its
// transaction.
func refused(sql string) error {
	start, trigger, created := true, false, false
	for _, t := range tokens(sql) {
		word := strings.ToUpper(t.text)
		switch {
		case t.kind == tokenSpace:
			continue
		case word == ";":
			start = true
			continue
		case start && slices.Contains([]string{"BEGIN", "START", "COMMIT", "ABORT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA", "VACUUM", "ATTACH", "DETACH"}, word):
			return fmt.Errorf("migrate: a migration file must not hold %s: it runs in one transaction", word)
		case start && word == "END" && !trigger:
			return errors.New("migrate: a migration file must not hold END: it runs in one transaction")
		case start && word == "END":
			trigger = false
		case start:
			created = word == "CREATE"
		case created && (word == "TRIGGER" || word == "FUNCTION" || word == "PROCEDURE"):
			trigger = true
		case created && word == "(":
			created = false
		}
		start = false
	}
	return nil
}
