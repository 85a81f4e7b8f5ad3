package rest

import (
	"strings"

	"github.com/couplet/couplet/store/value"
)

func (e *Exporter) csvHeader(first []byte) error {
	names := e.opt.Columns
	if len(names) == 0 && first != nil {
		if !members(first, func(name string, _ []byte) { names = append(names, name) }) {
			return errExportRow
		}
	}
	e.index = make(map[string]int, len(names))
	e.cells = make([][]byte, len(names))
	var line []byte
	if e.opt.BOM {
		line = append(line, "\ufeff"...)
	}
	for i, name := range names {
		e.index[name] = i
		if i > 0 {
			line = append(line, e.opt.Delimiter)
		}
		line = appendCell(line, name, e.opt.Delimiter, true)
	}
	if len(names) > 0 {
		line = append(line, '\r', '\n')
	}
	_, err := e.w.Write(line)
	return err
}

func (e *Exporter) csvRow(json []byte) error {
	clear(e.cells)
	ok := members(json, func(name string, raw []byte) {
		if i, known := e.index[name]; known {
			e.cells[i] = raw
		}
	})
	if !ok {
		return errExportRow
	}
	for i, raw := range e.cells {
		if i > 0 {
			e.buf = append(e.buf, e.opt.Delimiter)
		}
		var err error
		if e.buf, err = e.appendJSONCell(e.buf, raw); err != nil {
			return err
		}
	}
	if len(e.cells) == 1 && len(e.buf) == 0 { // an empty line would be no record
		e.buf = append(e.buf, ' ')
	}
	e.buf = append(e.buf, '\r', '\n')
	return nil
}

// appendJSONCell appends a JSON value as a cell. nil, a column that the record does not have, is as null.
func (e *Exporter) appendJSONCell(dst, raw []byte) ([]byte, error) {
	switch {
	case raw == nil || string(raw) == "null":
		return dst, nil
	case raw[0] != '"':
		return appendCell(dst, string(raw), e.opt.Delimiter, false), nil
	}
	text, err := value.UnquoteJSON(raw)
	if err != nil {
		return nil, err
	}
	if e.opt.Guard {
		text = guardCell(text)
	}
	return appendCell(dst, text, e.opt.Delimiter, true), nil
}

// appendCell appends a cell, quoted where it must be: where it holds the delimiter, a quote or a line end, where
// outer spaces might be trimmed, and where it is an empty text (an unquoted empty cell is null).
func appendCell(dst []byte, s string, delimiter byte, isText bool) []byte {
	plain := s != "" || !isText
	for i := 0; i < len(s) && plain; i++ {
		c := s[i]
		plain = c != delimiter && c != '"' && c != '\r' && c != '\n'
	}
	if plain && s != "" && s[0] != ' ' && s[len(s)-1] != ' ' && !strings.HasPrefix(s, "\ufeff") {
		return append(dst, s...)
	}
	if plain && s == "" {
		return dst
	}
	dst = append(dst, '"')
	for i := range len(s) {
		if s[i] == '"' {
			dst = append(dst, '"')
		}
		dst = append(dst, s[i])
	}
	return append(dst, '"')
}

// guardCell puts an apostrophe before a text that a spreadsheet would run as a formula: one that begins with =, +, -,
// @, a tab or a carriage return and is no number, apostrophes before that included, so that unguardCell is exact.
func guardCell(s string) string {
	if isFormula(strings.TrimLeft(s, "'")) {
		return "'" + s
	}
	return s
}

// unguardCell takes away what guardCell has put before a text.
func unguardCell(s string) string {
	if strings.HasPrefix(s, "'") && isFormula(strings.TrimLeft(s, "'")) {
		return s[1:]
	}
	return s
}

func isFormula(s string) bool {
	if s == "" || !strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return false
	}
	return s[0] != '-' && s[0] != '+' || strings.Trim(s[1:], "0123456789.: ") != "" || len(s) == 1
}

// members calls each with the names and values of a JSON object; it reports false where the text is none. Values are
// parts of the text.
func members(json []byte, each func(name string, raw []byte)) bool {
	i := 1
	for i < len(json) && json[i] != '}' {
		if json[i] == ',' || isBlank(json[i]) {
			i++
			continue
		}
		end := skipJSON(json, i)
		name, err := value.UnquoteJSON(json[i:end])
		if err != nil {
			return false
		}
		for i = end; i < len(json) && isBlank(json[i]); i++ {
		}
		if i == len(json) || json[i] != ':' {
			return false
		}
		for i++; i < len(json) && isBlank(json[i]); i++ {
		}
		end = skipJSON(json, i)
		if end == i {
			return false
		}
		each(name, json[i:end])
		i = end
	}
	return i < len(json)
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// skipJSON returns where the value that begins at i ends.
func skipJSON(json []byte, i int) int {
	depth, inString := 0, false
	for ; i < len(json); i++ {
		switch c := json[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
			if !inString && depth == 0 {
				return i + 1
			}
		case inString:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth == 0 {
				return i
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case depth == 0 && (c == ',' || c == ':' || isBlank(c)):
			return i
		}
	}
	return min(i, len(json))
}
