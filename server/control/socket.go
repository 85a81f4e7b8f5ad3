package control

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
)

// The folder in the data folder that belongs to a running server, and what it holds: the socket or, where that cannot
// be there, a file with the path of the one that is elsewhere.
const (
	folderName = "control"
	socketName = "socket"
	pathName   = "path"
)

// socket is a listener whose files go when it is closed.
type socket struct {
	net.Listener
	folders []string
}

// listen makes the socket of a data folder, which the caller has locked: what a server that was killed left there is
// nobody's any more. Paths of sockets may have about 100 bytes, and some mounted folders hold none: then the socket is
// in a private folder among the temporary files.
func listen(data string) (*socket, error) {
	folder := filepath.Join(data, folderName)
	if err := errors.Join(os.RemoveAll(folder), os.Mkdir(folder, 0o700)); err != nil {
		return nil, fmt.Errorf("control: %w", err)
	}
	if ln, err := listenIn(folder); err == nil {
		return &socket{ln, []string{folder}}, nil
	}
	elsewhere, err := os.MkdirTemp("", "couplet-") // for this user alone
	if err != nil {
		return nil, fmt.Errorf("control: %w", err)
	}
	s := &socket{folders: []string{folder, elsewhere}}
	if s.Listener, err = listenIn(elsewhere); err == nil {
		err = os.WriteFile(filepath.Join(folder, pathName), []byte(filepath.Join(elsewhere, socketName)), 0o600)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("control: %w", err), s.Close())
	}
	return s, nil
}

func listenIn(folder string) (net.Listener, error) {
	path := filepath.Join(folder, socketName)
	ln, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(err, ln.Close())
	}
	return ln, nil
}

// Close implements net.Listener.
func (s *socket) Close() error {
	var err error
	if s.Listener != nil {
		err = s.Listener.Close()
	}
	for _, folder := range s.folders {
		err = errors.Join(err, os.RemoveAll(folder))
	}
	return err
}

// dial connects to the server of a data folder. An error means that none answers there.
func dial(ctx context.Context, data string) (net.Conn, error) {
	path := filepath.Join(data, folderName, socketName)
	if elsewhere, err := os.ReadFile(filepath.Join(data, folderName, pathName)); err == nil {
		path = string(elsewhere)
	}
	return new(net.Dialer).DialContext(ctx, "unix", path)
}

// Served reports whether a server has, or was killed while it had, a data folder open.
func Served(data string) bool {
	_, err := os.Stat(filepath.Join(data, folderName))
	return err == nil
}
