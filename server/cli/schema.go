package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/couplet/couplet/server"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/migrate"
	"github.com/couplet/couplet/store/schema"
)

// errDiffers makes the exit code of 'schema diff' tell that there is a difference.
var errDiffers = errors.New("the database differs from its document")

func schemaCommand() *cobra.Command {
	return group("schema", "Plan and apply changes of schema.json",
		schemaPlan(), schemaApply(), schemaDiff(), schemaPull(), schemaJSON(), schemaCheck())
}

func schemaPlan() *cobra.Command {
	var p place
	cmd := &cobra.Command{
		Use: "plan", Short: "Show what applying schema.json would do: SQL, and what would be lost", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := p.checkFile(); err != nil {
				return err
			}
			return planSchema.perform(cmd.Context(), &p, none{}, nil, cmd.OutOrStdout())
		},
	}
	p.flags(cmd)
	return cmd
}

var planSchema = newOperation("schema plan", needs{project: true}, func(ctx context.Context, w *work, _ none) error {
	return showChange(ctx, w.out, w.Project)
})

// showChange prints what applying schema.json would do.
func showChange(ctx context.Context, w io.Writer, pr server.Project) error {
	source, err := pr.Read()
	if err != nil {
		return err
	}
	st, err := store.Compile(source)
	if err != nil {
		return err
	}
	waiting, err := pr.Waiting(ctx)
	if err != nil {
		return err
	}
	if len(waiting) > 0 {
		fmt.Fprintf(w, "These migrations come first: %s.\nRun 'couplet migrate up', then plan what schema.json says beyond them.\n",
			strings.Join(waiting, ", "))
		return nil
	}
	if err := noteAhead(ctx, w, pr); err != nil {
		return err
	}
	plan, err := pr.Store.Migrations(pr.Migrations()).Plan(ctx, st.Schema)
	if err != nil {
		return err
	}
	if plan.Empty() && st.Schema.Hash != pr.Store.Schema().Hash {
		fmt.Fprintln(w, "No table changes: only labels, rules, resources or settings do. 'couplet schema apply' puts them in force.")
		return nil
	}
	showPlan(w, plan)
	if len(plan.Problems()) > 0 {
		return errors.New("nothing can be applied before what is marked IMPOSSIBLE is mended")
	}
	return nil
}

// noteAhead says so where the database's document is newer than schema.json.
func noteAhead(ctx context.Context, w io.Writer, pr server.Project) error {
	ahead, err := pr.Ahead(ctx)
	if ahead {
		fmt.Fprintln(w, "The database's schema has gone on since schema.json was applied: 'couplet schema pull' writes it into\n"+
			"the file, 'couplet schema apply --force' goes back to the file's.")
	}
	return err
}

// showPlan prints a plan: what it does in words, warnings first, then its SQL.
func showPlan(w io.Writer, p *migrate.Plan) {
	if p.Empty() {
		fmt.Fprintln(w, "Nothing to do: the tables are as schema.json says.")
		return
	}
	for _, s := range p.Problems() {
		fmt.Fprintf(w, "IMPOSSIBLE  %s %s\n", s.Sentence, s.Problem)
	}
	for _, s := range p.Destructive() {
		fmt.Fprintf(w, "LOSES DATA  %s\n", s.Sentence)
	}
	for _, s := range p.Steps {
		if !s.Destructive && s.Problem == "" && s.Sentence != "" {
			fmt.Fprintf(w, "            %s\n", s.Sentence)
		}
	}
	fmt.Fprintf(w, "\n%s\nhash %s\n", p.SQL(), p.Hash)
}

func schemaApply() *cobra.Command {
	var p place
	var r applyRequest
	cmd := &cobra.Command{
		Use: "apply", Short: "Apply schema.json and write the migration files", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := p.checkFile(); err != nil {
				return err
			}
			err := applySchema.perform(cmd.Context(), &p, r, nil, cmd.OutOrStdout())
			if r.Consent, err = agree(cmd.OutOrStdout(), err); err != nil || r.Consent == "" {
				return err
			}
			return applySchema.perform(cmd.Context(), &p, r, nil, cmd.OutOrStdout())
		},
	}
	p.flags(cmd)
	cmd.Flags().StringVar(&r.Consent, "consent", "", "agree to the destructive plan with this hash")
	cmd.Flags().BoolVar(&r.Force, "force", false, "apply the file although the database's schema was changed without it")
	return cmd
}

type applyRequest struct {
	Consent string // the hash of a destructive plan
	Force   bool
}

var applySchema = newOperation("schema apply", needs{project: true}, func(ctx context.Context, w *work, r applyRequest) error {
	apply := w.Apply
	if r.Force {
		apply = w.ApplyForce
	}
	waiting, err := w.Waiting(ctx)
	if err != nil {
		return err
	}
	before := w.Store.Schema().Hash
	done, err := apply(ctx, migrate.Consent{Hash: r.Consent})
	if err != nil {
		return askConsent(w.out, r.Consent, err)
	}
	for _, name := range waiting {
		fmt.Fprintln(w.out, "applied", name)
	}
	showApplied(w.out, done, len(waiting) == 0 && before != w.Store.Schema().Hash)
	return noteAhead(ctx, w.out, w.Project)
})

func showApplied(w io.Writer, done *migrate.Applied, changed bool) {
	switch {
	case changed && (done == nil || done.Name == ""):
		fmt.Fprintln(w, "The schema is in force; no table changed.")
		return
	case done == nil || done.Name == "":
		fmt.Fprintln(w, "Nothing to do.")
		return
	}
	fmt.Fprintln(w, "applied", done.Name)
	for _, f := range done.Files {
		fmt.Fprintln(w, "wrote", f)
	}
}

func schemaDiff() *cobra.Command {
	var p place
	cmd := &cobra.Command{
		Use: "diff", Short: "Show where the database's tables differ from its document", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return diffSchema.perform(cmd.Context(), &p, none{}, nil, cmd.OutOrStdout())
		},
	}
	p.flags(cmd)
	return cmd
}

var diffSchema = newOperation("schema diff", needs{tables: true}, func(ctx context.Context, w *work, _ none) error {
	list, err := w.Store.Migrations(w.Migrations()).Drift(ctx)
	if err != nil {
		return err
	}
	for _, d := range list {
		fmt.Fprintln(w.out, d)
	}
	if len(list) > 0 {
		return errDiffers
	}
	fmt.Fprintln(w.out, "The tables are as the document says.")
	return nil
})

func schemaPull() *cobra.Command {
	var p place
	cmd := &cobra.Command{
		Use: "pull", Short: "Write the database's schema into schema.json", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return pullSchema.perform(cmd.Context(), &p, none{}, nil, cmd.OutOrStdout())
		},
	}
	p.flags(cmd)
	return cmd
}

var pullSchema = newOperation("schema pull", needs{tables: true, project: true}, func(ctx context.Context, w *work, _ none) error {
	err := w.Pull(ctx)
	if err == nil {
		fmt.Fprintln(w.out, "wrote", w.File())
	}
	return err
})

func schemaCheck() *cobra.Command {
	var p place
	cmd := &cobra.Command{
		Use: "check", Short: "Report every mistake in schema.json", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := p.checkFile(); err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), "schema.json is valid.")
			return nil
		},
	}
	cmd.Flags().StringVar(&p.project, "project", ".", "project folder: schema.json and migrations/")
	return cmd
}

func schemaJSON() *cobra.Command {
	return &cobra.Command{
		Use: "json-schema", Short: "Print the JSON Schema of schema.json, for editors", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := cmd.OutOrStdout().Write(schema.JSONSchema())
			return err
		},
	}
}
