package postgres

import (
	"math/rand/v2"
	"time"

	"github.com/couplet/couplet/store/db"
)

// A transaction that fails because of another one is run again at most tries times, after a pause that doubles.
const (
	tries      = 10
	firstPause = 2 * time.Millisecond
	maxPause   = 100 * time.Millisecond
)

// again runs a transaction until it succeeds or fails for a reason of its own.
func again(transaction func() error) error {
	pause := firstPause
	for n := 1; ; n++ {
		err := transaction()
		if n == tries || db.CodeOf(err) != db.Contention {
			return err
		}
		time.Sleep(pause/2 + rand.N(pause/2))
		pause = min(2*pause, maxPause)
	}
}
