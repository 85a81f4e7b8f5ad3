package sample_test

import (
	"io/fs"
	"testing"

	"github.com/couplet/couplet/store/sample"
	"github.com/couplet/couplet/store/schema"
)

func TestSampleIsValid(t *testing.T) {
	s, problems := schema.Parse(sample.Schema)
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, r := range s.Resources {
		names = append(names, r.Name)
	}
	t.Log(names)
}

func TestMedia(t *testing.T) {
	if _, err := fs.Stat(sample.Media, "covers/fixture.png"); err != nil {
		t.Fatal(err)
	}
}
