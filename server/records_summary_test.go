package server_test

import (
	"strings"
	"testing"
)

const figuresSchema = `{
  "collections": {
    "shops": {"display": "name", "fields": {"name": {"type": "char", "max_length": 20, "unique": true}}},
    "sales": {"display": "what", "fields": {
      "what": {"type": "char", "max_length": 20, "blank": true},
      "n": {"type": "big_integer", "null": true},
      "price": {"type": "decimal", "max_digits": 18, "decimal_places": 2, "null": true},
      "weight": {"type": "float", "null": true},
      "took": {"type": "duration", "null": true},
      "at": {"type": "datetime", "null": true},
      "kind": {"type": "char", "max_length": 3, "choices": [["in", "Incoming"], ["out", "Outgoing"]], "null": true},
      "paid": {"type": "boolean", "default": false},
      "shop": {"type": "foreign_key", "to": "shops", "on_delete": "cascade", "null": true},
      "tags": {"type": "many_to_many", "to": "shops", "blank": true, "related_name": "tagged"},
      "data": {"type": "json", "null": true},
      "cost": {"type": "integer", "default": 3, "rules": {"read": "user.is_staff"}}}}
  },
  "roles": {"clerks": {"sales": {"view": "paid"}}}
}`

// Sums stay exact beyond what the database's integers hold, ranges are those of the list.
func TestRecordAggregates(t *testing.T) {
	w := newFigures(t)
	of := func(query, want string) {
		t.Helper()
		w.root.want("GET", "/api/_/records/sales/aggregate/?"+query, "", 200, want)
	}
	of("", `{"count":4,"fields":{}}`)
	of("of=sum:n,count:n,empty:n,avg:n,min:n,max:n", `{"count":4,"fields":{"n":{"sum":18446744073709551614,"count":3,"empty":1,"avg":6.148914691236517e+18,"min":0,"max":9223372036854775807}}}`)
	of("of=sum:price,avg:price&of=max:price", `{"count":4,"fields":{"price":{"sum":"9999999999999999.89","avg":"3333333333333333.30","max":"9999999999999999.99"}}}`)
	of("of=sum:took,avg:took,unique:what,empty:what,empty:data,unique:paid,sum:weight", `{"count":4,"fields":{"took":{"sum":"00:01:30.000001","avg":"00:00:45.000001"},"what":{"unique":3,"empty":1},"data":{"empty":3},"paid":{"unique":2},"weight":{"sum":0.75}}}`)
	of("of=min:at,max:at,min:what", `{"count":4,"fields":{"at":{"min":"2026-01-02T03:04:05.000001Z","max":"2026-05-01T00:00:00Z"},"what":{"min":""}}}`)
	of("of=sum:price&filter=paid", `{"count":2,"fields":{"price":{"sum":"-0.10"}}}`)
	of("of=min:n&order=-id&limit=2", `{"count":2,"fields":{"n":{"min":9223372036854775807}}}`)
	of("of=max:price&order=id&offset=1&limit=1", `{"count":1,"fields":{"price":{"max":"-0.10"}}}`)
	of("of=sum:n,sum:price&ids=", `{"count":0,"fields":{"n":{"sum":null},"price":{"sum":null}}}`)
	of("of=unique:what&q=a&limit=9&ids=1,2,3", `{"count":2,"fields":{"what":{"unique":2}}}`)
	contains(t, w.bob.want("GET", "/api/_/records/sales/aggregate/?of=sum:n", "", 200, ""), `{"count":2,`)
	for query, want := range map[string]string{
		"of=sum:what": `{"of":["\"sum\" cannot be taken of what."]}`, "of=nope:n": `{"of":["\"nope\" cannot be taken of n."]}`,
		"of=sum:cost": `{"of":["There is no field \"cost\" to take \"sum\" of."]}`, "of=unique:tags": `{"of":["\"unique\" cannot be taken of tags."]}`,
		"offset=2": `{"limit":["A range has an offset and a limit."]}`,
	} {
		w.bob.want("GET", "/api/_/records/sales/aggregate/?"+query, "", 400, want)
	}
	w.visitor().want("GET", "/api/_/records/sales/aggregate/", "", 401, "")
}

