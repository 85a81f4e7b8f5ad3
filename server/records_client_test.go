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

// newFigures is a project with two shops and four sales; bob sees those that are paid: 1 and 2.
func newFigures(t *testing.T) *houseWorld {
	t.Helper()
	w := &houseWorld{project: startProject(t, figuresSchema)}
	w.root, _ = w.user(auth.NewUser{Username: "root", Superuser: true})
	w.bob, _ = w.user(auth.NewUser{Username: "bob", Roles: []string{"clerks"}})
	w.root.want("POST", "/api/_/records/shops/", `{"name":"north"}`, 201, "")
	w.root.want("POST", "/api/_/records/shops/", `{"name":"south"}`, 201, "")
	for _, body := range []string{
		`{"what":"apples","n":0,"kind":"in","paid":true,"shop":2,"took":"00:00:30.000001","tags":[1,2],"at":"2026-01-02T03:04:05.000001Z"}`,
		`{"what":"pears","price":"-0.10","kind":"out","paid":true,"shop":1,"took":"00:01:00","tags":[2],"weight":0.5,"at":"2026-05-01T00:00:00Z"}`,
		`{"what":"","n":9223372036854775807,"price":"9999999999999999.99","shop":2,"data":{},"weight":0.25}`,
		`{"what":"pears","n":9223372036854775807,"price":"0.00","kind":"in","shop":2}`,
	} {
		w.root.want("POST", "/api/_/records/sales/", body, 201, "")
	}
	return w
}
