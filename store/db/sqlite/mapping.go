//go:build linux || darwin

package sqlite

import (
	"os"
	"sync"
	"syscall"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// All readers of a database see its file through one mapping. SQLite maps it once for each connection, so that the same
// pages count for the process as often as there are readers: several times the memory that they take, in every limit that
// a container or a service has. So readers open files by a VFS of our own. It is SQLite's "unix" but for where a page is
// mapped (xFetch, xUnfetch), and for what would move or end a mapping that others use (xFileControl, xClose).

// sharedVFS is the name of the VFS.
const sharedVFS = "couplet"

// mapping is one file in memory, for as long as a connection has it open.
type mapping struct {
	data  []byte
	users int
}

// fileID is what a file is, whatever it is called.
type fileID struct{ dev, ino uint64 }

var mappings = struct {
	sync.Mutex
	of    map[fileID]*mapping
	files map[uintptr]fileID // open files of SQLite's, by address
}{of: map[fileID]*mapping{}, files: map[uintptr]fileID{}}

var (
	registering sync.Once
	unixVFS     uintptr // SQLite's own
	unixMethods uintptr // of a file that it opens
	ourMethods  uintptr
)

// registerVFS makes the VFS known to SQLite, once, and returns its name.
func registerVFS() string {
	registering.Do(func() {
		tls := libc.NewTLS()
		defer tls.Close()
		name := libc.Xmalloc(tls, lib.Tsize_t(len(sharedVFS)+1))
		copy(unsafe.Slice((*byte)(at(name)), len(sharedVFS)+1), sharedVFS+"\x00")
		unixVFS = lib.Xsqlite3_vfs_find(tls, 0)
		vfs := libc.Xmalloc(tls, lib.Tsize_t(unsafe.Sizeof(lib.Tsqlite3_vfs{})))
		*(*lib.Tsqlite3_vfs)(at(vfs)) = *(*lib.Tsqlite3_vfs)(at(unixVFS))
		v := (*lib.Tsqlite3_vfs)(at(vfs))
		v.FpNext, v.FzName = 0, name
		v.FxOpen = *(*uintptr)(unsafe.Pointer(&struct {
			f func(*libc.TLS, uintptr, uintptr, uintptr, int32, uintptr) int32
		}{openShared}))
		lib.Xsqlite3_vfs_register(tls, vfs, 0)
	})
	return sharedVFS
}

// at is the memory at an address that SQLite gave.
func at(address uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&address)) }

// openShared is xOpen: a database's file gets our methods.
func openShared(tls *libc.TLS, _, name, file uintptr, flags int32, out uintptr) int32 {
	open := (*lib.Tsqlite3_vfs)(at(unixVFS)).FxOpen
	rc := (*(*func(*libc.TLS, uintptr, uintptr, uintptr, int32, uintptr) int32)(unsafe.Pointer(&open)))(tls, unixVFS, name, file, flags, out)
	if rc != lib.SQLITE_OK || flags&lib.SQLITE_OPEN_MAIN_DB == 0 {
		return rc
	}
	mappings.Lock()
	defer mappings.Unlock()
	f := (*lib.TunixFile)(at(file))
	if ourMethods == 0 {
		unixMethods = f.FpMethod
		ourMethods = libc.Xmalloc(tls, lib.Tsize_t(unsafe.Sizeof(lib.Tsqlite3_io_methods{})))
		m := (*lib.Tsqlite3_io_methods)(at(ourMethods))
		*m = *(*lib.Tsqlite3_io_methods)(at(unixMethods))
		m.FxFetch = *(*uintptr)(unsafe.Pointer(&struct {
			f func(*libc.TLS, uintptr, int64, int32, uintptr) int32
		}{fetchShared}))
		m.FxUnfetch = *(*uintptr)(unsafe.Pointer(&struct {
			f func(*libc.TLS, uintptr, int64, uintptr) int32
		}{unfetchShared}))
		m.FxFileControl = *(*uintptr)(unsafe.Pointer(&struct {
			f func(*libc.TLS, uintptr, int32, uintptr) int32
		}{controlShared}))
		m.FxClose = *(*uintptr)(unsafe.Pointer(&struct {
			f func(*libc.TLS, uintptr) int32
		}{closeShared}))
	}
	if f.FpMethod == unixMethods { // of another kind are files without locks, or on file systems without POSIX ones
		f.FpMethod = ourMethods
	}
	return rc
}

