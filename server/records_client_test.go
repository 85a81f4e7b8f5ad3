package server_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"testing"

	"github.com/couplet/couplet/server/auth"
)

// houseWorld is a project with two houses of the root user, the second locked, and a room.
type houseWorld struct {
	*project
	root, bob *account
}

func newHouses(t *testing.T) *houseWorld {
	t.Helper()
	w := &houseWorld{project: startProject(t, companySchema)}
	var root string
	w.root, root = w.user(auth.NewUser{Username: "root", Superuser: true})
	w.bob, _ = w.user(auth.NewUser{Username: "bob", Roles: []string{"builders"}})
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for name, text := range map[string]string{"keeper": root, "no": "9007199254740993"} {
		if err := form.WriteField(name, text); err != nil {
			t.Fatal(err)
		}
	}
	file, err := form.CreateFormFile("plan", "plan.txt")
	if err == nil {
		_, err = io.WriteString(file, "walls")
	}
	if err != nil || form.Close() != nil {
		t.Fatal(err)
	}
	w.root.with("Content-Type", form.FormDataContentType()).want("POST", "/api/_/records/houses/", b.String(), 201, "")
	w.root.want("POST", "/api/_/records/houses/", `{"keeper":`+root+`,"locked":true,"seal":"s3"}`, 201, "")
	w.root.want("POST", "/api/_/records/rooms/", `{"house":1,"seal":"oak"}`, 201, "")
	return w
}
