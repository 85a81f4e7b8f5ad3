// Package jobs runs scheduled work: the tasks that the schema document's schedule names, at their times or when
// somebody asks. One job runs at a time; a lease in the database keeps others from running it as well, and every run is
// noted there. It may import server/clock and store.
package jobs
