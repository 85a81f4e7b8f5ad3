// Package history reads the change log as people ask for it, and goes back: the list of changes, the versions of a
// record with their values, restoring and undeleting records, reverting changesets and groups, and what ends history,
// retention and erasure.
//
// The log names collections and fields by id and keeps values as the API writes them; this package gives them the names
// of the schema in force. Everything is in the sight of a reader's scope: a change is seen by who sees its record as it
// is now, and field rules mask values. A record that is gone is judged by its values when it was deleted, with what it
// pointed to as it is now; where that does not tell, only superusers see it. So do they alone what the schema has
// dropped. It stands above store and may import the packages below it.
package history
