package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/history"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

func historyCommand() *cobra.Command {
	return group("history", "Work on the change log", historyErase())
}

func historyErase() *cobra.Command {
	var p place
	var user string
	cmd := &cobra.Command{
		Use: "erase [COLLECTION/KEY]...", Short: "Take the values of a user's account and of records out of the change log, for good",
		Args: cobra.ArbitraryArgs, Example: "  couplet history erase --user uma articles/3",
		RunE: func(cmd *cobra.Command, args []string) error {
			if user == "" && len(args) == 0 {
				return fmt.Errorf("%w: name a user with --user, or records as COLLECTION/KEY", errUsage)
			}
			return eraseHistory.perform(cmd.Context(), &p, eraseRequest{user, args}, nil, cmd.OutOrStdout())
		},
	}
	p.flags(cmd)
	cmd.Flags().StringVar(&user, "user", "", "username, or the key of an account that is deleted")
	return cmd
}

type eraseRequest struct {
	User    string
	Records []string
}

var eraseHistory = newOperation("history erase", needs{tables: true}, func(ctx context.Context, w *work, r eraseRequest) error {
	rows, err := erase(ctx, w.Store, r.User, r.Records)
	if err == nil {
		fmt.Fprintf(w.out, "%d changes have lost their values\n", rows)
	}
	return err
})

func erase(ctx context.Context, st *store.Store, user string, records []string) (int, error) {
	rows := 0
	_, err := st.Write(ctx, store.Origin{Scope: access.System(st.State().Policy), Via: "cli"}, func(tx *store.Tx) error {
		rows = 0
		erase := func(c *schema.Collection, key value.Value) error {
			n, err := history.Erase(tx, c, key)
			rows += n
			return err
		}
		if user != "" {
			key, err := accountKey(tx, user)
			if err != nil {
				return err
			}
			if err := erase(tx.Schema.Users(), key); err != nil {
				return err
			}
		}
		for _, name := range records {
			c, key, err := recordNamed(st, name)
			if err != nil {
				return err
			}
			if err := erase(c, key); err != nil {
				return err
			}
		}
		return nil
	})
	return rows, err
}

// accountKey is the key of the account with a username or, of one that is deleted, the key itself.
func accountKey(tx *store.Tx, user string) (value.Value, error) {
	rec, err := tx.UserRecord("username", value.Text(user))
	if err == nil {
		return rec.Key(), nil
	}
	key, parsed := tx.Schema.Users().Key.Type.Parse(user)
	if errors.Is(err, store.ErrNotFound) && parsed != nil {
		return key, fmt.Errorf("there is no user %q", user)
	}
	if errors.Is(err, store.ErrNotFound) {
		err = nil
	}
	return key, err
}

// recordNamed reads COLLECTION/KEY.
func recordNamed(st *store.Store, target string) (*schema.Collection, value.Value, error) {
	name, text, ok := strings.Cut(target, "/")
	if !ok {
		return nil, value.Null, fmt.Errorf("%w: name a record as COLLECTION/KEY, such as articles/3, not %q", errUsage, target)
	}
	c := st.Schema().Collection(name)
	if c == nil {
		return nil, value.Null, fmt.Errorf("%w: there is no collection %q", errUsage, name)
	}
	key, err := c.Key.Type.Parse(text)
	if err != nil {
		return nil, value.Null, fmt.Errorf("%w: %q is not a key of %s", errUsage, text, name)
	}
	return c, key, nil
}
