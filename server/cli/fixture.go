package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/couplet/couplet/server"
	"github.com/couplet/couplet/store/fixture"
)

func loaddataCommand() *cobra.Command {
	var p place
	var opt fixture.LoadOptions
	cmd := &cobra.Command{
		Use: "loaddata FILE…", Short: "Load records from Django's fixture JSON (- is standard input)", Args: takes(1, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.ready(cmd.Context(), func(pr server.Project) error {
				for _, name := range args {
					if err := loadFile(cmd, pr, name, opt); err != nil {
						return fmt.Errorf("%s: %w", name, err)
					}
				}
				return nil
			})
		},
	}
	p.flags(cmd)
	cmd.Flags().BoolVar(&opt.IgnoreUnknown, "ignorenonexistent", false, "pass over models and fields that the schema does not have")
	return cmd
}

func loadFile(cmd *cobra.Command, pr server.Project, name string, opt fixture.LoadOptions) error {
	in := cmd.InOrStdin()
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer func() { _ = f.Close() }()
		in = f
	}
	report, err := fixture.Load(cmd.Context(), pr.Store, bufio.NewReader(in), opt)
	if err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	for _, c := range report.Loaded {
		fmt.Fprintf(out, "%6d  %s\n", c.N, c.Model)
	}
	for _, c := range report.Skipped {
		fmt.Fprintf(out, "%6d  %s (skipped)\n", c.N, c.Model)
	}
	for _, n := range report.Notes {
		fmt.Fprintln(out, n)
	}
	return nil
}

func dumpdataCommand() *cobra.Command {
	var p place
	var opt fixture.DumpOptions
	var output string
	cmd := &cobra.Command{
		Use: "dumpdata [COLLECTION…]", Short: "Write records as Django's fixture JSON",
		RunE: func(cmd *cobra.Command, args []string) error {
			opt.Only = args
			return p.existing(cmd.Context(), func(pr server.Project) error {
				return dumpTo(cmd, output, func(w io.Writer) error { return fixture.Dump(cmd.Context(), pr.Store, w, opt) })
			})
		},
	}
	p.flags(cmd)
	f := cmd.Flags()
	f.IntVar(&opt.Indent, "indent", 0, "spaces for each level")
	f.StringSliceVar(&opt.Exclude, "exclude", nil, "collections to leave out")
	f.StringVarP(&output, "output", "o", "", "file to write; standard output without it")
	return cmd
}

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
