package api

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
)

// Times of a count, in milliseconds.
const (
	countDeadline = 30_000
	estimateTime  = 500 * time.Millisecond // beyond the deadline, for an estimate
)

// countRecords answers how many records a selection has: exactly, or by an estimate where the deadline passes before
// that is known.
func (r *resource) countRecords(c *Call) (*Answer, error) {
	raw, s, errs, err := r.query(c, "deadline_ms")
	if err != nil {
		return nil, err
	}
	deadline := time.Duration(number(raw, "deadline_ms", countDeadline, 1, countDeadline, errs)) * time.Millisecond
	if !errs.Empty() {
		return nil, rest.Validation(errs)
	}
	n, err := s.count(c, deadline)
	out := countBody{Count: &n, Exact: true}
	if late(c, err) {
		out.Exact = false
		if out.Count, err = s.estimate(c); late(c, err) {
			err = nil
		}
	}
	if err != nil {
		return nil, err
	}
	body, err := encode(out)
	return &Answer{Status: 200, Body: body}, err
}

func (s *selection) count(c *Call, within time.Duration) (n int64, err error) {
	ctx, cancel := context.WithTimeout(c.Context(), within)
	defer cancel()
	err = c.API.Store.Read(ctx, c.Scope, func(rd *store.Reader) error {
		list, err := s.list(c, rd)
		if err == nil {
			n, err = rd.Count(list)
		}
		return err
	})
	return n, lateError(ctx, err)
}

// estimate guesses; nil where there is nothing to go by.
func (s *selection) estimate(c *Call) (n *int64, err error) {
	ctx, cancel := context.WithTimeout(c.Context(), estimateTime)
	defer cancel()
	err = c.API.Store.Read(ctx, c.Scope, func(rd *store.Reader) error {
		list, err := s.list(c, rd)
		if err != nil {
			return err
		}
		guess, ok, err := list.Estimate(rd, keySample)
		if ok {
			n = &guess
		}
		return err
	})
	return n, lateError(ctx, err)
}

// errLate says that a deadline of our own has passed.
var errLate = errors.New("api: late")

// lateError marks an error with errLate where it is one because a context of our own has ended.
func lateError(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return errors.Join(errLate, err)
	}
	return err
}

// late reports whether an error is about a deadline of our own while the request's is still to come.
func late(c *Call, err error) bool { return errors.Is(err, errLate) && c.Context().Err() == nil }

// sampleSize is how many keys an estimate looks for.
const sampleSize = 500

// keySample picks numbers from low up to high; all of them where they are few.
func keySample(low, high int64) []int64 {
	span := uint64(high) - uint64(low)
	if span < sampleSize {
		all := make([]int64, span+1)
		for i := range all {
			all[i] = low + int64(i)
		}
		return all
	}
	seen := make(map[int64]bool, sampleSize)
	some := make([]int64, 0, sampleSize)
	for len(some) < sampleSize {
		k := low + int64(rand.Uint64N(span)) //nolint:gosec // a sample, no secret
		if !seen[k] {
			seen[k] = true
			some = append(some, k)
		}
	}
	return some
}
