package sample_test

import (
	"encoding/json"
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/couplet/couplet/store/sample"
	"github.com/couplet/couplet/store/schema"
)

func parse(t *testing.T) *schema.Schema {
	t.Helper()
	s, problems := schema.Parse(sample.Schema)
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	return s
}

// face is what a client sees of a resource: "!" marks read-only fields, "?" write-only ones.
type face struct{ View, Component, Fields, Params, Orderings string }

func faceOf(r *schema.Resource) face {
	var fields, params, orderings []string
	for _, f := range r.Serializer.Fields {
		name := f.Name
		if f.ReadOnly {
			name += "!"
		}
		if f.WriteOnly {
			name += "?"
		}
		fields = append(fields, name)
	}
	for _, f := range r.Filters {
		params = append(params, f.Params()...)
	}
	if r.Backends.Ordering {
		for _, o := range r.OrderingFields {
			orderings = append(orderings, o.Name)
		}
	}
	return face{r.ViewName, r.Component, strings.Join(fields, " "), strings.Join(params, " "), strings.Join(orderings, " ")}
}

func TestResources(t *testing.T) {
	const article = "id! title slug body status author author_name! tags views price featured published_at meta cover created_at! updated_at!"
	want := map[string]face{
		"authors": {"Author", "Author", "id! user username! bio email website birth_date rating articles_count!",
			"user email birth_date rating user__username", "id rating birth_date email"},
		"tags": {"Tag", "Tag", "id! slug name", "slug name", "id slug name"},
		"articles": {"Article", "Article", article,
			"id id__in title title__iexact title__contains title__icontains title__startswith title__istartswith title__endswith title__iendswith " +
				"title__regex title__iregex slug slug__in status status__in author author__in author__user__username author__user__username__icontains " +
				"author__rating__gte author__rating__lte tags tags__slug tags__slug__icontains views views__gt views__gte views__lt views__lte " +
				"views__range views__in price_min price_max price__gte price__lte price__isnull featured published_at published_at__isnull " +
				"published_at__gt published_at__gte published_at__lt published_at__lte published_at__date published_at__date__gte published_at__year " +
				"published_at__year__gte published_at__month published_at__day published_at__week_day published_at__hour created_at__date " +
				"created_at__date__range created_at__range created_at__gte created_at__lte status_any tags__slug__in tag all_tags created_after " +
				"created_before has_cover",
			"id title views price created_at published_at author__rating"},
		"articles-nested": {"Nested Article", "NestedArticle", "id! title slug body status author! author_id? tags! comments", "", ""},
		"comments": {"Comment", "Comment", "id! article article_title! author_name body parent approved created_at! replies!",
			"article approved parent parent__isnull article__status article__author__user__username article__tags__slug",
			"id article author_name body parent approved created_at"},
		"events": {"Event", "Event", "url! id! title code kind venue starts_on starts_at duration registration_opens website contact ip reference " +
			"capacity score external_id is_public access_code? extra host tags articles",
			"id id__in kind kind__in starts_on starts_on__gte starts_on__lte starts_on__year starts_on__month starts_at starts_at__gte duration " +
				"duration__gte is_public reference score score__gt score__lt external_id host host__isnull ip",
			"starts_on capacity score title"},
		"feed": {"Feed", "Article", article, "", ""},
	}
	got := map[string]face{}
	var order []string
	for _, r := range parse(t).Resources {
		got[r.Name] = faceOf(r)
		order = append(order, r.Name)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("resources (-want +got):\n%s", diff)
	}
	if got := strings.Join(order, " "); got != "authors tags articles articles-nested comments events feed" {
		t.Errorf("order of the API root: %s", got)
	}
}

// Every record of the fixtures has a collection, save the log-in tokens, which are Couplet's own.
func TestFixtures(t *testing.T) {
	models := map[string]bool{"authtoken.token": true}
	for _, c := range parse(t).Collections {
		models[c.Model] = true
	}
	var records []struct{ Model string }
	if err := json.Unmarshal(sample.Fixtures, &records); err != nil {
		t.Fatal(err)
	}
	if len(records) != 122 {
		t.Errorf("%d records", len(records))
	}
	for _, r := range records {
		if !models[r.Model] {
			t.Errorf("no collection for %s", r.Model)
		}
	}
}

func TestMedia(t *testing.T) {
	if _, err := fs.Stat(sample.Media, "covers/fixture.png"); err != nil {
		t.Fatal(err)
	}
}
