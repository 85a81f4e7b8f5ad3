package history

import (
	"encoding/json"
	"fmt"

	"github.com/couplet/couplet/store"
)

// SchemaError says that a changeset changed the schema: it is undone by applying the document that was before it.
type SchemaError struct {
	Changeset string
	Version   string // "0003_add_price"
	Before    []byte
	Later     []string
	OnlyData  bool // a migration by hand changed records, and no document
}

func (e *SchemaError) Error() string {
	return fmt.Sprintf("history: changeset %s changed the schema (%s)", e.Changeset, e.Version)
}

// schemaChange returns *SchemaError where rows tell of a migration.
func schemaChange(r *store.Reader, list []*row) error {
	var out *SchemaError
	for _, x := range list {
		switch {
		case x.Op == store.OpRewritten && out == nil:
			out = &SchemaError{Changeset: x.Changeset, Version: x.Cause, OnlyData: true}
		case x.Op == store.OpSchema:
			return documentChange(r, x)
		}
	}
	if out == nil {
		return nil
	}
	return out
}

func documentChange(r *store.Reader, x *row) error {
	out := &SchemaError{Changeset: x.Changeset, Version: x.Key}
	var diff struct{ Document [2]string }
	if err := json.Unmarshal(x.Diff, &diff); err != nil {
		return fmt.Errorf("history: row %d of the log: %w", x.seq(), err)
	}
	out.Before = []byte(diff.Document[0])
	later, err := all(r, maxScan, "collection = '' AND op = 'schema' ORDER BY seq")
	if err != nil {
		return err
	}
	for _, l := range later {
		if l.seq() > x.seq() {
			out.Later = append(out.Later, l.Key)
		}
	}
	return out
}
