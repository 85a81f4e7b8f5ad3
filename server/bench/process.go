package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strconv"
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

// memory is what the kernel says of a process, in megabytes.
type memory struct{ resident, peak float64 }

// startProcess starts a command and waits until health answers 200.
func startProcess(ctx context.Context, health, log, name string, args ...string) (*server, error) {
	if res, err := http.Get(health); err == nil {
		res.Body.Close()
		return nil, fmt.Errorf("something answers at %s already", health)
	}
	f, err := os.OpenFile(log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stdout, cmd.Stderr = f, f
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
	return nil, errors.Join(fmt.Errorf("%s does not answer at %s; its log ends: %s", name, health, tail(text)), s.stop())
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

// memory reads the process's figures where the system has them (Linux).
func (s *server) memory() memory {
	var m memory
	data, err := os.ReadFile("/proc/" + strconv.Itoa(s.cmd.Process.Pid) + "/status")
	if err != nil {
		return m
	}
	for line := range strings.Lines(string(data)) {
		f := strings.Fields(line)
		if len(f) < 2 {
			continue
		}
		kB, _ := strconv.ParseFloat(f[1], 64)
		switch f[0] {
		case "VmRSS:":
			m.resident = kB / 1024
		case "VmHWM:":
			m.peak = kB / 1024
		}
	}
	return m
}

func cores() string { return fmt.Sprintf("%d cores", runtime.NumCPU()) }

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
