package api

import (
	"context"
	"errors"
	"mime"
	"net/http"
	"time"

	"github.com/couplet/couplet/server/openapi"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store/backup"
)

// backupTime bounds a backup. It goes on when whoever asked for it has gone.
const backupTime = 2 * time.Hour

// backupRequest asks for a backup. Keep deletes all but the newest so many when it is there; 0 deletes none.
type backupRequest struct {
	Keep int `json:"keep" openapi:"optional"`
}

// madeBackup is a new backup, with the names of those that were deleted for it.
type madeBackup struct {
	backup.Info
	Deleted []string `json:"deleted"`
}

func (a *API) backupOperations() []operation {
	op := func(method, path, summary string, handle func(*Call) (any, error)) operation {
		return super(operation{Operation: openapi.Operation{Method: method, Path: systemPrefix + path, Summary: summary}, handle: handle})
	}
	list := op(http.MethodGet, "backups/", "The backups, the newest first", (*Call).listBackups)
	list.Response = []backup.Info{}
	makes := op(http.MethodPost, "backups/", "Take a backup of database and files", (*Call).makeBackup)
	makes.Request, makes.Response, makes.Status = backupRequest{}, madeBackup{}, http.StatusCreated
	makes.Errors = append(makes.Errors, http.StatusBadRequest, http.StatusServiceUnavailable)
	file := op(http.MethodGet, "backups/{name}/", "Download a backup", (*Call).downloadBackup)
	file.Produces, file.files = "application/gzip", true
	file.Response = openapi.Binary()
	file.Errors = append(file.Errors, http.StatusNotFound)
	gone := op(http.MethodDelete, "backups/{name}/", "Delete a backup", (*Call).deleteBackup)
	gone.Errors = append(gone.Errors, http.StatusNotFound)
	return []operation{list, makes, file, gone}
}

func (a *API) backups() backup.Folder { return backup.FolderOf(a.Store.Dir()) }

func (c *Call) listBackups() (any, error) { return c.API.backups().List() }

// makeBackup takes a backup, one at a time.
func (c *Call) makeBackup() (any, error) {
	var in backupRequest
	if c.fiber.Request().Header.ContentLength() != 0 {
		if err := c.decode(&in); err != nil {
			return nil, err
		}
	}
	if in.Keep < 0 {
		return nil, rest.Validation(rest.FieldError("keep", "Ensure this value is greater than or equal to 0.", "min_value"))
	}
	release, err := take(c.API.files.backups)
	if err != nil {
		return nil, err
	}
	defer release()
	r, err := c.newRun(runBackup, "")
	if err != nil {
		return nil, err
	}
	r.super = true
	return r.work(backupTime, func(ctx context.Context) (*Answer, error) {
		info, err := c.API.backups().Make(ctx, c.API.Store, r.count)
		if err != nil {
			return nil, err
		}
		c.API.TellBackup(info)
		deleted, err := c.API.backups().Prune(in.Keep, info.Name)
		return c.answer(http.StatusCreated, madeBackup{info, append([]string{}, deleted...)}, err)
	})
}

func (c *Call) downloadBackup() (any, error) {
	name := c.fiber.Params("name")
	f, err := c.API.backups().Open(name)
	if err != nil {
		return nil, noBackup(err)
	}
	st, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return c.fileAnswer(&headOnly{header: http.Header{
		"Content-Type":        {"application/gzip"},
		"Content-Disposition": {mime.FormatMediaType("attachment", map[string]string{"filename": name})},
		"Cache-Control":       {"no-store"},
	}}, f, st)
}

func (c *Call) deleteBackup() (any, error) {
	if err := c.API.backups().Remove(c.fiber.Params("name")); err != nil {
		return nil, noBackup(err)
	}
	return &Answer{Status: http.StatusNoContent}, nil
}

func noBackup(err error) error {
	if errors.Is(err, backup.ErrNotFound) {
		return rest.NotFound("")
	}
	return err
}
