package auth

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// UserAttributeSimilarity refuses passwords that are like an attribute of the user, or like a word of it, as Django's
// UserAttributeSimilarityValidator does with difflib's quick_ratio.
func UserAttributeSimilarity(maxSimilarity float64) Validator {
	return func(password string, user []Attribute) (string, string) {
		password = strings.ToLower(password)
		for _, a := range user {
			if a.Value == "" {
				continue
			}
			value := strings.ToLower(a.Value)
			for _, part := range append(splitNonWords(value), value) {
				if tooSimilar(password, part, maxSimilarity) {
					return "The password is too similar to the " + a.Name + ".", "password_too_similar"
				}
			}
		}
		return "", ""
	}
}

func tooSimilar(password, part string, maxSimilarity float64) bool {
	n, m := utf8.RuneCountInString(password), utf8.RuneCountInString(part)
	if n >= 10*m && float64(m) < maxSimilarity/2*float64(n) { // exceeds_maximum_length_ratio
		return false
	}
	return quickRatio(password, part, n+m) >= maxSimilarity
}

// quickRatio is difflib.SequenceMatcher.quick_ratio: twice the characters in common, as multisets, over all of them.
func quickRatio(a, b string, length int) float64 {
	if length == 0 {
		return 1
	}
	available := map[rune]int{}
	for _, r := range b {
		available[r]++
	}
	matches := 0
	for _, r := range a {
		if available[r] > 0 {
			matches++
		}
		available[r]--
	}
	return 2 * float64(matches) / float64(length)
}

// splitNonWords is Python's re.split(r"\W+", s): empty parts at the ends stay.
func splitNonWords(s string) []string {
	var parts []string
	start, inGap := 0, false
	for i, r := range s {
		word := r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r)
		switch {
		case !word && !inGap:
			parts = append(parts, s[start:i])
			inGap = true
		case word && inGap:
			start, inGap = i, false
		}
	}
	if inGap {
		return append(parts, "")
	}
	return append(parts, s[start:])
}
