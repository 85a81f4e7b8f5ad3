package main

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// drf is Django REST Framework as its users run it: a project with the same tables, indexes and rules, behind gunicorn
// with two workers. Its packages come from a folder whose stack.sh makes them available and prints their PYTHONPATH.
type drf struct {
	djangoWire
	folder, dir, database, addr string
	env                         []string
}

const python = "/usr/bin/python3" // Debian's, for which its packages are made

// project is the Django project. A pattern with the folder's name would leave out __init__.py.
//
//go:embed drf/magazine/*.py
var project embed.FS

func newDRF(folder, dir, database string) *drf {
	return &drf{folder: folder, dir: filepath.Join(dir, "drf"), database: database, addr: freeAddress()}
}

func (p *drf) name() string { return "drf" }
func (p *drf) base() string { return "http://" + p.addr }

func (p *drf) setup(*client) error { return nil }

func (p *drf) start(ctx context.Context) (*server, error) {
	if _, err := os.Stat(p.dir); os.IsNotExist(err) {
		if err := p.prepare(ctx); err != nil {
			return nil, err
		}
	}
	cmd := p.command(ctx, "gunicorn", "django.core.wsgi:get_wsgi_application()", "--bind", p.addr, "--workers", "2",
		"--log-level", "warning")
	return startProcess(ctx, cmd, p.base()+"/api/", p.dir+".log")
}

// command runs a Python module with the project's settings.
func (p *drf) command(ctx context.Context, module string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, python, append([]string{"-m", module}, args...)...)
	cmd.Env = p.env
	return cmd
}

// prepare writes the project, and makes its tables and its one user.
func (p *drf) prepare(ctx context.Context) error {
	if err := p.packages(ctx); err != nil {
		return err
	}
	code, err := fs.Sub(project, "drf")
	if err != nil {
		return err
	}
	if err := os.CopyFS(p.dir, code); err != nil {
		return err
	}
	for _, cmd := range []*exec.Cmd{
		p.command(ctx, "django", "makemigrations", "magazine"),
		p.command(ctx, "django", "migrate"),
		p.command(ctx, "django", "shell", "-c", "from django.contrib.auth.models import User; "+
			"User.objects.create_user('bench', 'bench@example.com', 'bench-Pass-1234')"),
	} {
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w: %s", cmd, err, out)
		}
	}
	return nil
}

// packages finds Django and its driver.
func (p *drf) packages(ctx context.Context) error {
	stack := exec.CommandContext(ctx, filepath.Join(p.folder, "stack.sh"), "modern")
	stack.Stderr = os.Stderr
	path, err := stack.Output()
	if err != nil {
		return fmt.Errorf("%s: %w", stack, err)
	}
	p.env = append(os.Environ(), "DJANGO_SETTINGS_MODULE=magazine.settings",
		"PYTHONPATH="+strings.TrimSpace(string(path))+":"+p.dir,
		"DATABASE_URL="+p.database, "DATABASE_FILE="+filepath.Join(p.dir, "db.sqlite3"))
	if p.database == "" {
		return nil
	}
	return driver(ctx)
}

// driver installs Debian's PostgreSQL driver for Python where it is missing.
func driver(ctx context.Context) error {
	if exec.CommandContext(ctx, python, "-c", "import psycopg2").Run() == nil {
		return nil
	}
	fmt.Println("psycopg2 is missing: installing Debian's package python3-psycopg2")
	cmd := exec.CommandContext(ctx, "apt-get", "install", "-y", "-q", "--no-install-recommends", "python3-psycopg2")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", cmd, err, out)
	}
	return nil
}
