package cli

import "github.com/spf13/cobra"

// What shell completion proposes where it cannot know by itself. The flags and files named here exist, so that
// registering them cannot fail.

// completeValues proposes the values of a flag that has few.
func completeValues(cmd *cobra.Command, flag string, values ...string) {
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
}

// completeFolders proposes folders.
func completeFolders(cmd *cobra.Command, flags ...string) {
	for _, f := range flags {
		_ = cmd.MarkFlagDirname(f)
	}
}

// files proposes files with these endings as arguments.
func files(endings ...string) func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return endings, cobra.ShellCompDirectiveFilterFileExt
	}
}
