package doctor

import (
	"context"
	"errors"
	"time"

	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/migrate"
)

// shown is how many things of a kind are listed one by one.
const shown = 10

// database has the engine look over what it stores.
func (x *exam) database(ctx context.Context) error {
	wrong, err := x.store.Engine().Check(ctx)
	if err != nil {
		return err
	}
	if len(wrong) == 0 {
		x.find(OK, "The integrity check found nothing wrong.", "")
	}
	for _, text := range wrong[:min(shown, len(wrong))] {
		x.find(Error, "The database is damaged: "+text+".",
			"Stop the server, keep a copy of the data folder, and restore the newest backup ('couplet restore'). Look at the disk and the memory of the machine.")
	}
	return nil
}

// tables compares the tables with the schema document.
func (x *exam) tables(ctx context.Context) error {
	var differences []migrate.Difference
	engine := x.store.Engine()
	err := engine.Read(ctx, func(c db.Conn) (err error) {
		differences, err = migrate.Drift(c, engine.Dialect(), x.store.Schema())
		return err
	})
	if errors.Is(err, errors.ErrUnsupported) {
		return nil
	}
	if err != nil {
		return err
	}
	if len(differences) == 0 {
		x.find(OK, "The tables are as the schema document says.", "")
	}
	for _, d := range differences {
		x.find(Error, "The tables differ from the schema document: "+d.String()+".",
			"Undo the change that was made past Couplet, or put it into schema.json and apply that ('couplet schema diff', 'couplet schema plan').")
	}
	return nil
}

// waiting looks at the project's migrations.
func (x *exam) waiting(ctx context.Context) error {
	r := &migrate.Runner{Engine: x.store.Engine(), Dir: x.migrations, ReadOnly: true}
	list, err := r.Status(ctx)
	if err != nil {
		return err
	}
	for _, e := range list {
		switch {
		case e.Problem != "":
			x.find(Error, "Migration "+e.Name+": "+e.Problem+".", "Put the file back as it was when it was applied; it is in your version control.")
		case e.State == migrate.StatePending:
			x.find(Warning, "Migration "+e.Name+" waits to be applied.", "Start the server, or run 'couplet migrate up'.")
		}
	}
	if n := len(x.report.Findings); n == 0 || x.report.Findings[n-1].Check != x.check {
		x.find(OK, several(len(list), "migration", "migrations")+", none waits.", "")
	}
	return nil
}

// keys makes sure that tokens can be signed and verified.
func (x *exam) keys(ctx context.Context) error {
	var rows []*store.SigningKey
	err := x.store.Engine().Read(ctx, func(c db.Conn) (err error) {
		rows, err = store.SigningKeys(c)
		return err
	})
	if err != nil {
		return err
	}
	signing := 0
	for _, r := range rows {
		if r.Alg == auth.SecretAlg {
			continue
		}
		if _, err := auth.LoadKey([]byte(r.Private)); err != nil {
			x.find(Error, "Signing key "+r.ID+" cannot be read: "+err.Error()+".",
				"Restore the newest backup. Without one, delete the row from couplet_keys: everybody has to log in again.")
			continue
		}
		if r.Retired.IsZero() {
			signing++
		}
	}
	switch {
	case len(rows) == 0:
		x.find(OK, "There are no signing keys yet; the first start makes one.", "")
	case signing == 0:
		x.find(Warning, "No key signs tokens.", "The next start makes one, or 'couplet keys rotate'.")
	default:
		x.find(OK, several(signing, "key signs", "keys sign")+" tokens.", "")
	}
	return nil
}

// clock compares the machine's clock with the times that it has written.
func (x *exam) clock(ctx context.Context) error {
	var last time.Time
	err := x.store.Engine().Read(ctx, func(c db.Conn) (err error) {
		last, err = store.LastTime(c)
		return err
	})
	if err != nil {
		return err
	}
	now := x.store.Now()
	const advice = "Set the machine's clock, and keep it right with NTP. Until then tokens end too late, and history has times that have not come."
	switch ahead := last.Sub(now); {
	case now.Before(released):
		x.find(Error, "The clock says "+now.Format(time.RFC3339)+", which is before this program was written.", advice)
	case ahead > time.Minute:
		x.find(Error, "The newest change is of "+last.Format(time.RFC3339)+", "+ahead.Round(time.Second).String()+" in the future: the clock was put back.", advice)
	default:
		x.find(OK, "The clock says "+now.Format(time.RFC3339)+".", "")
	}
	return nil
}

// released is a time that no right clock is before.
var released = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
