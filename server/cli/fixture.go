package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/couplet/couplet/store/fixture"
)

func loaddataCommand() *cobra.Command {
	var p place
	var opt fixture.LoadOptions
	cmd := &cobra.Command{
		Use: "loaddata FILE…", Short: "Load records from Django's fixture JSON (- is standard input)", Args: takes(1, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, name := range args {
				if err := loadFile(cmd, &p, name, opt); err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
			}
			return nil
		},
	}
	p.flags(cmd)
	cmd.Flags().BoolVar(&opt.IgnoreUnknown, "ignorenonexistent", false, "pass over models and fields that the schema does not have")
	return cmd
}

func loadFile(cmd *cobra.Command, p *place, name string, opt fixture.LoadOptions) error {
	in := cmd.InOrStdin()
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer func() { _ = f.Close() }()
		in = f
	}
	return loadFixture.perform(cmd.Context(), p, opt, in, cmd.OutOrStdout())
}

var loadFixture = newOperation("loaddata", needs{schema: true}, func(ctx context.Context, w *work, opt fixture.LoadOptions) error {
	report, err := fixture.Load(ctx, w.Store, bufio.NewReader(w.in), opt)
	if err != nil {
		return err
	}
	for _, c := range report.Loaded {
		fmt.Fprintf(w.out, "%6d  %s\n", c.N, c.Model)
	}
	for _, c := range report.Skipped {
		fmt.Fprintf(w.out, "%6d  %s (skipped)\n", c.N, c.Model)
	}
	for _, n := range report.Notes {
		fmt.Fprintln(w.out, n)
	}
	return nil
})

func dumpdataCommand() *cobra.Command {
	var p place
	var opt fixture.DumpOptions
	var output string
	cmd := &cobra.Command{
		Use: "dumpdata [COLLECTION…]", Short: "Write records as Django's fixture JSON",
		RunE: func(cmd *cobra.Command, args []string) error {
			opt.Only = args
			return dumpTo(cmd, output, func(out io.Writer) error { return dumpFixture.perform(cmd.Context(), &p, opt, nil, out) })
		},
	}
	p.flags(cmd)
	f := cmd.Flags()
	f.IntVar(&opt.Indent, "indent", 0, "spaces for each level")
	f.StringSliceVar(&opt.Exclude, "exclude", nil, "collections to leave out")
	f.StringVarP(&output, "output", "o", "", "file to write; standard output without it")
	return cmd
}

var dumpFixture = newOperation("dumpdata", needs{tables: true}, func(ctx context.Context, w *work, opt fixture.DumpOptions) error {
	return fixture.Dump(ctx, w.Store, w.out, opt)
})

// dumpTo writes to a file, whole or not at all, or to standard output.
func dumpTo(cmd *cobra.Command, name string, dump func(io.Writer) error) error {
	if name == "" {
		w := bufio.NewWriter(cmd.OutOrStdout())
		return errors.Join(dump(w), w.Flush())
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".dump-*")
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	if err := errors.Join(dump(w), w.Flush(), f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return os.Rename(f.Name(), name)
}
