package main

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/gofiber/fiber/v3"
)

// bare is the HTTP framework that Couplet stands on, and nothing else: it gives Couplet's own answers back, byte for
// byte, to the same requests. What Couplet costs beside it is all that Couplet does with a request.
type bare struct {
	djangoWire
	file, addr string
}

func newBare(dir string) *bare {
	return &bare{file: filepath.Join(dir, "answers.json"), addr: freeAddress()}
}

func (p *bare) name() string { return bareName }
func (p *bare) base() string { return "http://" + p.addr }

const bareName = "fiber"

// answers are what the bare server gives back.
type answers struct{ Login, IDs, List, Record []byte }

// learn takes the answers from Couplet, which is running.
func (p *bare) learn(c *client) error {
	var a answers
	ids, _, _ := p.ids()
	list, _ := p.scenario("list")
	record, _ := p.scenario("record")
	for into, r := range map[*[]byte]request{&a.Login: p.login(), &a.IDs: ids, &a.List: list.request, &a.Record: record.request} {
		body, err := c.call(r)
		if err != nil {
			return err
		}
		*into = body
	}
	data, err := json.Marshal(a)
	if err != nil {
		return err
	}
	return os.WriteFile(p.file, data, 0o600)
}

func (p *bare) start(ctx context.Context) (*server, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return startProcess(ctx, exec.CommandContext(ctx, exe, "-bare", p.addr, p.file), p.base()+"/readyz", p.file+".log")
}

func (p *bare) setup(*client) error { return nil }

// scenario is one of those that say what serving from memory costs.
func (p *bare) scenario(name string) (scenario, bool) {
	if name != "record" && name != "record-auth" && name != "list" && name != "list-auth" {
		return scenario{}, false
	}
	return p.djangoWire.scenario(name)
}

// serveBare is the process of a bare server.
func serveBare(addr, file string) error {
	data, err := os.ReadFile(filepath.Clean(file))
	if err != nil {
		return err
	}
	var a answers
	if err := json.Unmarshal(data, &a); err != nil {
		return err
	}
	app := fiber.New()
	give := func(body []byte) fiber.Handler {
		return func(c fiber.Ctx) error {
			c.Set("Content-Type", "application/json")
			return c.Send(body)
		}
	}
	app.Get("/readyz", give(nil))
	app.Post("/api/token/", give(a.Login))
	ids, list := give(a.IDs), give(a.List)
	app.Get("/api/articles/", func(c fiber.Ctx) error {
		if len(c.Request().URI().QueryString()) > 0 {
			return ids(c)
		}
		return list(c)
	})
	app.Get("/api/articles/:id/", give(a.Record))
	return app.Listen(addr, fiber.ListenConfig{DisableStartupMessage: true})
}
