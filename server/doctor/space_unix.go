//go:build !windows

package doctor

import "golang.org/x/sys/unix"

// FreeSpace is how many bytes may still be written below a folder.
func FreeSpace(dir string) (uint64, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return 0, err
	}
	return st.Bavail * uint64(st.Bsize), nil //nolint:unconvert // the types differ between systems
}
