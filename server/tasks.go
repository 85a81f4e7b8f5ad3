package server

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/couplet/couplet/server/jobs"
	"github.com/couplet/couplet/store/backup"
	"github.com/couplet/couplet/store/schema"
)

// tasks are what a schedule may name (schema.TaskNames).
func (s *Server) tasks() map[string]jobs.Task {
	all := map[string]jobs.Task{
		"backup": s.backUp, "integrity": s.checkIntegrity, "retention": s.shortenLog, "tokens": s.cleanTokens, "webhooks": s.cleanDeliveries,
	}
	maps.Copy(all, s.config.Tasks)
	return all
}

// backUp takes a backup into the data folder's folder of them, and deletes all but the newest that the job keeps.
func (s *Server) backUp(ctx context.Context, j *schema.Job, watch jobs.Watch) (string, error) {
	folder := backup.FolderOf(s.store.Dir())
	made, err := folder.Make(ctx, s.store, backup.Watch(watch))
	if err != nil {
		return "", err
	}
	s.api.TellBackup(made)
	gone, err := folder.Prune(j.Keep, made.Name)
	if err != nil {
		return "", fmt.Errorf("%s is made, but older ones could not be deleted: %w", made.Name, err)
	}
	return fmt.Sprintf("%s, %d bytes; %d older deleted.", made.Name, made.Size, len(gone)), nil
}

// checkIntegrity has the engine look over what it stores.
func (s *Server) checkIntegrity(ctx context.Context, _ *schema.Job, _ jobs.Watch) (string, error) {
	wrong, err := s.store.Engine().Check(ctx)
	if err != nil {
		return "", err
	}
	if len(wrong) > 0 {
		return "", errors.New("the database is damaged: " + strings.Join(wrong, "; ") + ". See couplet doctor")
	}
	return "Nothing is wrong.", nil
}

// shortenLog deletes what has left the bounds of the change log.
func (s *Server) shortenLog(ctx context.Context, _ *schema.Job, _ jobs.Watch) (string, error) {
	n, err := s.log.prune(ctx)
	return fmt.Sprintf("%d changes left the log.", n), err
}

// cleanTokens deletes log-ins and tokens that have expired.
func (s *Server) cleanTokens(ctx context.Context, _ *schema.Job, _ jobs.Watch) (string, error) {
	n, err := s.api.Auth.Maintain(ctx)
	return fmt.Sprintf("%d expired log-ins and tokens deleted.", n), err
}

// cleanDeliveries deletes what has left the bounds of the delivery log.
func (s *Server) cleanDeliveries(ctx context.Context, _ *schema.Job, _ jobs.Watch) (string, error) {
	n, err := s.webhooks.Clean(ctx)
	return fmt.Sprintf("%d deliveries left the log.", n), err
}
