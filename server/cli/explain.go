package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

func explainCommand() *cobra.Command {
	var p place
	var user, action string
	cmd := &cobra.Command{
		Use: "explain COLLECTION/KEY", Short: "Tell why a user may or may not do something with a record", Args: takes(1, 1),
		Example: "  couplet explain --user uma --action change articles/3",
		RunE: func(cmd *cobra.Command, args []string) error {
			if !slices.Contains(schema.Actions, schema.Action(action)) {
				return fmt.Errorf("%w: --action is view, add, change or delete, not %q", errUsage, action)
			}
			r := explainRequest{user, schema.Action(action), args[0]}
			return explainRecord.perform(cmd.Context(), &p, r, nil, cmd.OutOrStdout())
		},
	}
	p.flags(cmd)
	cmd.Flags().StringVar(&user, "user", "", "username; without it the anonymous visitor")
	cmd.Flags().StringVar(&action, "action", "view", "view, add, change or delete")
	return cmd
}

type explainRequest struct {
	User   string
	Action schema.Action
	Target string
}

var explainRecord = newOperation("explain", needs{tables: true}, func(ctx context.Context, w *work, r explainRequest) error {
	text, err := explain(ctx, w.Store, r.User, r.Action, r.Target)
	if err == nil {
		fmt.Fprintln(w.out, text)
	}
	return err
})

func explain(ctx context.Context, st *store.Store, username string, action schema.Action, target string) (string, error) {
	c, key, err := recordNamed(st, target)
	if err != nil {
		return "", err
	}
	var out access.Explanation
	policy := st.State().Policy
	err = st.Read(ctx, access.System(policy), func(r *store.Reader) error {
		user, err := userNamed(ctx, st, r, username)
		if err != nil {
			return err
		}
		rec, err := r.Record(c, key)
		if errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("there is no record %s", target)
		}
		if err != nil {
			return err
		}
		out = policy.Scope(user, st.Now(), expr.Request{}).Explain(c, action, rec)
		return nil
	})
	return out.String(), err
}

func userNamed(ctx context.Context, st *store.Store, r *store.Reader, username string) (*access.User, error) {
	if username == "" {
		return nil, nil
	}
	rec, err := r.UserRecord("username", value.Text(username))
	if errors.Is(err, store.ErrNotFound) {
		return nil, fmt.Errorf("there is no user %q", username)
	}
	if err != nil {
		return nil, err
	}
	return st.User(ctx, rec.Key())
}
