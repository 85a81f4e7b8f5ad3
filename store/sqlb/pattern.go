package sqlb

import (
	"errors"
	"fmt"
	"regexp/syntax"
	"strings"
	"unicode"
)

// ErrPattern is a pattern that PostgreSQL has no equal of.
var ErrPattern = errors.New("it has no equal on PostgreSQL")

// maxRepeat is PostgreSQL's largest count in {n}.
const maxRepeat = 255

// PostgreSQLPattern re-prints an RE2 pattern as PostgreSQL's regular expressions have it: flags are resolved into
// character classes, classes into ranges, so that both engines match the same texts. Errors are those of regexp/syntax
// or wrap ErrPattern.
func PostgreSQLPattern(pattern string) (string, error) {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return "", err
	}
	p := &patternPrinter{}
	p.print(re)
	if p.err != nil {
		return "", p.err
	}
	return "***:" + p.b.String(), nil
}

type patternPrinter struct {
	b   strings.Builder
	err error
}

func (p *patternPrinter) print(re *syntax.Regexp) {
	switch re.Op {
	case syntax.OpNoMatch:
		p.b.WriteString(`(?!)`)
	case syntax.OpEmptyMatch:
		p.b.WriteString(`(?:)`)
	case syntax.OpLiteral:
		p.literal(re)
	case syntax.OpCharClass:
		p.class(re.Rune)
	case syntax.OpAnyCharNotNL:
		p.b.WriteString(`[^\n]`)
	case syntax.OpAnyChar:
		p.b.WriteString(`.`)
	case syntax.OpBeginText:
		p.b.WriteString(`\A`)
	case syntax.OpEndText:
		p.b.WriteString(`\Z`)
	case syntax.OpBeginLine:
		p.b.WriteString(`(?:\A|(?<=\n))`)
	case syntax.OpEndLine:
		p.b.WriteString(`(?:\Z|(?=\n))`)
	case syntax.OpWordBoundary:
		p.b.WriteString(`(?:(?<=[0-9A-Za-z_])(?![0-9A-Za-z_])|(?<![0-9A-Za-z_])(?=[0-9A-Za-z_]))`)
	case syntax.OpNoWordBoundary:
		p.b.WriteString(`(?:(?<=[0-9A-Za-z_])(?=[0-9A-Za-z_])|(?<![0-9A-Za-z_])(?![0-9A-Za-z_]))`)
	default:
		p.compound(re)
	}
}

func (p *patternPrinter) compound(re *syntax.Regexp) {
	switch re.Op {
	case syntax.OpCapture:
		p.group(re.Sub[0])
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest, syntax.OpRepeat:
		p.repeat(re)
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			if sub.Op == syntax.OpAlternate {
				p.group(sub)
			} else {
				p.print(sub)
			}
		}
	case syntax.OpAlternate:
		for i, sub := range re.Sub {
			if i > 0 {
				p.b.WriteByte('|')
			}
			p.print(sub)
		}
	default:
		p.err = fmt.Errorf("%w: %s", ErrPattern, re)
	}
}

func (p *patternPrinter) group(re *syntax.Regexp) {
	p.b.WriteString("(?:")
	p.print(re)
	p.b.WriteByte(')')
}

// repeat prints a repetition. Greed decides what is matched, not whether something is: it is dropped.
func (p *patternPrinter) repeat(re *syntax.Regexp) {
	p.group(re.Sub[0])
	switch re.Op {
	case syntax.OpStar:
		p.b.WriteByte('*')
	case syntax.OpPlus:
		p.b.WriteByte('+')
	case syntax.OpQuest:
		p.b.WriteByte('?')
	default:
		if re.Min > maxRepeat || re.Max > maxRepeat {
			p.err = fmt.Errorf("%w: a repetition of more than %d", ErrPattern, maxRepeat)
		}
		switch {
		case re.Max == re.Min:
			fmt.Fprintf(&p.b, "{%d}", re.Min)
		case re.Max < 0:
			fmt.Fprintf(&p.b, "{%d,}", re.Min)
		default:
			fmt.Fprintf(&p.b, "{%d,%d}", re.Min, re.Max)
		}
	}
}

// literal prints characters; of those that ignore case, a class of all their cases.
func (p *patternPrinter) literal(re *syntax.Regexp) {
	for _, r := range re.Rune {
		if re.Flags&syntax.FoldCase == 0 {
			p.char(r)
			continue
		}
		cases := []rune{r, r}
		for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
			cases = append(cases, f, f)
		}
		p.class(cases)
	}
}

func (p *patternPrinter) char(r rune) {
	if r == 0 {
		p.err = fmt.Errorf("%w: NUL", ErrPattern)
	}
	if r < 0x80 && !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' {
		fmt.Fprintf(&p.b, `\U%08x`, r)
		return
	}
	p.b.WriteRune(r)
}

// class prints pairs of first and last characters. NUL, which no text holds and PostgreSQL refuses, is left out.
func (p *patternPrinter) class(pairs []rune) {
	p.b.WriteByte('[')
	none := true
	for i := 0; i < len(pairs); i += 2 {
		lo, hi := max(pairs[i], 1), pairs[i+1]
		if lo > hi {
			continue
		}
		none = false
		fmt.Fprintf(&p.b, `\U%08x`, lo)
		if hi > lo {
			fmt.Fprintf(&p.b, `-\U%08x`, hi)
		}
	}
	if none {
		p.err = fmt.Errorf("%w: an empty class", ErrPattern)
	}
	p.b.WriteByte(']')
}
