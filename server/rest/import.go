package rest

import (
	"context"
	"strings"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// ImportAction is what becomes of a row.
type ImportAction string

// The actions. ActUpdate is for rows whose record exists, ActCreate for the others.
const (
	ActCreate ImportAction = "create"
	ActUpdate ImportAction = "update"
	ActSkip   ImportAction = "skip"
	ActRefuse ImportAction = "refuse" // an error of the row
)

// ImportPlan says how the rows of a file become records.
type ImportPlan struct {
	Columns   map[string]string // column of the file → field; "" leaves it out; columns not named are guessed, see GuessColumn
	Match     string            // field that finds a row's record: the key or a unique field; "": every row is new
	Existing  ImportAction      // rows whose record exists: ActUpdate (default), ActSkip, ActRefuse
	New       ImportAction      // rows without a record: ActCreate (default), ActSkip, ActRefuse
	DryRun    bool              // check every row, keep nothing
	KeepGoing bool              // write the good rows of a file that has bad ones; else one bad row and nothing is written
	Unguard   bool              // CSV: take away the apostrophes that a guarded export has put before formulas
	Batch     int               // rows in one transaction; default 200
	MaxErrors int               // errors kept in the report; default 1,000
}

// ImportItem is a row that was found good.
type ImportItem struct {
	Row   int
	Key   value.Value // of the record to update; null: create
	Input *store.Input
}

// ImportRowError is returned by Write where one item could not be written; nothing of the call was kept.
type ImportRowError struct {
	Item   int // index into the items given to Write
	Errors *Errors
}

func (e *ImportRowError) Error() string { return e.Errors.Error() }

// ImportHooks are an import's way to the records. They pass the same validation and the same permissions as REST.
type ImportHooks struct {
	// Find returns the key of the record that the writer may see and whose field has a value.
	Find func(ctx context.Context, f *schema.Field, v value.Value) (key value.Value, found bool, err error)
	// Bind validates a row as a POST does, or as a PATCH of the record with that key. A validation error is *Errors.
	Bind func(ctx context.Context, in *Node, key value.Value) (*store.Input, error)
	// Write writes the items in one transaction, which it undoes where dry is set. Items that the store or a permission
	// refuses are *ImportRowError.
	Write func(ctx context.Context, items []ImportItem, dry bool) error
	// Progress is told how far the import is, after each batch; nil: nobody is told.
	Progress func(*ImportReport)
}

// importTarget is where a column goes: a writable field, the match field, both, or neither (field == nil: ignored).
type importTarget struct {
	field *field
	match bool
}

// importer runs one pass over a file.
type importer struct {
	s       *Serializer
	plan    ImportPlan
	hooks   ImportHooks
	match   *field
	targets map[string]importTarget
	column  map[string]string // field → column
	report  *ImportReport
	dry     bool
	batch   []ImportItem
	seen    map[string]bool // unique values that earlier rows claim
	matched map[string]int  // match value → row
}

// GuessColumn returns the name of the field that a column of a file stands for: the one of that name, else the one
// whose name or label is the same when case, spaces and punctuation do not count, else "".
func (s *Serializer) GuessColumn(column string) string {
	for _, f := range s.fields {
		if f.name == column {
			return f.name
		}
	}
	wanted := bareName(column)
	for _, f := range s.fields {
		if bareName(f.name) == wanted || bareName(f.label) == wanted {
			return f.name
		}
	}
	return ""
}

// bareName drops everything but letters and digits, in lower case.
func bareName(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" _-.:/()#", r) {
			return -1
		}
		return r
	}, strings.ToLower(s))
}

// ExportColumns returns the names of what the serializer shows a reader, in order: the header of a CSV export. What his
// rights hide in every record is not among them. sight nil sees all.
func (s *Serializer) ExportColumns(sight Sight) []string {
	var names []string
	for i := range s.ops {
		if o := &s.ops[i]; !o.hidden(sight) {
			name, _ := value.UnquoteJSON(o.prefix[:len(o.prefix)-1]) //nolint:errcheck // keyPrefix has quoted it
			names = append(names, name)
		}
	}
	return names
}

// hidden reports whether a reader sees the field in no record at all.
func (o *op) hidden(sight Sight) bool {
	for _, g := range o.guards {
		if sight != nil && (!sight.Readable(g.field) || g.shape == nil && sight.ReadablePerRecord(g.field)) {
			return true
		}
	}
	return false
}

func (s *Serializer) fieldNamed(name string) *field {
	for _, f := range s.fields {
		if f.name == name {
			return f
		}
	}
	return nil
}

// check reports what is wrong with a plan, below the names of its members.
func (p *ImportPlan) check(s *Serializer) *Errors {
	errs := &Errors{}
	of := map[string]string{}
	for column, name := range p.Columns {
		switch {
		case name == "":
		case s.fieldNamed(name) == nil:
			errs.Put("columns", Fail(`There is no field "`+name+`".`, "invalid_choice"))
		case of[name] != "":
			errs.Put("columns", Fail(`Two columns go to the field "`+name+`".`, "invalid"))
		default:
			of[name] = column
		}
	}
	if p.Match != "" {
		if f := s.fieldNamed(p.Match); f == nil || f.model == nil || len(f.def.Source) != 1 || !f.model.Primary && !f.model.Unique {
			errs.Put("match", Fail(`"`+p.Match+`" is neither the key nor a unique field.`, "invalid_choice"))
		}
	}
	if p.Existing != ActUpdate && p.Existing != ActSkip && p.Existing != ActRefuse {
		errs.Put("existing", Fail(`"`+string(p.Existing)+`" is not a valid choice.`, "invalid_choice"))
	}
	if p.New != ActCreate && p.New != ActSkip && p.New != ActRefuse {
		errs.Put("new", Fail(`"`+string(p.New)+`" is not a valid choice.`, "invalid_choice"))
	}
	return errs
}

func (p *ImportPlan) withDefaults() {
	if p.Existing == "" {
		p.Existing = ActUpdate
	}
	if p.New == "" {
		p.New = ActCreate
	}
	if p.Batch <= 0 {
		p.Batch = 200
	}
	if p.MaxErrors <= 0 {
		p.MaxErrors = 1000
	}
}
