package main

import (
	"encoding/json"
	"net/http"
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

func (w djangoWire) scenario(name string) scenario {
	get := func(path string) scenario {
		return scenario{request: request{method: http.MethodGet, path: path, status: http.StatusOK}, items: "results", count: 25}
	}
	switch name {
	case "record":
		s := get("/api/articles/{id}/")
		s.items, s.contains = "", `"slug"`
		return s
	case "filter":
		s := get("/api/articles/?status=published&views__gt=500&ordering=-views")
		s.contains = `"status":"published"`
		return s
	case "expand":
		s := get("/api/articles/?expand=author")
		s.contains = `"username":"bench"`
		return s
	case "rule":
		s := get("/api/notes/")
		s.auth = true
		return s
	case "feed":
		return get("/api/articles-feed/")
	case "create":
		return scenario{request: w.create("articles"), contains: `"id"`}
	}
	return get("/api/articles/")
}
