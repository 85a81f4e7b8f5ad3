package webhooks

import (
	"hash/fnv"
	"net/http"
	"strconv"
	"time"
)

// waits are the pauses after each failed attempt, as the Standard Webhooks guide has them: about three days in all.
var waits = []time.Duration{
	5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour,
	20 * time.Hour, 24 * time.Hour,
}

// longestWait bounds what a receiver may ask for with Retry-After.
const longestWait = 24 * time.Hour

// wait returns the pause after a number of failed attempts, a tenth longer at most, so that what failed together does not
// come back together; last says that there is none.
func wait(id string, tries int64) (pause time.Duration, last bool) {
	if tries > int64(len(waits)) {
		return 0, true
	}
	pause = waits[tries-1]
	h := fnv.New32a()
	_, _ = h.Write([]byte(id + strconv.FormatInt(tries, 10)))
	return pause + pause/1000*time.Duration(h.Sum32()%100), false
}

// retryAfter reads the header of that name.
func retryAfter(h http.Header, now time.Time) time.Duration {
	text := h.Get("Retry-After")
	if n, err := strconv.Atoi(text); err == nil && n > 0 {
		return min(time.Duration(min(n, 1<<20))*time.Second, longestWait)
	}
	if at, err := http.ParseTime(text); err == nil {
		return min(max(at.Sub(now), 0), longestWait)
	}
	return 0
}
