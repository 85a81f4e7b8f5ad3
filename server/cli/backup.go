package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/couplet/couplet/server"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/backup"
)

func backupCommand() *cobra.Command {
	var p place
	var keep int
	cmd := &cobra.Command{
		Use: "backup [FILE|FOLDER]", Short: "Write the database and the uploaded files into one file, also while the server serves",
		Example: "  couplet backup                       into DATA/backups, named by the time\n" +
			"  couplet backup /mnt/backups --keep 14\n  couplet backup site.tar.gz",
		Args: takes(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if keep < 0 {
				return fmt.Errorf("%w: --keep is a number of backups, not %d", errUsage, keep)
			}
			to := string(backup.FolderOf(p.data))
			if len(args) == 1 {
				to = args[0]
			}
			return p.readOnly(cmd.Context(), func(pr server.Project) error {
				if len(args) == 0 || isFolder(to) {
					return backupInto(cmd.Context(), cmd.OutOrStdout(), pr.Store, backup.Folder(to), keep)
				}
				if keep > 0 {
					return fmt.Errorf("%w: --keep goes with a folder; %s is none", errUsage, to)
				}
				return backupTo(cmd.Context(), cmd.OutOrStdout(), pr.Store, to)
			})
		},
	}
	p.flags(cmd)
	cmd.Flags().IntVar(&keep, "keep", 0, "delete all but this many of the folder's newest backups; 0 deletes none")
	return cmd
}

// isFolder reports whether a path names a folder, that is there or is to be made.
func isFolder(path string) bool {
	st, err := os.Stat(path)
	return err == nil && st.IsDir() || strings.HasSuffix(path, "/") || strings.HasSuffix(path, string(filepath.Separator))
}

func backupInto(ctx context.Context, w io.Writer, st *store.Store, folder backup.Folder, keep int) error {
	info, err := folder.Make(ctx, st, nil)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "wrote %s (%s)\n", filepath.Join(string(folder), info.Name), bytesText(info.Size))
	gone, err := folder.Prune(keep, info.Name)
	for _, name := range gone {
		fmt.Fprintln(w, "deleted", filepath.Join(string(folder), name))
	}
	return err
}

func backupTo(ctx context.Context, w io.Writer, st *store.Store, path string) error {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("%s is there already; nothing was written", path)
	}
	m, err := backup.Make(ctx, st, path, nil)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no folder %s", filepath.Dir(path))
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "wrote %s (%d files)\n", path, len(m.Files))
	return nil
}

func restoreCommand() *cobra.Command {
	var data string
	var replace, check bool
	cmd := &cobra.Command{
		Use: "restore FILE", Short: "Put a backup into a data folder, after it has been verified",
		Example: "  couplet restore backups/couplet-20260301-040000.tar.gz --data ./data",
		Args:    takes(1, 1), ValidArgsFunction: files("gz"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if check {
				m, err := backup.Verify(cmd.Context(), args[0])
				if err == nil {
					fmt.Fprintf(cmd.OutOrStdout(), "%s is whole: %s\n", args[0], contents(m))
				}
				return err
			}
			m, aside, err := backup.Restore(cmd.Context(), args[0], data, replace)
			if errors.Is(err, backup.ErrNotEmpty) {
				err = fmt.Errorf("%w; give another folder with --data, or replace what is there with --replace: it is kept beside", err)
			}
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "restored %s into %s\n", contents(m), data)
			if aside != "" {
				fmt.Fprintln(cmd.OutOrStdout(), "What was there before is in", aside)
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&data, "data", "./data", "data folder: database and uploaded files")
	completeFolders(cmd, "data")
	f.BoolVar(&replace, "replace", false, "replace what the data folder holds; that is moved aside, not deleted")
	f.BoolVar(&check, "check", false, "only verify the backup")
	return cmd
}

func contents(m *backup.Manifest) string {
	return fmt.Sprintf("the database and %d files of %s", len(m.Files)-1, m.MadeAt.Local().Format("2006-01-02 15:04:05"))
}

// bytesText words a size for people.
func bytesText(n int64) string {
	const unit = 1024
	if n < unit {
		return fmt.Sprintf("%d bytes", n)
	}
	size, prefix := float64(n)/unit, 0
	for size >= unit && prefix < 4 {
		size /= unit
		prefix++
	}
	return fmt.Sprintf("%.1f %ciB", size, "KMGTP"[prefix])
}
