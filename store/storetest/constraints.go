package storetest

import "testing"

// checks holds that a check refuses on false only, sees the record as it becomes, and says what the schema says.
func checks(t *testing.T, open Open) {
	w := newWorld(t, open, `{"collections": {
		"trips": {
			"fields": {
				"starts": {"type": "date", "null": true}, "ends": {"type": "date", "null": true},
				"seats": {"type": "integer", "null": true, "check": {"expr": "seats != 3", "message": "Not three."}},
				"parent": {"type": "foreign_key", "to": "self", "null": true, "on_delete": "cascade", "related_name": "parts"}
			},
			"checks": [
				{"expr": "starts <= ends", "message": "Ends before it starts.", "field": "ends"},
				{"expr": "parent.starts <= starts", "message": "Starts before its parent."}
			]
		}
	}}`)
	top := w.create("trips", `{"starts": "2024-05-01", "ends": "2024-05-09", "seats": 2}`)
	for _, c := range []struct{ object, want string }{
		{`{}`, ""},
		{`{"starts": "2024-05-01"}`, ""},
		{`{"starts": "2024-05-01", "ends": "2024-05-01"}`, ""},
		{`{"starts": "2024-05-02", "ends": "2024-05-01"}`, "ends: invalid Ends before it starts."},
		{`{"starts": "2024-05-02", "ends": "2024-05-01", "seats": 3}`, "ends: invalid Ends before it starts.\nseats: invalid Not three."},
		{`{"starts": "2024-04-30", "parent": ` + top + `}`, ": invalid Starts before its parent."},
		{`{"starts": "2024-05-01", "parent": ` + top + `}`, ""},
		{`{"parent": ` + top + `}`, ""},
	} {
		before := w.all("trips")
		_, err := w.tryCreate(w.system(), "trips", c.object)
		want(t, c.object, c.want, problems(err))
		if (w.all("trips") == before) != (c.want != "") {
			t.Errorf("%s: stored or not, against the check", c.object)
		}
	}
	want(t, "update of one side", "ends: invalid Ends before it starts.", problems(w.tryUpdate(w.system(), "trips", top, `{"ends": "2024-04-01"}`)))
	want(t, "unchanged", `{"ends":"2024-05-09"}`, w.record("trips", top, "ends"))
	want(t, "update to unknown", "", problems(w.tryUpdate(w.system(), "trips", top, `{"ends": null}`)))
}

// unique holds unique fields and sets, with nulls that are never taken.
func unique(t *testing.T, open Open) {
	w := newWorld(t, open, `{"collections": {
		"rooms": {
			"fields": {
				"code": {"type": "char", "unique": true, "null": true}, "mail": {"type": "email", "unique": true, "null": true},
				"floor": {"type": "integer", "null": true}, "number": {"type": "integer", "null": true}, "wing": {"type": "char", "null": true}
			},
			"unique_together": [["floor", "number"], ["wing", "number"]]
		}
	}}`)
	w.create("rooms", `{"code": "a", "mail": "a@b.example", "floor": 1, "number": 1, "wing": "w"}`)
	other := w.create("rooms", `{"code": "b", "floor": 1, "number": 2, "wing": "w"}`)
	for _, c := range []struct{ object, want string }{
		{`{"code": "a"}`, "code: unique"},
		{`{"code": "A"}`, ""},
		{`{"code": "a", "mail": "a@b.example"}`, "code: unique\nmail: unique"},
		{`{"floor": 1, "number": 1}`, "floor,number: unique_together"},
		{`{"floor": 1, "number": 1, "wing": "w", "code": "a"}`, "code: unique\nfloor,number: unique_together\nwing,number: unique_together"},
		{`{"floor": 1, "number": null}`, ""},
		{`{"floor": 1, "number": null}`, ""},
		{`{"floor": null, "number": 1}`, ""},
		{`{"code": null}`, ""},
	} {
		_, err := w.tryCreate(w.system(), "rooms", c.object)
		want(t, c.object, c.want, problems(err))
	}
	want(t, "update to what is taken", "floor,number: unique_together\nwing,number: unique_together", problems(w.tryUpdate(w.system(), "rooms", other, `{"number": 1}`)))
	want(t, "update to one's own", "", problems(w.tryUpdate(w.system(), "rooms", other, `{"code": "b", "number": 2}`)))
	w.delete("rooms", "1")
	want(t, "free again", "", problems(w.tryUpdate(w.system(), "rooms", other, `{"code": "a", "number": 1}`)))
}

