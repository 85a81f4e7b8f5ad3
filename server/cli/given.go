package cli

import (
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/couplet/couplet/server/settings"
)

// sourceKey is under which annotation a flag keeps that something else than the command line has set it.
const sourceKey = "couplet_source"

// mark notes where the value of a flag comes from.
func mark(f *pflag.Flag, from settings.Source) {
	if f.Annotations == nil {
		f.Annotations = map[string][]string{}
	}
	f.Annotations[sourceKey] = []string{string(from)}
}

// given lists the flags of serve with their values and where each comes from, in the order in which they are declared.
func given(cmd *cobra.Command) (list []settings.Given) {
	flags := cmd.LocalNonPersistentFlags()
	flags.SortFlags = false
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Name != "help" {
			list = append(list, givenOf(f))
		}
	})
	return list
}

func givenOf(f *pflag.Flag) settings.Given {
	g := settings.Given{
		Name: strings.ReplaceAll(f.Name, "-", "_"), Usage: f.Usage, Kind: kindOf(f), Default: f.DefValue, Value: f.Value.String(),
		Source: settings.Default, Choices: choices[f.Name],
	}
	if list, ok := f.Value.(pflag.SliceValue); ok {
		g.Default, g.Value = "", strings.Join(list.GetSlice(), ",")
	}
	switch from := f.Annotations[sourceKey]; {
	case f.Name == "database" && g.Value == "" && os.Getenv(databaseVariable) != "":
		g.Value, g.Source = os.Getenv(databaseVariable), settings.Environment
	case len(from) > 0:
		g.Source = settings.Source(from[0])
	case f.Changed:
		g.Source = settings.Flag
	}
	return g
}

func kindOf(f *pflag.Flag) settings.Kind {
	switch f.Value.Type() {
	case "bool":
		return settings.Boolean
	case "int", "int64":
		return settings.Number
	case "stringSlice":
		return settings.List
	}
	return settings.Text
}

// choices are the values that a flag of serve may have, where they are few.
var choices = map[string][]string{
	"log-format": {"text", "json"}, "log-level": {"debug", "info", "warn", "error"}, "token-algorithm": {"ES256", "EdDSA"},
}
