package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/migrate"
	"github.com/couplet/couplet/store/schema"
)

// Project is a project folder beside an open store: schema.json is what its people edit, the database's document is
// the truth, and migrations/ tells how one became the other.
type Project struct {
	Dir   string // "" for none
	Store *store.Store
}

// fileHash is under which name the database keeps the hash of the schema.json that was applied last.
const fileHash = "schema_file"

// ErrNoFile says that there is no schema.json.
var ErrNoFile = errors.New("there is no schema.json here; 'couplet init' writes one")

// ErrBothChanged says that schema.json and the database's document have each changed since they were the same.
var ErrBothChanged = errors.New("schema.json and the database's schema have both changed since they were last the same; " +
	"see the difference with 'couplet schema plan', then take one: 'couplet schema pull' writes the database's into schema.json, " +
	"'couplet schema apply --force' applies the file's")

// File is the path of the schema document.
func (p Project) File() string { return filepath.Join(p.Dir, "schema.json") }

// Migrations is the path of the migrations folder, or "" without a project.
func (p Project) Migrations() string {
	if p.Dir == "" {
		return ""
	}
	return filepath.Join(p.Dir, "migrations")
}

// Read returns the schema document with every id that it lacked, and writes those into the file. It returns nil where
// there is no file.
func (p Project) Read() ([]byte, error) {
	if p.Dir == "" {
		return nil, nil
	}
	source, err := p.Check()
	if errors.Is(err, ErrNoFile) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	whole, changed := schema.AssignIDs(source, p.Store.Schema())
	if !changed {
		return source, nil
	}
	return whole, p.write(whole)
}

// Check returns the schema document as it is in the file. Errors: ErrNoFile, *FileError, and those of reading.
func (p Project) Check() ([]byte, error) {
	source, err := os.ReadFile(p.File())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w (looked for %s)", ErrNoFile, p.File())
	}
	if err != nil {
		return nil, fmt.Errorf("the schema cannot be read: %w", err)
	}
	_, err = store.Compile(source)
	var mistakes schema.Problems
	if errors.As(err, &mistakes) {
		return nil, &FileError{p.File(), mistakes}
	}
	return source, err
}

// FileError lists every mistake in a schema.json.
type FileError struct {
	File     string
	Mistakes schema.Problems
}

func (e *FileError) Error() string {
	text := e.File + " has a mistake:"
	if n := len(e.Mistakes); n > 1 {
		text = fmt.Sprintf("%s has %d mistakes:", e.File, n)
	}
	for _, m := range e.Mistakes {
		text += "\n  " + m.String()
	}
	return text
}

func (e *FileError) Unwrap() error { return e.Mistakes }

// write replaces schema.json, whole or not at all.
func (p Project) write(source []byte) error {
	tmp, err := os.CreateTemp(p.Dir, ".schema-*.json")
	if err != nil {
		return fmt.Errorf("schema.json cannot be written: %w", err)
	}
	_, err = tmp.Write(source)
	err = errors.Join(err, tmp.Sync(), tmp.Close())
	if err == nil {
		err = errors.Join(os.Chmod(tmp.Name(), 0o644), os.Rename(tmp.Name(), p.File())) //nolint:gosec // as an editor would write it
	}
	if err != nil {
		_ = os.Remove(tmp.Name())
		return fmt.Errorf("schema.json cannot be written: %w", err)
	}
	return nil
}

// Apply brings the database to schema.json: first the migrations that wait, then what the file asks for beyond them.
// It returns nil where nothing was to do. Errors: ErrBothChanged, schema.Problems, those of migrate.Runner.
func (p Project) Apply(ctx context.Context, consent migrate.Consent) (*migrate.Applied, error) {
	source, err := p.Read()
	if err != nil {
		return nil, err
	}
	if err := p.catchUp(ctx); err != nil {
		return nil, err
	}
	empty, err := p.Store.Empty(ctx)
	if err != nil {
		return nil, err
	}
	if source == nil {
		if !empty {
			return nil, nil
		}
		return p.Store.Apply(ctx, "", []byte("{}"), migrate.Options{})
	}
	changed, err := p.changed(ctx, source, empty)
	if err != nil || !changed {
		return nil, err
	}
	return p.force(ctx, source, consent)
}

