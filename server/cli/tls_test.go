package cli

import "testing"

func TestMistakesWithTLS(t *testing.T) {
	w := newWalk(t)
	w.write("cert.pem", "no certificate")
	w.expects(exitUsage, "", "serve --addr 127.0.0.1:0 --tls-cert cert.pem", "--tls-cert and --tls-key go together")
	w.expects(exitFailed, "", "serve --addr 127.0.0.1:0 --tls-cert cert.pem --tls-key cert.pem",
		"the TLS certificate in cert.pem with the key in cert.pem cannot be used")
	w.expects(exitUsage, "", "serve --addr 127.0.0.1:0 --max-connections-per-address -1", "--max-connections-per-address is a number of connections")
	w.expects(exitUsage, "", "serve --addr 127.0.0.1:0 --log-format xml", `the format of the log is text or json, not "xml"`)
	w.expects(exitUsage, "", "serve --addr 127.0.0.1:0 --log-level loud", `the level of the log is debug, info, warn or error, not "loud"`)
}
