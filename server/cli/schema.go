package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/couplet/couplet/server"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/migrate"
	"github.com/couplet/couplet/store/schema"
)

var noConsent = migrate.Consent{}

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
			return p.withFile(cmd.Context(), func(pr server.Project) error {
				return showChange(cmd.Context(), cmd.OutOrStdout(), pr)
			})
		},
	}
	p.flags(cmd)
	return cmd
}

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
	var hash string
	var force bool
	cmd := &cobra.Command{
		Use: "apply", Short: "Apply schema.json and write the migration files", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.withFile(cmd.Context(), func(pr server.Project) error {
				apply := pr.Apply
				if force {
					apply = pr.ApplyForce
				}
				waiting, err := pr.Waiting(cmd.Context())
				if err != nil {
					return err
				}
				before := pr.Store.Schema().Hash
				done, err := consenting(cmd.Context(), cmd.OutOrStdout(), hash, apply)
				if err != nil {
					return err
				}
				for _, name := range waiting {
					fmt.Fprintln(cmd.OutOrStdout(), "applied", name)
				}
				showApplied(cmd.OutOrStdout(), done, len(waiting) == 0 && before != pr.Store.Schema().Hash)
				return noteAhead(cmd.Context(), cmd.OutOrStdout(), pr)
			})
		},
	}
	p.flags(cmd)
	cmd.Flags().StringVar(&hash, "consent", "", "agree to the destructive plan with this hash")
	cmd.Flags().BoolVar(&force, "force", false, "apply the file although the database's schema was changed without it")
	return cmd
}

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

// consenting applies, and where data would be lost asks whoever sits at the terminal.
func consenting(ctx context.Context, w io.Writer, hash string,
	apply func(context.Context, migrate.Consent) (*migrate.Applied, error)) (*migrate.Applied, error) {
	done, err := apply(ctx, migrate.Consent{Hash: hash})
	var need *migrate.ConsentError
	if !errors.As(err, &need) {
		return done, err
	}
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		return nil, askConsent(w, hash, err)
	}
	if hash, err = ask(w, need.Plan); err != nil {
		return nil, err
	}
	return apply(ctx, migrate.Consent{Hash: hash})
}

// ask shows a plan to whoever sits at the terminal and returns its hash when they agree.
func ask(w io.Writer, p *migrate.Plan) (string, error) {
	showPlan(w, p)
	fmt.Fprint(w, "Apply this and lose that data? Type yes: ")
	answer, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if err != nil || strings.TrimSpace(answer) != "yes" {
		return "", errors.New("nothing was changed")
	}
	return p.Hash, nil
}

// askConsent shows the plan of an error that asks for consent and says how to give it. Given is the consent that was
// not enough, "" for none.
func askConsent(w io.Writer, given string, err error) error {
	var need *migrate.ConsentError
	if !errors.As(err, &need) {
		return err
	}
	showPlan(w, need.Plan)
	if given != "" {
		return fmt.Errorf("--consent %s is for another plan; agree to this one with --consent %s", given, need.Plan.Hash)
	}
	return fmt.Errorf("this change loses data; agree to it with --consent %s", need.Plan.Hash)
}

func schemaDiff() *cobra.Command {
	var p place
	cmd := &cobra.Command{
		Use: "diff", Short: "Show where the database's tables differ from its document", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.existing(cmd.Context(), func(pr server.Project) error {
				list, err := pr.Store.Migrations(pr.Migrations()).Drift(cmd.Context())
				if err != nil {
					return err
				}
				for _, d := range list {
					fmt.Fprintln(cmd.OutOrStdout(), d)
				}
				if len(list) > 0 {
					return errDiffers
				}
				fmt.Fprintln(cmd.OutOrStdout(), "The tables are as the document says.")
				return nil
			})
		},
	}
	p.flags(cmd)
	return cmd
}

func schemaPull() *cobra.Command {
	var p place
	cmd := &cobra.Command{
		Use: "pull", Short: "Write the database's schema into schema.json", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.existing(cmd.Context(), func(pr server.Project) error {
				err := pr.Pull(cmd.Context())
				if err == nil {
					fmt.Fprintln(cmd.OutOrStdout(), "wrote", pr.File())
				}
				return err
			})
		},
	}
	p.flags(cmd)
	return cmd
}

func schemaCheck() *cobra.Command {
	var p place
	cmd := &cobra.Command{
		Use: "check", Short: "Report every mistake in schema.json", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := (server.Project{Dir: p.project}).Check(); err != nil {
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
