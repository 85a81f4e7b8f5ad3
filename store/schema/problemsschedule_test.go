package schema_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/couplet/couplet/store/schema"
)

func TestScheduleProblems(t *testing.T) {
	const write = `Write minute, hour, day, month and weekday: "0 3 * * *" is every day at three.`
	for _, test := range []struct {
		job, path, message, suggestion string
	}{
		{`{"cron": "0 3 * * *", "task": "integrty"}`, ".task", `"integrty" is not allowed here.`, `Did you mean "integrity"?`},
		{`{"cron": "0 3 * * *"}`, "", `The key "task" is missing.`, ""},
		{`{"task": "tokens"}`, "", `The key "cron" is missing.`, ""},
		{`{"cron": "0 3 * *", "task": "tokens"}`, ".cron",
			`"0 3 * *" is not a cron expression: expected exactly 5 fields, found 4: [0 3 * *].`, write},
		{`{"cron": "@every 5m", "task": "tokens"}`, ".cron", `"@every 5m" is not a cron expression: @every has no fixed times.`, write},
		{`{"cron": "0 0 30 2 *", "task": "tokens"}`, ".cron", `"0 0 30 2 *" never comes.`, write},
		{`{"cron": "TZ=UTC 0 0 * * *", "task": "tokens"}`, ".cron", `"TZ=UTC 0 0 * * *" names a time zone.`, `Use "time_zone".`},
		{`{"cron": "@daily", "time_zone": "Berlin", "task": "tokens"}`, ".time_zone", `There is no time zone "Berlin".`, `Write it like "Europe/Berlin".`},
		{`{"cron": "@daily", "tsk": true, "task": "tokens"}`, ".tsk", `Unknown key "tsk".`, `Did you mean "task"?`},
		{`{"cron": "@daily", "keep": 3, "task": "tokens"}`, ".keep", "The task tokens keeps nothing.", "Leave it out."},
		{`{"cron": 5, "task": "tokens"}`, ".cron", `This must be a string, not a number.`, ""},
	} {
		_, problems := schema.Parse([]byte(in("root", `"schedule": {"nightly": `+test.job+`}`)))
		want := schema.Problems{{Path: "schedule.nightly" + test.path, Message: test.message, Suggestion: test.suggestion}}
		if diff := cmp.Diff(want, problems); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.job, diff)
		}
	}
}

// Three in the morning is three in the morning, in summer and in winter.
func TestScheduleTimes(t *testing.T) {
	s := parse(t, in("root", `"schedule": {"nightly": {"cron": "0 3 * * *", "time_zone": "Europe/Berlin", "task": "tokens"}}`))
	j := s.Job("nightly")
	for from, want := range map[string]string{
		"2026-01-10T12:00:00Z": "2026-01-11T02:00:00Z", "2026-07-10T12:00:00Z": "2026-07-11T01:00:00Z", "2026-01-11T02:00:00Z": "2026-01-12T02:00:00Z",
	} {
		at, err := time.Parse(time.RFC3339, from)
		if err != nil {
			t.Fatal(err)
		}
		if got := j.Next(at).Format(time.RFC3339); got != want {
			t.Errorf("after %s it runs at %s, not %s", from, got, want)
		}
	}
}