// foreignKeys holds relations to what is not there.
func foreignKeys(t *testing.T, open Open) {
	w := newWorld(t, open, `{"collections": {
		"towns": {"fields": {"name": {"type": "char"}}},
		"houses": {"fields": {
			"town": {"type": "foreign_key", "to": "towns", "on_delete": "cascade", "related_name": "houses"},
			"second": {"type": "foreign_key", "to": "towns", "null": true, "on_delete": "cascade", "related_name": "+"},
			"seat_of": {"type": "one_to_one", "to": "towns", "null": true, "on_delete": "cascade", "related_name": "seat"},
			"near": {"type": "many_to_many", "to": "towns", "blank": true, "related_name": "around"}
		}}
	}}`)
	w.create("towns", `{"name": "a"}`)
	for _, c := range []struct{ object, want string }{
		{`{"town": 1, "seat_of": 1}`, ""},
		{`{"town": 1, "second": null}`, ""},
		{`{"town": 9}`, "town: does_not_exist"},
		{`{"town": 9, "second": 8}`, "town: does_not_exist\nsecond: does_not_exist"},
		{`{}`, "town: null"},
		{`{"town": 1, "seat_of": 1}`, "seat_of: unique"},
		{`{"town": 1, "near": [1, 9]}`, "near: does_not_exist"},
	} {
		_, err := w.tryCreate(w.system(), "houses", c.object)
		want(t, c.object, c.want, problems(err))
	}
	want(t, "update", "second: does_not_exist", problems(w.tryUpdate(w.system(), "houses", "1", `{"second": 7}`)))
	want(t, "update of pairs", "near: does_not_exist", problems(w.tryUpdate(w.system(), "houses", "1", `{"near": [7]}`)))
	want(t, "one to one of another", "seat_of: unique", problems(w.tryUpdate(w.system(), "houses", "2", `{"seat_of": 1}`)))
	want(t, "left", `1 {"town":1,"second":null,"seat_of":1,"near":[]}`+"\n"+`2 {"town":1,"second":null,"seat_of":null,"near":[]}`, w.all("houses"))
}

// columnRules holds what the tables themselves refuse, whoever writes: null, and numbers below zero.
func columnRules(t *testing.T, open Open) {
	w := newWorld(t, open, `{"collections": {"things": {"fields": {
		"n": {"type": "integer"}, "p": {"type": "positive_integer", "default": 0}, "j": {"type": "json"}, "c": {"type": "char"}}}}}`)
	for _, c := range []struct{ object, want string }{
		{`{"n": 1, "j": 1}`, ""},
		{`{}`, "n: null\nj: null"},
		{`{"n": null, "c": null, "j": {}}`, "n: null\nc: null"},
		{`{"n": 1, "j": 1, "p": -1}`, "p: invalid The value is out of range."},
	} {
		_, err := w.tryCreate(w.system(), "things", c.object)
		want(t, c.object, c.want, problems(err))
	}
	want(t, "update to null", "n: null", problems(w.tryUpdate(w.system(), "things", "1", `{"n": null}`)))
	want(t, "update below zero", "p: invalid The value is out of range.", problems(w.tryUpdate(w.system(), "things", "1", `{"p": -1}`)))
	want(t, "after all", `1 {"n":1,"p":0,"j":1,"c":""}`, w.all("things"))
}
