package store

import "runtime/debug"

// Build says which Couplet this executable is: the version of its module, "development" where it has none, and the
// revision of its source, "" where that is not known.
func Build() (version, revision string) {
	version = "development"
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return version, ""
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		version = v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			revision = s.Value[:min(12, len(s.Value))]
		}
	}
	return version, revision
}
