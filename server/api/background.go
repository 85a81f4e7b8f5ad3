package api

import "time"

// backgroundTime bounds what goes on behind an answer.
const backgroundTime = 30 * time.Second

// maxBackground bounds how much goes on behind answers at once; beyond it the answer waits.
const maxBackground = 32

// background runs fn behind the answer, or in front of it where too much is going on already.
func (a *API) background(fn func()) {
	select {
	case a.slots <- struct{}{}:
	default:
		fn()
		return
	}
	a.working.Add(1)
	go func() {
		defer func() {
			<-a.slots
			a.working.Done()
		}()
		fn()
	}()
}

// Wait returns when nothing goes on behind answers any more.
func (a *API) Wait() { a.working.Wait() }
