package schema

import (
	"strings"
	"time"
	_ "time/tzdata" // for machines without time zones, such as an empty container

	"github.com/robfig/cron/v3"
)

// Job is an entry of the schedule: a task and when it runs.
type Job struct {
	Name    string
	Task    string
	Cron    string // as it is written
	Zone    string // "UTC", "Europe/Berlin"
	Enabled bool
	Keep    int // backups; 0: all
	times   *cron.SpecSchedule
}

// TaskNames are the tasks that a schedule may name.
var TaskNames = []string{"backup", "integrity", "retention", "tokens", "webhooks"}

// Next returns the first time after another one at which the job runs, UTC.
func (j *Job) Next(after time.Time) time.Time {
	loc, err := time.LoadLocation(j.Zone)
	if err != nil { // Parse has loaded it
		loc = time.UTC
	}
	return j.times.Next(after.In(loc)).UTC()
}

// Job returns the entry of that name, or nil.
func (s *Schema) Job(name string) *Job {
	for _, j := range s.Schedule {
		if j.Name == name {
			return j
		}
	}
	return nil
}

// schedule reads when which task runs.
func (b *builder) schedule() {
	all := b.root.at("schedule")
	if all.is(ObjectNode) && !all.bounded(maxList) {
		return
	}
	b.root.members("schedule", func(name string, c cursor) {
		if !b.validName(c, name) || !c.keys(&jobKeys) {
			return
		}
		j := &Job{Name: name, Task: c.choice("task", "", TaskNames), Zone: "UTC", Enabled: c.boolean("enabled", true)}
		for _, need := range required["job"] {
			if !c.has(need) {
				c.fail("", "The key %q is missing.", need)
			}
		}
		if j.Keep = int(c.integer("keep", 0, 0, 10000)); c.has("keep") && j.Task != "backup" && j.Task != "" {
			c.at("keep").fail("Leave it out.", "The task %s keeps nothing.", j.Task)
		}
		if c.has("time_zone") {
			j.Zone = c.zone("time_zone")
		}
		if j.Cron = c.text("cron"); c.at("cron").is(StringNode) {
			j.times = c.at("cron").times()
		}
		b.s.Schedule = append(b.s.Schedule, j)
	})
}

// zone returns the name of a time zone.
func (c cursor) zone(name string) string {
	text := c.text(name)
	if !c.at(name).is(StringNode) {
		return "UTC"
	}
	if _, err := time.LoadLocation(text); err != nil || text == "" || text == "Local" {
		c.at(name).fail(`Write it like "Europe/Berlin".`, "There is no time zone %q.", text)
		return "UTC"
	}
	return text
}

// times reads a cron expression: five fields, or @hourly, @daily, @weekly, @monthly, @yearly.
func (c cursor) times() *cron.SpecSchedule {
	const suggestion = `Write minute, hour, day, month and weekday: "0 3 * * *" is every day at three.`
	text := strings.TrimSpace(c.node.Text)
	if strings.Contains(text, "TZ=") {
		c.fail(`Use "time_zone".`, "%q names a time zone.", text)
		return nil
	}
	parsed, err := cron.ParseStandard(text)
	times, plain := parsed.(*cron.SpecSchedule)
	switch {
	case err != nil:
		c.fail(suggestion, "%q is not a cron expression: %s.", text, err)
	case !plain:
		c.fail(suggestion, "%q is not a cron expression: @every has no fixed times.", text)
	case times.Next(time.Unix(0, 0)).IsZero():
		c.fail(suggestion, "%q never comes.", text)
	}
	return times
}
