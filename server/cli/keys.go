package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/go-jose/go-jose/v4"
	"github.com/spf13/cobra"

	"github.com/couplet/couplet/store"
)

func keysCommand() *cobra.Command {
	return group("keys", "Manage the keys that sign tokens", keysRotate())
}

func keysRotate() *cobra.Command {
	var p place
	var algorithm string
	cmd := &cobra.Command{
		Use: "rotate", Short: "Sign with a new key; the old one stays valid until its tokens have expired", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkAlgorithm("--algorithm", algorithm); err != nil {
				return err
			}
			return rotateKeys.perform(cmd.Context(), &p, algorithm, nil, cmd.OutOrStdout())
		},
	}
	p.flags(cmd)
	cmd.Flags().StringVar(&algorithm, "algorithm", "ES256", "ES256 or EdDSA")
	return cmd
}

var rotateKeys = newOperation("keys rotate", needs{schema: true}, func(ctx context.Context, w *work, algorithm string) error {
	accounts, err := w.accounts(ctx)
	if err == nil {
		err = accounts.RotateKeys(ctx, jose.SignatureAlgorithm(algorithm))
	}
	if err == nil {
		fmt.Fprintln(w.out, "New tokens are signed with a new key.")
	}
	return err
})

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			version, revision := store.Build()
			fmt.Fprintln(cmd.OutOrStdout(), strings.TrimSpace("couplet "+version+" "+revision))
			return nil
		},
	}
}
