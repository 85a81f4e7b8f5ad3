package transfer

import (
	"strings"

	"github.com/couplet/couplet/store/sqlb"
)

// system lists Couplet's own tables with their columns, the key's first; # marks numbers. couplet_migrations is not
// among them: its texts are each engine's own.
var system = []struct {
	name, columns string
	key           int
}{
	{"couplet_meta", "name value", 1},
	{"couplet_changes", "#seq changeset grp #at actor via cause collection key op diff", 1},
	{"couplet_attic", "collection field key changeset #at value", 5},
	{"couplet_logins", "id kind user_key secret #epoch #created #expires #used #revoked reason user_agent ip", 1},
	{"couplet_tokens", "jti login user_key #issued #expires #rotated successor #revoked", 1},
	{"couplet_auth_tokens", "key user_key #created", 1},
	{"couplet_api_keys", "id prefix hash user_key name scopes #created #expires #used #revoked", 1},
	{"couplet_keys", "id alg private #created #retired #expires", 1},
	{"couplet_emails", "user_key email #verified", 2},
	{"couplet_invitations", "user_key secret by_key #sent #expires mailed", 1},
	{"couplet_idempotency", "owner name request record #at", 2},
	{"couplet_webhooks", "id name url user_key events #enabled notice secret previous #previous_until #created", 1},
	{"couplet_webhook_deliveries", "id webhook event collection key #seq #at body state #tries #due #done", 1},
	{"couplet_webhook_attempts", "delivery #number #at #duration #status error request response", 2},
	{"couplet_jobs", "name schedule #handled runner #lease", 1},
	{"couplet_job_runs", "id job task cause state runner #started #ended message", 1},
	{"couplet_owned", "kind id owner about name #shared #position #version body #created #changed changed_by", 2},
}

func systemTables() []*table {
	var out []*table
	for _, s := range system {
		t := &table{name: s.name, key: s.key, auto: s.name == "couplet_changes", fresh: true}
		for _, name := range strings.Fields(s.columns) {
			col := column{name, sqlb.TextType}
			if rest, number := strings.CutPrefix(name, "#"); number {
				col = column{rest, sqlb.IntType}
			}
			t.columns = append(t.columns, col)
		}
		out = append(out, t)
	}
	return out
}
