package server_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/cli"
)

// How the crash test is run: how many rounds, and the executable to kill (without one: this test binary as a couplet).
const (
	crashRounds     = "COUPLET_CRASH_ROUNDS"
	crashExecutable = "COUPLET_CRASH_EXECUTABLE"
	asCommand       = "COUPLET_TEST_COMMAND"
)

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		os.Exit(cli.Main(os.Args[1:], nil))
	}
	os.Exit(m.Run())
}

// Schema changes give the orders a field more, and take it away.
const crashSchema = `{
  "settings": {"pagination": {"style": "page_number", "page_size": 5000, "max_page_size": 5000}},
  "collections": {
    "orders": {"fields": {
      "id": {"id": "f_id", "type": "uuid", "primary_key": true, "auto": false},
      "note": {"id": "f_note", "type": "char", "max_length": 40, "blank": true},
      "paper": {"id": "f_paper", "type": "file", "upload_to": "papers", "blank": true}
    }},
    "lines": {"fields": {"order": {"type": "foreign_key", "to": "orders", "on_delete": "cascade", "related_name": "lines"}}}
  },
  "resources": {"orders": {}},
  "roles": {"anyone": {"orders": {"view": true}}}
}`

// roundsPerFolder is how many rounds go on with one data folder: each looks at all that was ever written there.
const roundsPerFolder = 20

// TestCrash kills a serving process again and again while it writes. After each restart every acknowledged write is
// there, every other one wholly or not at all, with its rows in the log; files and records are in step; the doctor
// finds no error; and a live client goes on from its cursor with nothing lost and nothing twice.
func TestCrash(t *testing.T) {
	rounds := 3
	if text := os.Getenv(crashRounds); text != "" {
		var err error
		if rounds, err = strconv.Atoi(text); err != nil {
			t.Fatalf("%s: %v", crashRounds, err)
		}
	}
	for first := 0; first < rounds && !t.Failed(); first += roundsPerFolder {
		t.Run(fmt.Sprintf("from round %d", first), func(t *testing.T) {
			newCrash(t, first).run(min(roundsPerFolder, rounds-first))
		})
	}
}

// crash is a project whose server is killed.
type crash struct {
	*project
	root   *account
	random *rand.Rand
	served *exec.Cmd
	heard  chan struct{} // closed when the server has said its last
	ledger
	reader crashReader
}

func newCrash(t *testing.T, seed int) *crash {
	p := startProject(t, crashSchema)
	root, _ := p.user(auth.NewUser{Username: "root", Superuser: true})
	p.stop()
	c := &crash{project: p, root: root, random: rand.New(rand.NewPCG(uint64(seed), 1)), ledger: newLedger()}
	c.known["schema"] = "plain"
	return c
}

func (c *crash) run(rounds int) {
	for round := range rounds {
		c.serve()
		c.check()
		c.writeAndKill(20+c.random.IntN(60), round%3 == 1)
		if c.t.Failed() {
			return
		}
	}
	c.serve()
	c.check()
	c.kill()
}

// command is the couplet to run.
func (c *crash) command(args ...string) *exec.Cmd {
	c.t.Helper()
	path := os.Getenv(crashExecutable)
	if path == "" {
		var err error
		if path, err = os.Executable(); err != nil {
			c.t.Fatal(err)
		}
	}
	cmd := exec.Command(path, append(args, "--data", c.config.Data, "--project", c.config.Project)...)
	cmd.Env = append(os.Environ(), asCommand+"=1", "COUPLET_DATABASE="+c.config.Database)
	return cmd
}

var servesAt = regexp.MustCompile(`couplet serves (http://\S+)/`)

// serve starts the server and waits until it says where it is.
func (c *crash) serve() {
	c.t.Helper()
	c.served = c.command("serve", "--addr", "127.0.0.1:0", "--open=false")
	errs, err := c.served.StderrPipe()
	if err == nil {
		err = c.served.Start()
	}
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { _ = c.served.Process.Kill() })
	lines, said := bufio.NewReader(errs), ""
	for {
		line, err := lines.ReadString('\n')
		said += line
		if err != nil {
			c.t.Fatalf("the server does not start again:\n%s", said)
		}
		if m := servesAt.FindStringSubmatch(line); m != nil {
			c.root.base, c.root.client = m[1], &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 10}}
			break
		}
	}
	c.heard = make(chan struct{})
	go c.listen(lines, c.heard)
}

// listen tells what the server reports as an error.
func (c *crash) listen(lines *bufio.Reader, heard chan<- struct{}) {
	defer close(heard)
	for {
		line, err := lines.ReadString('\n')
		if strings.Contains(line, "level=ERROR") && !strings.Contains(line, "status=503") {
			c.t.Log("the server:", strings.TrimSpace(line))
		}
		if err != nil {
			return
		}
	}
}

// kill ends the server with SIGKILL.
func (c *crash) kill() {
	if err := c.served.Process.Kill(); err != nil {
		c.t.Error(err)
	}
	<-c.heard
	_ = c.served.Wait()
	c.root.client.CloseIdleConnections()
}

// writeAndKill lets every writer write, beside a live client, and kills the server when so many writes are acknowledged.
func (c *crash) writeAndKill(enough int, schema bool) {
	var all sync.WaitGroup
	kill := sync.OnceFunc(c.kill)
	writers := []func() *deed{c.orders(), c.batches(), c.imports(), c.uploads()}
	if schema {
		writers = append(writers, c.schemas())
		c.reader.mayReset = true
	}
	all.Go(func() { c.reader.follow(c.t, c.root, "") })
	for _, next := range writers {
		all.Go(func() {
			for d := next(); d != nil && c.do(d); d = next() {
				if c.acknowledged() >= enough {
					kill()
				}
			}
		})
	}
	all.Wait()
	kill()
	c.count = 0
}

// do sends a write. It reports false once the server is gone; what was sent then may be stored or not.
func (c *crash) do(d *deed) bool {
	c.begin(d)
	status, text, err := c.send(d.method, d.path, d.kind, d.body)
	switch {
	case err != nil:
		return false
	case status < 300:
		c.done(d)
	case status == http.StatusServiceUnavailable: // the schema changed meanwhile
		c.refused(d)
	default:
		c.refused(d)
		c.t.Errorf("%s %s: %d %.500s", d.method, d.path, status, text)
		return false
	}
	return true
}

// send returns an error where no whole answer came.
func (c *crash) send(method, path, kind, body string) (status int, text string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*liveTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, c.root.base+path, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	for k, v := range c.root.header {
		req.Header.Set(k, v)
	}
	req.Header.Set("Content-Type", kind)
	res, err := c.root.client.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return res.StatusCode, string(b), err
}
