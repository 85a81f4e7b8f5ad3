package doctor

import (
	"context"
	"time"
)

// slow is how long changes may be held back before it is worth telling.
const slow = time.Minute

// feed looks whether a transaction that somebody has left open holds back what follows the change log.
func (x *exam) feed(ctx context.Context) error {
	held, err := x.store.FeedHeldBack(ctx)
	if err != nil {
		return err
	}
	if held.Changes == 0 || x.store.Now().Sub(held.Since) < slow {
		x.find(OK, "What follows the change log is up to date.", "")
		return nil
	}
	text := several(int(held.Changes), "change is", "changes are") + " held back since " + held.Since.Format(time.RFC3339)
	if held.Holder != "" {
		text += " by " + held.Holder
	}
	x.find(Warning, text+".", "A transaction that has written is open somewhere in the database cluster; end it there, or let idle_in_transaction_session_timeout do so.")
	return nil
}
