package settings

// sections says where each setting belongs.
var sections = map[string]string{
	"addr": "server", "public_url": "server", "allowed_hosts": "server", "trusted_proxies": "server", "tls_cert": "server", "tls_key": "server",
	"open": "server", "metrics_token": "server", "webhook_private": "server", "test_reset": "server",
	"data": "data", "database": "data", "project": "data", "sample": "data", "consent": "data",
	"token_secret": "accounts", "token_verify_secrets": "accounts", "token_algorithm": "accounts", "trusted_origins": "accounts",
	"mail_server": "mail", "mail_from": "mail", "history_days": "history", "history_size": "history",
	"live_per_user": "live", "live_per_address": "live", "log_format": "log", "slow_list": "log", "log_level": "log",
	"max_upload": "limits", "cache_size": "limits", "max_connections_per_address": "limits",
}

// SectionOf returns the section of a setting, "" for one that has none.
func SectionOf(name string) string { return sections[name] }
