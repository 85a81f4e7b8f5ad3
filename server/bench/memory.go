package main

import (
	"os"
	"strconv"
	"strings"
)

// memory is what the kernel says of a server, in megabytes: what is in memory now and was at most, and what of it no file
// is behind (zero for several processes).
type memory struct{ resident, peak, own float64 }

// memory reads the server's figures where the system has them (Linux): of one process its resident set; of several the
// sum of what each holds, with pages that they share counted once (PSS). That sum has no recorded peak.
func (s *server) memory() memory {
	pids := family(s.cmd.Process.Pid)
	if len(pids) == 1 {
		status := sizes(pids[0], "status")
		return memory{status["VmRSS:"] / 1024, status["VmHWM:"] / 1024, status["RssAnon:"] / 1024}
	}
	var sum float64
	for _, pid := range pids {
		sum += sizes(pid, "smaps_rollup")["Pss:"] / 1024
	}
	return memory{sum, sum, 0}
}

// family lists a process and all that descend from it.
func family(pid int) []int {
	all := []int{pid}
	p := strconv.Itoa(pid)
	children, _ := os.ReadFile("/proc/" + p + "/task/" + p + "/children")
	for _, child := range strings.Fields(string(children)) {
		if n, err := strconv.Atoi(child); err == nil {
			all = append(all, family(n)...)
		}
	}
	return all
}

// sizes reads the figures in one of a process's files, in kilobytes.
func sizes(pid int, file string) map[string]float64 {
	figures := map[string]float64{}
	data, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/" + file)
	for line := range strings.Lines(string(data)) {
		if f := strings.Fields(line); len(f) == 3 && f[2] == "kB" {
			figures[f[0]], _ = strconv.ParseFloat(f[1], 64)
		}
	}
	return figures
}
