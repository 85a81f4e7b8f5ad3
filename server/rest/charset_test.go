package rest

import (
	"strings"
	"testing"
)

func TestFormText(t *testing.T) {
	part := func(disposition, text string) string {
		return "--b\r\nContent-Disposition: " + disposition + "\r\n\r\n" + text + "\r\n--b--\r\n"
	}
	tests := []struct{ name, contentType, body, want string }{
		{"UTF-8", "application/x-www-form-urlencoded", "a=%C3%A9", "é"},
		{"broken UTF-8", "application/x-www-form-urlencoded", "a=%ff%fe", "\ufffd\ufffd"},
		{"Latin-1", "application/x-www-form-urlencoded; charset=latin-1", "a=%E9%41+\xe9%", "éA é%"},
		{"unknown charset", "application/x-www-form-urlencoded; charset=nope", "a=%C3%A9", "é"},
		{"broken UTF-8 in a part", "multipart/form-data; boundary=b", part(`form-data; name="a"`, "\xff\xfe"), "\ufffd\ufffd"},
		{"name with spaces", "multipart/form-data; boundary=b", part(`form-data; name=" a "`, "x"), "x"},
		{"another disposition", "multipart/form-data; boundary=b", part(`attachment; name="a"`, "x"), "x"},
	}
	for _, test := range tests {
		body, err := ReadBody(test.contentType, strings.NewReader(test.body), BodyOptions{})
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if got := body.Node.Form.Last("a").Text; got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}
