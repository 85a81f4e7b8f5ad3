//go:build !race

package server_test

// raced says that the race detector watches, under which memory and time say little.
const raced = false
