package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/couplet/couplet/store/schema"
)

// starter is the schema document of a new project.
const starter = `{
  "$schema": "./.couplet/schema-1.json",
  "collections": {
    "notes": {
      "display": "title",
      "ordering": ["-created_at"],
      "fields": {
        "title": {"type": "char", "max_length": 120},
        "body": {"type": "text", "blank": true},
        "done": {"type": "boolean", "default": false},
        "created_at": {"type": "datetime", "auto_now_add": true}
      }
    }
  },
  "roles": {
    "anyone": {"notes": {"view": true}},
    "editors": {"notes": {"view": true, "add": true, "change": true, "delete": true}}
  }
}
`

const ignored = "data/\n"

func initCommand() *cobra.Command {
	return &cobra.Command{
		Use: "init [FOLDER]", Short: "Write the files of a new project", Args: takes(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := "."
			if len(args) == 1 {
				dir = args[0]
			}
			return initProject(cmd, dir)
		},
	}
}

func initProject(cmd *cobra.Command, dir string) error {
	files := []struct{ name, text string }{
		{"schema.json", starter}, {".gitignore", ignored}, {".couplet/schema-1.json", string(schema.JSONSchema())},
	}
	for _, f := range files {
		path := filepath.Join(dir, filepath.FromSlash(f.name))
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			return err
		}
		err := writeNew(path, f.text)
		switch {
		case errors.Is(err, fs.ErrExist) && f.name == "schema.json":
			return fmt.Errorf("%s exists already; nothing was changed", path)
		case errors.Is(err, fs.ErrExist):
		case err != nil:
			return err
		default:
			fmt.Fprintln(cmd.OutOrStdout(), "wrote", path)
		}
	}
	next := "\nNext:\n"
	if dir != "." {
		next += "  cd " + dir + "\n"
	}
	fmt.Fprint(cmd.OutOrStdout(), next+"  couplet serve                     http://localhost:8090/api/\n"+
		"  couplet user create --superuser   an account for yourself, in another terminal or before\n"+
		"  edit schema.json, then: couplet schema plan\n")
	return nil
}

// writeNew writes a file that is not there yet.
func writeNew(path, text string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644) //nolint:gosec // a project's files are for everybody who works on it
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}
