package main

import (
	"encoding/json"
	"net/http"
	"strings"
)

// djangoWire is what Couplet and Django REST Framework are asked alike, and where it is in their answers.
type djangoWire struct{}

func (djangoWire) login() request {
	return request{method: http.MethodPost, path: "/api/token/", status: http.StatusOK,
		body: `{"username":"bench","password":"bench-Pass-1234"}`}
}

func (djangoWire) authorization(answer []byte) (string, error) {
	var t struct{ Access string }
	err := json.Unmarshal(answer, &t)
	return "Bearer " + t.Access, err
}

func (djangoWire) create(collection string) request {
	return request{method: http.MethodPost, path: "/api/" + collection + "/", body: article("1"), status: http.StatusCreated}
}

func (djangoWire) ids() (request, string, string) {
	return request{method: http.MethodGet, path: "/api/articles/?page_size=200", status: http.StatusOK}, "results", "id"
}

// djangoPaths are the lists and records that the scenarios ask for. A filter with {n} is another one each time, and lets
// every record through.
var djangoPaths = map[string]string{
	"record":     "/api/articles/{id}/",
	"list":       "/api/articles/",
	"filter":     "/api/articles/?status=published&views__gt=500&ordering=-views",
	"expand":     "/api/articles/?expand=author",
	"rule":       "/api/notes/",
	"record-new": "/api/articles/{id}/?v={n}",
	"list-new":   "/api/articles/?views__lt={n}",
	"rule-new":   "/api/notes/?views__lt={n}",
	"unindexed":  "/api/papers/?status=published&views__gt=500&views__lt={n}&ordering=-views",
	"feed":       "/api/articles-feed/",
}

func (w djangoWire) scenario(name string) (scenario, bool) {
	if name == "create" {
		return scenario{request: w.create("articles"), contains: `"id"`}, true
	}
	bare, loggedIn := strings.CutSuffix(name, "-auth")
	path, ok := djangoPaths[bare]
	s := scenario{request: request{method: http.MethodGet, path: path, status: http.StatusOK, auth: loggedIn || strings.HasPrefix(name, "rule")}}
	s.contains = map[string]string{"filter": `"status":"published"`, "expand": `"username":"bench"`}[name]
	if strings.HasPrefix(name, "record") {
		s.contains = `"slug"`
		return s, ok
	}
	s.items, s.count = "results", 25
	return s, ok
}
