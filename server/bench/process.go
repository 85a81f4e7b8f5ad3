package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// server is a running product.
type server struct {
	cmd   *exec.Cmd
	log   *os.File
	ready time.Duration // from exec to the first 200
}

// startProcess starts a command and waits until health answers 200. The end of ctx ends it as stop does, so that a server
// of several processes leaves none behind.
func startProcess(ctx context.Context, cmd *exec.Cmd, health, log string) (*server, error) {
	if res, err := http.Get(health); err == nil {
		res.Body.Close()
		return nil, fmt.Errorf("something answers at %s already", health)
	}
	f, err := os.OpenFile(log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	cmd.Stdout, cmd.Stderr = f, f
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	s := &server{cmd: cmd, log: f}
	client := &http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for time.Since(start) < 30*time.Second && ctx.Err() == nil {
		res, err := client.Get(health)
		if err != nil {
			time.Sleep(time.Millisecond)
			continue
		}
		res.Body.Close()
		if res.StatusCode == http.StatusOK {
			s.ready = time.Since(start)
			return s, nil
		}
	}
	text, _ := os.ReadFile(log)
	return nil, errors.Join(fmt.Errorf("%s does not answer at %s; its log ends: %s", cmd.Path, health, tail(text)), s.stop())
}

// freeAddress is one on loopback that nobody listens at. Its port is below those that the load's own connections get,
// or one of them might hold it when the server starts again.
func freeAddress() string {
	var address string
	for range 100 {
		address = fmt.Sprintf("127.0.0.1:%d", 20_000+rand.IntN(10_000))
		if l, err := net.Listen("tcp", address); err == nil {
			_ = l.Close()
			break
		}
	}
	return address
}

func tail(b []byte) string { return string(b[max(0, len(b)-2000):]) }

func (s *server) stop() error {
	defer s.log.Close()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	err := s.cmd.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) && !exit.Exited() {
		return nil // ended by the signal
	}
	return err
}

// machine names the cores, and their make where the system says it.
func machine() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	_, after, _ := strings.Cut(string(text), "model name")
	line, _, _ := strings.Cut(after, "\n")
	return strings.TrimSpace(fmt.Sprintf("%d cores %s", runtime.NumCPU(), strings.TrimLeft(line, "\t :")))
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
