package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/agext/levenshtein"
	"github.com/knadh/koanf/parsers/json"
	"github.com/knadh/koanf/parsers/toml/v2"
	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/rawbytes"
	"github.com/knadh/koanf/v2"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/couplet/couplet/server/settings"
)

// parserOf is the parser of a configuration file, by the ending of its name; nil where there is none.
func parserOf(path string) koanf.Parser {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".toml":
		return toml.Parser()
	case ".yaml", ".yml":
		return yaml.Parser()
	case ".json":
		return json.Parser()
	}
	return nil
}

// fromFile fills the flags that neither the command line nor the environment has set from a configuration file. Its
// keys are the flags of `couplet serve`; other commands take those that they share with it. A key that is none of them
// is an error.
func fromFile(cmd *cobra.Command, path string) error {
	parser := parserOf(path)
	if parser == nil {
		return fmt.Errorf("%w: --config is a file that ends in .toml, .yaml or .json, not %q", errUsage, path)
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: there is no configuration file %s", errUsage, path)
	}
	if err != nil {
		return fmt.Errorf("the configuration file cannot be read: %w", err)
	}
	k := koanf.New(".")
	if err := k.Load(rawbytes.Provider(text), parser); err != nil {
		return fmt.Errorf("%w: %s: %w", errUsage, path, err)
	}
	known, given := serveFlags(cmd), map[string]string{}
	var failed error
	for _, key := range k.Keys() {
		if err := fromKey(cmd.Flags(), known, given, key, k.Get(key)); err != nil {
			failed = errors.Join(failed, fmt.Errorf("%w: %s: %w", errUsage, path, err))
		}
	}
	return failed
}

// serveFlags are the flags of `couplet serve`.
func serveFlags(cmd *cobra.Command) *pflag.FlagSet {
	serve, _, err := cmd.Root().Find([]string{"serve"})
	if err != nil {
		panic(err) // the command is ours
	}
	return serve.LocalNonPersistentFlags()
}

// fromKey sets the flag that a key of the file names: mail_server, mail-server, or server in the section mail.
func fromKey(flags, known *pflag.FlagSet, given map[string]string, key string, v any) error {
	name := strings.NewReplacer("_", "-", ".", "-").Replace(key)
	if known.Lookup(name) == nil || name == "help" {
		return fmt.Errorf("there is no setting %q%s", key, nearest(known, name))
	}
	if before, twice := given[name]; twice {
		return fmt.Errorf("%q and %q are the same setting", before, key)
	}
	given[name] = key
	f := flags.Lookup(name)
	if f == nil || f.Changed {
		return nil
	}
	mark(f, settings.File)
	texts, err := textsOf(v)
	if err != nil {
		return fmt.Errorf("%q: %w", key, err)
	}
	if list, ok := f.Value.(pflag.SliceValue); ok {
		f.Changed = true
		return list.Replace(texts)
	}
	if len(texts) != 1 {
		return fmt.Errorf("%q is one value, not a list", key)
	}
	if err := flags.Set(name, texts[0]); err != nil {
		return fmt.Errorf("%q: %w", key, err)
	}
	return nil
}

// textsOf is a value of a file as flags are written: several for a list.
func textsOf(v any) ([]string, error) {
	switch v := v.(type) {
	case string:
		return []string{v}, nil
	case bool:
		return []string{strconv.FormatBool(v)}, nil
	case int, int64, uint64:
		return []string{fmt.Sprint(v)}, nil
	case float64:
		return []string{strconv.FormatFloat(v, 'f', -1, 64)}, nil
	case []any:
		list := []string{}
		for _, item := range v {
			one, err := textsOf(item)
			if _, nested := item.([]any); nested || err != nil {
				return nil, errors.New("a list holds texts and numbers")
			}
			list = append(list, one...)
		}
		return list, nil
	}
	return nil, fmt.Errorf("it is a text, a number, true, false or a list of texts, not %T", v)
}

// nearest suggests the setting that was likely meant.
func nearest(known *pflag.FlagSet, name string) string {
	best, least := "", 3
	known.VisitAll(func(f *pflag.Flag) {
		if d := levenshtein.Distance(name, f.Name, nil); d < least {
			best, least = f.Name, d
		}
	})
	if best == "" {
		return "; they are those of 'couplet serve --help'"
	}
	return fmt.Sprintf("; did you mean %q?", strings.ReplaceAll(best, "-", "_"))
}
