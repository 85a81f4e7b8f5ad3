package rest_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/couplet/couplet/store/value"
)

type cursorAnswer struct {
	Next, Previous string
	Results        []int
}

func (l *lister) page(path string) (a cursorAnswer) {
	l.t.Helper()
	status, body := l.get(path)
	if err := json.Unmarshal(body, &a); err != nil || status != 200 {
		l.t.Fatalf("%s: %d %s %v", path, status, body, err)
	}
	return a
}

// walk follows next from the first page.
func (l *lister) walk(path string) (pages []cursorAnswer) {
	l.t.Helper()
	for len(pages) < 100 {
		a := l.page(path)
		pages = append(pages, a)
		if a.Next == "" {
			return pages
		}
		path = strings.TrimPrefix(a.Next, "http://testserver")
	}
	l.t.Fatalf("the pages have no end")
	return nil
}

// Following next from the first page shows every record once and in order, whatever positions records share and
// however many have none. Going back from a page whose positions are all different leads to the page before.
func TestCursorWalk(t *testing.T) {
	for _, ranks := range []int{1, 2, 5, 1000} {
		for _, order := range []string{"", "&ordering=rank", "&ordering=-rank"} {
			t.Run(fmt.Sprintf("%d ranks%s", ranks, order), func(t *testing.T) {
				r := rand.New(rand.NewPCG(1, uint64(ranks)))
				want := []int{}
				rank := map[int]int{}
				l := paid(t, 23, func(i int) value.Value {
					want = append(want, i+1)
					if r.IntN(4) == 0 {
						rank[i+1] = -1
						return value.Null
					}
					rank[i+1] = r.IntN(ranks)
					return value.Int(int64(rank[i+1]))
				})
				slices.SortStableFunc(want, func(a, b int) int {
					if order == "&ordering=rank" {
						return rank[a] - rank[b]
					}
					return rank[b] - rank[a]
				})
				var got []int
				for _, a := range l.walk("/api/feed/?x=1" + order) {
					got = append(got, a.Results...)
				}
				if !slices.Equal(got, want) {
					t.Errorf("got  %v\nwant %v\nranks %v", got, want, rank)
				}
			})
		}
	}
}

func TestCursorBack(t *testing.T) {
	l := paid(t, 14, func(i int) value.Value {
		if i < 2 {
			return value.Null
		}
		return value.Int(int64(i))
	})
	pages := l.walk("/api/feed/")
	if len(pages) != 4 {
		t.Fatalf("%d pages, want 4: %v", len(pages), pages)
	}
	for i := len(pages) - 1; i > 0; i-- {
		back := l.page(strings.TrimPrefix(pages[i].Previous, "http://testserver"))
		if !slices.Equal(back.Results, pages[i-1].Results) {
			t.Errorf("before page %d: %v, want %v", i+1, back.Results, pages[i-1].Results)
		}
		if (back.Previous == "") != (i == 1) {
			t.Errorf("page %d, come from behind, has the previous link %q", i, back.Previous)
		}
		again := l.page(strings.TrimPrefix(back.Next, "http://testserver"))
		if !slices.Equal(again.Results, pages[i].Results) {
			t.Errorf("after page %d, come from behind: %v, want %v", i, again.Results, pages[i].Results)
		}
	}
}

func TestPageStyles(t *testing.T) {
	l := paid(t, 3, func(int) value.Value { return value.Null })
	for path, want := range map[string]string{
		"/api/all/?page=7&page_size=1&limit=1": `[1,2,3]`,
		"/api/fixed/?page_size=3":              `{"count":3,"next":"http://testserver/api/fixed/?page=2&page_size=3","previous":null,"results":[1,2]}`,
		"/api/fixed/?page=last":                `{"count":3,"next":null,"previous":"http://testserver/api/fixed/","results":[3]}`,
	} {
		if _, body := l.get(path); string(body) != want {
			t.Errorf("%s:\n got %s\nwant %s", path, body, want)
		}
	}
}
