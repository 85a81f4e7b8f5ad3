package server

import (
	"github.com/gofiber/fiber/v3"

	"github.com/couplet/couplet/server/admin"
)

// routes mounts every address that the server answers, in one place.
func (s *Server) routes() {
	app, a := s.app, s.api
	app.Use(s.frame)
	app.Get("/healthz", s.health)
	app.Get("/readyz", s.readiness)
	app.Get("/metrics", s.showMetrics)
	app.Use(s.cors)

	a.MountLive(app, s.live.Serve)
	a.Mount(app) // accounts, tokens, documents, the system API, then the project's resources
	app.Get("/media/*", a.Media)
	app.Head("/media/*", a.Media)
	if s.config.TestReset {
		app.Post("/__reset__/", s.reset)
	}
	home := "/api/"
	if s.admin != nil {
		home = admin.Prefix
		app.Get("/admin/*", s.admin.Serve)
		app.Head("/admin/*", s.admin.Serve)
		app.Get("/admin", func(c fiber.Ctx) error { return c.Redirect().Status(308).To(home) })
	}
	app.Get("/", func(c fiber.Ctx) error { return c.Redirect().Status(302).To(home) })
	app.Use(a.NotFound)
}

// health says that the process answers.
func (s *Server) health(c fiber.Ctx) error { return c.JSON(fiber.Map{"status": "ok"}) }

// readiness says that the database answers, too, and that the server is not about to stop.
func (s *Server) readiness(c fiber.Ctx) error {
	if s.stopping.Load() {
		return c.Status(503).JSON(fiber.Map{"status": "stopping"})
	}
	if err := s.store.Ping(c.Context()); err != nil {
		s.config.Log.ErrorContext(c.Context(), "not ready", "error", err)
		return c.Status(503).JSON(fiber.Map{"status": "unavailable"})
	}
	return c.JSON(fiber.Map{"status": "ok"})
}
