package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/couplet/couplet/server"
	"github.com/couplet/couplet/server/auth"
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
			return p.ready(cmd.Context(), func(pr server.Project) error {
				service, err := auth.New(cmd.Context(), pr.Store, auth.Config{Algorithm: algorithm})
				if err != nil {
					return err
				}
				if err := service.RotateKeys(cmd.Context()); err != nil {
					return err
				}
				fmt.Fprintln(cmd.OutOrStdout(), "New tokens are signed with a new key.")
				return nil
			})
		},
	}
	p.flags(cmd)
	cmd.Flags().StringVar(&algorithm, "algorithm", "ES256", "ES256 or EdDSA")
	return cmd
}

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
