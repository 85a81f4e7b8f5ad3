package webhooks

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"syscall"
)

// errPrivate says that a webhook leads to a place that only this machine or its network should reach.
var errPrivate = errors.New("is not a public address; couplet serve --webhook-private allows it")

// reserved are the networks that no webhook may lead to: RFC 6890 and what came after.
var reserved = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
	"192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
	"::/96", "::ffff:0:0:0/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
)

func prefixes(texts ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(texts))
	for i, t := range texts {
		out[i] = netip.MustParsePrefix(t)
	}
	return out
}

// embedding are the networks whose addresses stand for IPv4 ones, and where in them these are.
var embedding = map[netip.Prefix]int{
	netip.MustParsePrefix("64:ff9b::/96"): 12, // NAT64
	netip.MustParsePrefix("2002::/16"):    2,  // 6to4
}

// public reports whether an address is one of the Internet.
func public(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	for p, at := range embedding {
		if p.Contains(a) {
			b := a.As16()
			return public(netip.AddrFrom4([4]byte(b[at : at+4])))
		}
	}
	for _, p := range reserved {
		if p.Contains(a) {
			return false
		}
	}
	return a.IsValid()
}

// refusePrivate refuses a connection, after the name was resolved and before anything is sent.
func refusePrivate(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	if !public(at.Addr()) {
		return fmt.Errorf("%s %w", at.Addr(), errPrivate)
	}
	return nil
}

// CheckURL says what is wrong with a webhook's address, as far as it shows without asking for it.
func (s *Service) CheckURL(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "":
		return errors.New("this is not an address like https://example.com/hook")
	case u.User != nil:
		return errors.New("an address must not hold a password: the receiver checks the signature")
	case u.Fragment != "":
		return errors.New("an address must not have a fragment")
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil && !s.config.Private && !public(ip) {
		return fmt.Errorf("%s %w", ip, errPrivate)
	}
	return nil
}