// fetchShared is xFetch: where a page is in memory, or nothing, so that SQLite reads it.
func fetchShared(_ *libc.TLS, file uintptr, offset int64, amount int32, page uintptr) int32 {
	const overread = 256 // SQLite may read a little further in a damaged file
	f := (*lib.TunixFile)(at(file))
	*(*uintptr)(at(page)) = 0
	if f.FmmapSizeMax <= 0 {
		return lib.SQLITE_OK
	}
	if f.FpMapRegion == 0 {
		share(file, f)
	}
	if f.FmmapSize >= offset+int64(amount)+overread {
		*(*uintptr)(at(page)) = f.FpMapRegion + uintptr(offset)
		f.FnFetchOut++
	}
	return lib.SQLITE_OK
}

// unfetchShared is xUnfetch: gives a page back, or, without one, looks anew how long the file is with the next page.
func unfetchShared(_ *libc.TLS, file uintptr, _ int64, page uintptr) int32 {
	f := (*lib.TunixFile)(at(file))
	if page != 0 {
		f.FnFetchOut--
	} else {
		f.FpMapRegion, f.FmmapSize, f.FmmapSizeActual = 0, 0, 0
	}
	return lib.SQLITE_OK
}

// controlShared is xFileControl. Where SQLite would map the file itself, or move what it has mapped, it is made to believe
// that nothing is: the checkpoint that the last connection makes when it closes tells how large the file will be.
func controlShared(tls *libc.TLS, file uintptr, op int32, arg uintptr) int32 {
	f := (*lib.TunixFile)(at(file))
	limit := f.FmmapSizeMax
	switch {
	case op == lib.SQLITE_FCNTL_SIZE_HINT:
		f.FmmapSizeMax = 0
		defer func() { f.FmmapSizeMax = limit }()
	case op == lib.SQLITE_FCNTL_MMAP_SIZE && f.FnFetchOut == 0:
		f.FpMapRegion, f.FmmapSize, f.FmmapSizeActual = 0, 0, 0
	}
	control := (*lib.Tsqlite3_io_methods)(at(unixMethods)).FxFileControl
	return (*(*func(*libc.TLS, uintptr, int32, uintptr) int32)(unsafe.Pointer(&control)))(tls, file, op, arg)
}

// closeShared is xClose. The mapping goes with the last that uses it.
func closeShared(tls *libc.TLS, file uintptr) int32 {
	f := (*lib.TunixFile)(at(file))
	f.FpMapRegion, f.FmmapSize, f.FmmapSizeActual = 0, 0, 0
	unshare(file)
	closing := (*lib.Tsqlite3_io_methods)(at(unixMethods)).FxClose
	return (*(*func(*libc.TLS, uintptr) int32)(unsafe.Pointer(&closing)))(tls, file)
}

// share gives a file its mapping. Where that fails, pages are read.
func share(file uintptr, f *lib.TunixFile) {
	var st syscall.Stat_t
	if syscall.Fstat(int(f.Fh), &st) != nil {
		return
	}
	id := fileID{uint64(st.Dev), st.Ino} //nolint:unconvert // of another type on other systems
	mappings.Lock()
	defer mappings.Unlock()
	m := mappings.of[id]
	if m == nil {
		data, err := syscall.Mmap(int(f.Fh), 0, mappingSize, syscall.PROT_READ, syscall.MAP_SHARED)
		if err != nil {
			f.FmmapSizeMax = 0
			return
		}
		m = &mapping{data: data}
		mappings.of[id] = m
	}
	if _, known := mappings.files[file]; !known {
		mappings.files[file] = id
		m.users++
	}
	pages := int64(os.Getpagesize())
	f.FpMapRegion = uintptr(unsafe.Pointer(unsafe.SliceData(m.data)))
	f.FmmapSize = min(st.Size, mappingSize) / pages * pages
	f.FmmapSizeActual = f.FmmapSize
}

func unshare(file uintptr) {
	mappings.Lock()
	defer mappings.Unlock()
	id, known := mappings.files[file]
	if !known {
		return
	}
	delete(mappings.files, file)
	m := mappings.of[id]
	if m.users--; m.users == 0 {
		delete(mappings.of, id)
		_ = syscall.Munmap(m.data) // it is one that Mmap gave
	}
}
