package cli

import (
	"bytes"
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/couplet/couplet/server"
	"github.com/couplet/couplet/server/openapi"
	"github.com/couplet/couplet/store"
)

func genCommand() *cobra.Command {
	return group("gen", "Write code for programs that use the API", genTypeScript())
}

func genTypeScript() *cobra.Command {
	var p place
	var out string
	cmd := &cobra.Command{
		Use: "ts", Short: "Write TypeScript types of the schema in force, or of schema.json where there is no database", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var types bytes.Buffer
			if err := p.typeScript(cmd.Context(), &types); err != nil {
				return err
			}
			if out == "" {
				_, err := types.WriteTo(cmd.OutOrStdout())
				return err
			}
			if err := os.WriteFile(out, types.Bytes(), 0o644); err != nil { //nolint:gosec // source code, like any other
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), "wrote", out)
			return nil
		},
	}
	p.flags(cmd)
	cmd.Flags().StringVar(&out, "out", "", "file to write instead of the console")
	return cmd
}

// typeScript writes the types of the schema in force; where nothing is, of schema.json.
func (p *place) typeScript(ctx context.Context, out *bytes.Buffer) error {
	if p.hasDatabase() == nil {
		return typesInForce.perform(ctx, p, none{}, nil, out)
	}
	source, err := (server.Project{Dir: p.project}).Check()
	if err != nil {
		return err
	}
	st, err := store.Compile(source)
	if err != nil {
		return err
	}
	_, err = out.Write(openapi.TypeScript(st.Schema))
	return err
}

var typesInForce = newOperation("gen ts", needs{tables: true}, func(_ context.Context, w *work, _ none) error {
	_, err := w.out.Write(openapi.TypeScript(w.Store.Schema()))
	return err
})
