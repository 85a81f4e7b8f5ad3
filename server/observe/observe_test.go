package observe

import (
	"testing"
	"time"
)

func TestRedact(t *testing.T) {
	for query, want := range map[string]string{
		"":                                    "",
		"page=2&ordering=-views":              "page=2&ordering=-views",
		"token=abc":                           "token=…",
		"page=2&API_KEY=abc&q=x":              "page=2&API_KEY=…&q=x",
		"%74oken=abc":                         "%74oken=…",
		"user_password=a&password=b":          "user_password=…&password=…",
		"%zz=abc":                             "%zz=…",
		"next=eyJhbGciOiJIUzI1NiJ9.e30.abc":   "next=…",
		"token":                               "token",
		"title=a%26token%3Dnot&signature=abc": "title=a%26token%3Dnot&signature=…",
	} {
		if got := Redact(query); got != want {
			t.Errorf("%q becomes %q, want %q", query, got, want)
		}
	}
}

// What an answer under load costs: counted, and not kept.
func BenchmarkAnswered(b *testing.B) {
	m, r, now := NewMetrics("v", ""), NewRequests(), time.Now()
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			m.Answered("/api/articles/{id}/", "GET", 200, time.Millisecond)
			r.Keeps(200, now)
		}
	})
}
