package query

import (
	"regexp"
	"testing"
)

// TestRegex compares with what Python 3.11's re.search answers.
func TestRegex(t *testing.T) {
	tests := []struct {
		pattern, text string
		want          bool
	}{
		{`^\w+$`, "日本語の記事", true},
		{`^\W`, "Ünï", false},
		{`[^\w\s]`, "é è", false},
		{`[\w-]{3}`, "é-è", true},
		{`^\d+$`, "٣", true},
		{`\D`, "٣", false},
		{`a\sb`, "a\u00a0b", true},
		{`a\Sb`, "a\u3000b", false},
		{`\u65e5`, "日", true},
		{`[\u65e5]`, "日", true},
		{`\U0001f389`, "🎉", true},
		{`\u65e`, "日", false},
		{`end\Z`, "the end", true},
		{`^o{,2}$`, "oo", true},
		{`^o{,2}$`, "ooo", false},
		{`^o{,}$`, "ooo", true},
		{`o{,x`, "o{,x", true},
		{`[[]`, "[", true},
		{`[[:alpha:]]`, "ab", false},
		{`[[:alpha:]]`, "a]", true},
		{`[]a]`, "]", true},
		{`[^]a]`, "]", false},
		{`[^]a]`, "b", true},
		{`\[\w`, "[é", true},
		{`\\w`, `\w`, true},
		{`\é`, "é", true},
		{`[\]w]`, "]", true},
		{`\`, "", false},
	}
	for _, test := range tests {
		got := false
		if pattern, err := Regex(test.pattern, false); err == nil {
			got = regexp.MustCompile(pattern).MatchString(test.text)
		}
		if got != test.want {
			t.Errorf("%s in %q: %v", test.pattern, test.text, got)
		}
	}
}
