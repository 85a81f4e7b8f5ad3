package server

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// certificateEvery is how often the files of the certificate are looked at.
const certificateEvery = 10 * time.Second

// certificate is the server's own, read again when its files change, as when they are renewed.
type certificate struct {
	cert, key string
	log       *slog.Logger
	mu        sync.Mutex
	loaded    *tls.Certificate
	stamp     string // of the files that were loaded
	looked    time.Time
}

// newCertificate reads a certificate and its key from PEM files.
func newCertificate(cert, key string, log *slog.Logger) (*certificate, error) {
	c := &certificate{cert: cert, key: key, log: log, looked: time.Now()}
	return c, c.load()
}

func (c *certificate) load() error {
	stamp := stampOf(c.cert) + stampOf(c.key)
	loaded, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err != nil {
		return fmt.Errorf("server: the TLS certificate in %s with the key in %s cannot be used: %w", c.cert, c.key, err)
	}
	c.loaded, c.stamp = &loaded, stamp
	return nil
}

func stampOf(path string) string {
	st, err := os.Stat(path)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprint(st.Size(), st.ModTime().UnixNano(), " ")
}

// get is tls.Config.GetCertificate.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := time.Now(); now.Sub(c.looked) > certificateEvery {
		c.renew(now)
	}
	return c.loaded, nil
}

// renew reads the files again if they have changed. One that cannot be used leaves the old one in place.
func (c *certificate) renew(now time.Time) {
	c.looked = now
	if stampOf(c.cert)+stampOf(c.key) == c.stamp {
		return
	}
	if err := c.load(); err != nil {
		c.log.Error("the certificate of before stays in use", "error", err)
		return
	}
	c.log.Info("a new TLS certificate is in use", "until", c.loaded.Leaf.NotAfter)
}

// config speaks HTTP/1.1 over TLS 1.2 or newer.
func (c *certificate) config() *tls.Config {
	return &tls.Config{GetCertificate: c.get, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}
}

// Reload reads the TLS certificate again at once, if there is one and its files have changed.
func (s *Server) Reload() {
	if c := s.certificate; c != nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.renew(time.Now())
	}
}