func TestRecordFacets(t *testing.T) {
	w := newFigures(t)
	path := "/api/_/records/sales/facets/?"
	w.root.want("GET", path+"field=kind,paid", "", 200, `{"facets":{"kind":{"values":[{"value":"in","display":"Incoming","count":2},`+
		`{"value":null,"display":null,"count":1},{"value":"out","display":"Outgoing","count":1}],"more":false},`+
		`"paid":{"values":[{"value":false,"display":"false","count":2},{"value":true,"display":"true","count":2}],"more":false}}}`)
	w.root.want("GET", path+"field=shop&field=tags&limit=1", "", 200, `{"facets":{"shop":{"values":[{"value":2,"display":"south","count":3}],"more":true},`+
		`"tags":{"values":[{"value":null,"display":null,"count":2}],"more":true}}}`)
	w.bob.want("GET", path+"field=shop&filter=kind=='in'", "", 200, `{"facets":{"shop":{"values":[{"value":2,"display":null,"count":1}],"more":false}}}`)
	w.root.want("GET", path+"field=tags&ids=1,2", "", 200, `{"facets":{"tags":{"values":[{"value":2,"display":"south","count":2},{"value":1,"display":"north","count":1}],"more":false}}}`)
	w.bob.want("GET", path+"field=cost,n", "", 400, `{"field":["There is no field \"cost\" whose values can be counted.","There is no field \"n\" whose values can be counted."]}`)
}

func TestRecordLookup(t *testing.T) {
	w := newFigures(t)
	shops := "/api/_/records/shops/lookup/"
	w.root.want("GET", shops, "", 200, `{"results":[{"key":1,"display":"north"},{"key":2,"display":"south"}],"next":null}`)
	w.root.want("GET", shops+"?q=OUT", "", 200, `{"results":[{"key":2,"display":"south"}],"next":null}`)
	w.root.want("GET", shops+"?q=2", "", 200, `{"results":[{"key":2,"display":"south"}],"next":null}`)
	w.root.want("GET", shops+"?q=2&filter=name=='north'", "", 200, `{"results":[],"next":null}`)
	w.root.want("GET", shops+"?ids=2,7", "", 200, `{"results":[{"key":2,"display":"south"}],"next":null}`)
	page := w.root.want("GET", shops+"?limit=1", "", 200, "")
	w.root.want("GET", shops+"?limit=1&after="+member(t, page, "next"), "", 200, `{"results":[{"key":2,"display":"south"}],"next":null}`)
	w.root.want("GET", shops+"?after=xx", "", 400, `{"after":["This is not the next of a page in this order."]}`)
	w.bob.want("GET", shops, "", 403, "")
	w.bob.want("GET", "/api/_/records/sales/lookup/?q=3", "", 200, `{"results":[],"next":null}`) // not paid: not in his sight

	// A name along a relation is searched, too.
	h := newHouses(t)
	h.bob.want("GET", "/api/_/records/houses/lookup/?q=roo", "", 200, `{"results":[{"key":1,"display":"root"},{"key":2,"display":"root"}],"next":null}`)
}

func TestSearch(t *testing.T) {
	w := newFigures(t)
	w.root.want("GET", "/api/_/search/?q=nor", "", 200,
		`{"results":[{"collection":"shops","label":"Shops","records":[{"key":1,"display":"north"}],"more":false}],"unfinished":[]}`)
	got := w.root.want("GET", "/api/_/search/?q=a&limit=1", "", 200, "")
	contains(t, got, `{"collection":"sales","label":"Sales","records":[{"key":1,"display":"apples"}],"more":true}`)
	if strings.Contains(got, "shops") {
		t.Error(got)
	}
	w.bob.want("GET", "/api/_/search/?q=nor", "", 200, `{"results":[],"unfinished":[]}`)
	w.root.want("GET", "/api/_/search/?q=2&collections=shops", "", 200,
		`{"results":[{"collection":"shops","label":"Shops","records":[{"key":2,"display":"south"}],"more":false}],"unfinished":[]}`)
	w.bob.want("GET", "/api/_/search/?q=a&collections=shops", "", 400, `{"collections":["There is no collection \"shops\"."]}`)
	w.root.want("GET", "/api/_/search/", "", 400, `{"q":["Give the words to look for."]}`)
	w.visitor().want("GET", "/api/_/search/?q=a", "", 401, "")
}
