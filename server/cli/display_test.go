package cli

import (
	"net"
	"testing"
)

// What is printed can be opened, also where the server listens everywhere.
func TestDisplay(t *testing.T) {
	for ip, want := range map[string]string{"127.0.0.1": "localhost:80", "::1": "localhost:80", "::": "localhost:80", "0.0.0.0": "localhost:80", "192.0.2.2": "192.0.2.2:80"} {
		if got := display(&net.TCPAddr{IP: net.ParseIP(ip), Port: 80}); got != want {
			t.Errorf("%s is shown as %s, want %s", ip, got, want)
		}
	}
}
