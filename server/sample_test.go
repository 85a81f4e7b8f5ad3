package server_test

import (
	"os"
	"testing"
)

// startSample returns the base URL of a server that serves the sample project with its test reset.
// COUPLET_CONFORMANCE_URL names one that runs already.
func startSample(t *testing.T) string {
	t.Helper()
	base := os.Getenv("COUPLET_CONFORMANCE_URL")
	if base == "" {
		t.Fatal("COUPLET_CONFORMANCE_URL is not set")
	}
	return base
}
