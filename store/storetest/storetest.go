// Package storetest is the conformance suite of the store: what every engine must do, told through the store's own
// door. An engine's test calls Run with a function that opens an empty store on it.
package storetest

import (
	"testing"

	"github.com/couplet/couplet/store"
)

// Open opens an empty store that is closed when the test ends.
type Open func(t *testing.T) *store.Store

// Run runs every case, each on a store of its own.
func Run(t *testing.T, open func(t *testing.T) *store.Store) {
	cases := []struct {
		name string
		run  func(*testing.T, Open)
	}{
		{"field types", fieldTypes},
		{"defaults and automatic values", defaults},
		{"keys", keys},
		{"update", update},
		{"grants", grants},
		{"row rules", rowRules},
		{"field checks and collection checks", checks},
		{"unique", unique},
		{"foreign keys", foreignKeys},
		{"null and bounds of the tables", columnRules},
		{"on delete", onDelete},
		{"protected deletes", protectedDeletes},
		{"cycles", cycles},
		{"log of a delete", deleteLog},
		{"many to many", manyToMany},
		{"nested lists", nested},
		{"permissions of nested lists", nestedPermissions},
		{"increments", increments},
		{"versions", versions},
		{"log", changeLog},
		{"log of a failure", logOfFailure},
		{"fixtures", loading},
		{"deferred", deferred},
		{"once", once},
		{"uploads", uploads},
		{"upload names", uploadNames},
		{"users", users},
		{"users under concurrency", usersConcurrently},
		{"reading what was written", readOwnWrites},
		{"concurrent writers", concurrentWriters},
		{"a change of the schema under writers", schemaUnderWriters},
		{"wipe", wipe},
		{"feed", feed},
		{"beyond the feed", beyondTheFeed},
		{"cursors", cursors},
		{"places", places},
		{"images of the past", images},
		{"kept places", keptPlaces},
		{"the past", past},
		{"commits", commits},
		{"commits of one record under concurrency", commitOrder},
		{"commits of what is no record", otherCommits},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { c.run(t, open) })
	}
}
