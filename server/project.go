package server

import (
	"bytes"
	"context"
	"fmt"

	"github.com/gofiber/fiber/v3"

	"github.com/couplet/couplet/store/fixture"
	"github.com/couplet/couplet/store/migrate"
	"github.com/couplet/couplet/store/sample"
)

// referenceSecret signs tokens under --test-reset: the key of the Django project that the corpus was recorded from.
const referenceSecret = "drf-conformance-secret-key-0123456789abcdefghijklmnopqrstuvwxyz"

// applySchema brings the database to the project's schema: the sample's, or that of schema.json in the project folder.
func (s *Server) applySchema(ctx context.Context) error {
	if s.config.Sample {
		return s.applySample(ctx)
	}
	p := s.Project()
	if _, err := p.Apply(ctx, migrate.Consent{Hash: s.config.Consent}); err != nil {
		return err
	}
	ahead, err := p.Ahead(ctx)
	if ahead {
		s.config.Log.Warn("the database's schema has gone on since schema.json was applied, and is what counts; " +
			"'couplet schema pull' writes it into the file")
	}
	return err
}

// Project is the project that is served; the sample has no folder.
func (s *Server) Project() Project {
	if s.config.Sample {
		return Project{Store: s.store}
	}
	return Project{Dir: s.config.Project, Store: s.store}
}

func (s *Server) applySample(ctx context.Context) error {
	empty, err := s.store.Empty(ctx)
	if err != nil || !empty {
		return err
	}
	if _, err := s.store.Apply(ctx, "", sample.Schema, migrate.Options{}); err != nil {
		return fmt.Errorf("server: the sample's schema: %w", err)
	}
	return s.loadSample(ctx)
}

// loadSample fills an empty database and media folder with the sample's.
func (s *Server) loadSample(ctx context.Context) error {
	if _, err := fixture.Load(ctx, s.store, bytes.NewReader(sample.Fixtures), fixture.LoadOptions{}); err != nil {
		return fmt.Errorf("server: the sample's records: %w", err)
	}
	return sample.CopyMedia(s.store.Files.Root())
}

// reset puts the sample back to its fixtures: records, files, log-ins and throttle counts.
func (s *Server) reset(c fiber.Ctx) error {
	ctx := c.Context()
	if err := s.store.Wipe(ctx); err != nil {
		return s.api.Error(c, err)
	}
	if err := s.loadSample(ctx); err != nil {
		return s.api.Error(c, err)
	}
	s.api.Auth.Forget()
	s.api.Auth.Throttle.Reset()
	return c.JSON(fiber.Map{"detail": "reset"})
}
