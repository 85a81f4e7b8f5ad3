package cli

import (
	"fmt"
	"net"
	"os"
	"strconv"

	"github.com/couplet/couplet/server"
)

// checkServe looks at the flags of serve before anything is opened: a wrong one must not wait for the request that
// stumbles over it.
func checkServe(c server.Config, addr string) error {
	if err := checkAddress(addr); err != nil {
		return err
	}
	if c.TestReset && !loopback(addr) {
		return fmt.Errorf("%w: --test-reset works on a loopback address only, and --addr is %s", errUsage, addr)
	}
	if info, err := os.Stat(c.Project); !c.Sample && c.Project != "" && (err != nil || !info.IsDir()) {
		return fmt.Errorf("%w: there is no folder %s; give the project's with --project", errUsage, c.Project)
	}
	if c.PublicURL != "" && !server.IsURL(c.PublicURL, true) {
		return fmt.Errorf("%w: --public-url is written as https://example.com, not %q", errUsage, c.PublicURL)
	}
	for _, o := range c.Auth.TrustedOrigins {
		if !server.IsURL(o, false) {
			return fmt.Errorf("%w: --trusted-origins are written as https://app.example.com, not %q", errUsage, o)
		}
	}
	for _, p := range c.TrustedProxies {
		if _, _, err := net.ParseCIDR(p); err != nil && net.ParseIP(p) == nil {
			return fmt.Errorf("%w: --trusted-proxies are addresses or networks, such as 10.0.0.7 or 10.0.0.0/8, not %q", errUsage, p)
		}
	}
	if c.MaxUpload < 1 {
		return fmt.Errorf("%w: --max-upload is a number of bytes, not %d", errUsage, c.MaxUpload)
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return fmt.Errorf("%w: --tls-cert and --tls-key go together", errUsage)
	}
	if c.MaxConnections < 0 {
		return fmt.Errorf("%w: --max-connections-per-address is a number of connections, or 0 for no bound, not %d", errUsage, c.MaxConnections)
	}
	if c.HistoryDays < 0 || c.HistoryDays > server.MaxHistoryDays {
		return fmt.Errorf("%w: --history-days is a number of days up to %d, not %d", errUsage, server.MaxHistoryDays, c.HistoryDays)
	}
	if c.HistorySize < 0 {
		return fmt.Errorf("%w: --history-size is a number of bytes, not %d", errUsage, c.HistorySize)
	}
	if c.LivePerUser < 0 || c.LivePerAddress < 0 {
		return fmt.Errorf("%w: --live-per-user and --live-per-address are numbers of connections, 0 for no limit", errUsage)
	}
	if c.CacheSize < 0 {
		return fmt.Errorf("%w: --cache-size is a number of bytes, or 0 to keep no answers, not %d", errUsage, c.CacheSize)
	}
	return checkAlgorithm("--token-algorithm", c.Auth.Algorithm)
}

func checkAlgorithm(flag, name string) error {
	if name != "ES256" && name != "EdDSA" {
		return fmt.Errorf("%w: %s is ES256 or EdDSA, not %q", errUsage, flag, name)
	}
	return nil
}

func checkAddress(addr string) error {
	_, port, err := net.SplitHostPort(addr)
	if n, bad := strconv.Atoi(port); err != nil || bad != nil || n < 0 || n > 65535 {
		return fmt.Errorf("%w: --addr is written as 127.0.0.1:8090, or :8090 for all addresses of this machine, not %q", errUsage, addr)
	}
	return nil
}

func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