// force applies a document whatever the database's has become, and remembers it as the file's.
func (p Project) force(ctx context.Context, source []byte, consent migrate.Consent) (*migrate.Applied, error) {
	done, err := p.Store.Apply(ctx, p.Migrations(), source, migrate.Options{Consent: consent})
	if err != nil {
		return done, err
	}
	return done, p.Store.SetMeta(ctx, fileHash, p.Store.Schema().Hash)
}

// ApplyForce is Apply without regard to what was changed in the database.
func (p Project) ApplyForce(ctx context.Context, consent migrate.Consent) (*migrate.Applied, error) {
	source, err := p.Read()
	if err != nil || source == nil {
		return nil, err
	}
	return p.force(ctx, source, consent)
}

// Pull writes the database's document into schema.json.
func (p Project) Pull(ctx context.Context) error {
	s := p.Store.Schema()
	if err := p.write(s.Document.Canonical()); err != nil {
		return err
	}
	return p.Store.SetMeta(ctx, fileHash, s.Hash)
}

// catchUp runs the migration files that the database has not seen.
func (p Project) catchUp(ctx context.Context) error {
	if p.Dir == "" {
		return nil
	}
	_, err := p.Store.Up(ctx, p.Migrations())
	return err
}

// changed reports whether the file asks for something that the database does not have yet.
func (p Project) changed(ctx context.Context, source []byte, empty bool) (bool, error) {
	if empty {
		return true, nil
	}
	file, problems := schema.Parse(source)
	if err := problems.Err(); err != nil {
		return false, err
	}
	last, err := p.Store.Meta(ctx, fileHash)
	if err != nil {
		return false, err
	}
	switch now := p.Store.Schema().Hash; {
	case file.Hash == now:
		if last != now {
			err = p.Store.SetMeta(ctx, fileHash, now)
		}
		return false, err
	case file.Hash == last:
		return false, nil // the database's document went on without the file
	case last == now || last == "":
		return true, nil
	}
	return false, p.bothChanged(ctx, file)
}

// bothChanged is ErrBothChanged with what the file would make of the database.
func (p Project) bothChanged(ctx context.Context, file *schema.Schema) error {
	plan, err := p.Store.Migrations(p.Migrations()).Plan(ctx, file)
	if err != nil {
		return err
	}
	text := ""
	for _, s := range plan.Steps {
		if s.Sentence != "" {
			text += "\n  " + s.Sentence
		}
	}
	if text == "" {
		text = "\n  no table: they differ in labels, rules, resources or settings"
	}
	return fmt.Errorf("%w; the file's would change:%s", ErrBothChanged, text)
}

// Ahead reports whether the database's document has gone on since schema.json was applied, while the file stayed.
func (p Project) Ahead(ctx context.Context) (bool, error) {
	source, err := p.Read()
	if err != nil || source == nil {
		return false, err
	}
	file, problems := schema.Parse(source)
	if err := problems.Err(); err != nil {
		return false, err
	}
	last, err := p.Store.Meta(ctx, fileHash)
	return err == nil && file.Hash == last && file.Hash != p.Store.Schema().Hash, err
}

// Down undoes the last n migrations and returns their names. What schema.json says beyond that is a change again.
func (p Project) Down(ctx context.Context, n int, consent migrate.Consent) ([]string, error) {
	before := p.Store.Schema().Hash
	done, err := p.Store.Down(ctx, p.Migrations(), n, consent)
	if len(done) == 0 {
		return nil, err
	}
	last, failed := p.Store.Meta(ctx, fileHash)
	if failed == nil && last == before {
		failed = p.Store.SetMeta(ctx, fileHash, p.Store.Schema().Hash)
	}
	return done, errors.Join(err, failed)
}

// Waiting returns the names of the migrations that have not been applied.
func (p Project) Waiting(ctx context.Context) ([]string, error) {
	list, err := p.Store.Migrations(p.Migrations()).Status(ctx)
	var names []string
	for _, e := range list {
		if e.State == migrate.StatePending {
			names = append(names, e.Name)
		}
	}
	return names, err
}
