package cli

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
)

func TestHistoryErase(t *testing.T) {
	w := newWalk(t)
	w.ok("init")
	w.expects(exitOK, "a-good-Pass-123\n", "user create uma --email uma@example.com", "created uma")
	w.expects(exitUsage, "", "history erase", "name a user with --user")
	w.expects(exitUsage, "", "history erase nothing", "name a record as COLLECTION/KEY")
	w.expects(exitUsage, "", "history erase nope/1", "there is no collection \"nope\"")
	w.expects(exitUsage, "", "history erase users/x", "is not a key of users")
	w.expects(exitFailed, "", "history erase --user norman", "there is no user \"norman\"")
	w.ok("history erase --user uma", "0 changes have lost their values") // a create has none
	w.ok("history erase --user 77 users/1", "0 changes")                 // an account that is deleted
	s, err := store.Open(t.Context(), store.Options{Dir: filepath.Join(w.dir, "data"), Database: os.Getenv("COUPLET_DATABASE")})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	var ops []string
	err = s.Read(context.Background(), access.System(s.State().Policy), func(r *store.Reader) error {
		return r.Changes("collection = 'c_users' ORDER BY seq", nil, func(c *store.Change) error {
			ops = append(ops, c.Op+" "+c.Key+" "+c.Via)
			return nil
		})
	})
	if got := strings.Join(ops, ", "); err != nil || got != "create 1 cli, erased 1 cli, erased 77 cli, erased 1 cli" {
		t.Errorf("the log has %s (%v)", got, err)
	}
}
