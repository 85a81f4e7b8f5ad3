// Package live tells clients of changes as they are committed: over WebSocket, as an event stream, or by long-poll, all
// with the same frames and cursors (server/openapi/live.json). Store.OnCommit hands every commit to the hub, which finds
// the subscriptions that it concerns and writes to their connections; a writer never waits for any of it.
//
// Subscriptions that ask for the same in the same sight are one group: a change is matched and rendered once for all of
// it. Everything that decides who is told what happens on one goroutine, in the order of the commits. The package may
// import server/auth, server/rest and store.
package live
