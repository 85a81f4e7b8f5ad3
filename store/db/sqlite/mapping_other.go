//go:build !linux && !darwin

package sqlite

// registerVFS returns the name of the VFS of readers; "" for SQLite's own.
func registerVFS() string { return "" }
