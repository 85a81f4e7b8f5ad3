package schema

import (
	"net/url"
	"regexp"
	"slices"
)

// settings reads the project-wide defaults.
func (b *builder) settings() {
	c := b.root.at("settings")
	if c.here() && !c.keys(&settingsKeys) {
		return
	}
	s := &b.s.Settings
	s.Title, s.Version, s.Description = "Couplet", "1.0.0", c.text("description")
	if c.has("title") {
		s.Title = c.text("title")
	}
	if c.has("version") {
		s.Version = c.text("version")
	}
	s.Permission = c.choice("permission", PolicyRoles, policyNames)
	s.Authentication = []string{"jwt", "session"}
	if c.has("authentication") {
		s.Authentication = c.words("authentication", authenticationNames)
	}
	s.Pagination = b.pagination(c.at("pagination"), nil, Pagination{Style: PageNumber, PageSize: 25, MaxSize: 200})
	s.ListErrorsAsDict = c.boolean("list_errors_as_dict", true)
	s.AppendSlash = c.boolean("append_slash", true)
	s.ErrorCodes = c.boolean("error_codes", false)
	s.ThrottleRates = map[string]string{}
	c.members("throttle_rates", func(name string, rate cursor) {
		if rate.want(StringNode) && !ratePattern.MatchString(rate.node.Text) {
			rate.fail(`Write it like "3/min".`, "%q is not a rate: a number, /, and second, minute, hour or day.", rate.node.Text)
		}
		s.ThrottleRates[name] = rate.node.Text
	})
	b.cors(c.at("cors"), &s.CORS)
	b.accounts(c.at("accounts"), &s.Accounts)
}

// ratePattern is DRF's parse_rate: the first letter of the period counts.
var ratePattern = regexp.MustCompile(`^[1-9][0-9]{0,8}/(s|m|h|d)[a-z]*$`)

func (b *builder) cors(c cursor, out *CORS) {
	if c.here() && !c.keys(&corsKeys) {
		return
	}
	out.AllowCredentials = c.boolean("allow_credentials", false)
	out.AllowedOrigins = c.words("allowed_origins", nil)
	for _, item := range c.list("allowed_origins") {
		if item.node.Text == "*" {
			if out.AllowCredentials {
				item.fail("Name the origins.", `"*" and allow_credentials together would let any site act for a user.`)
			}
			continue
		}
		u, err := url.Parse(item.node.Text)
		if err != nil || u.Scheme == "" || u.Host == "" || u.Path != "" || u.RawQuery != "" || u.User != nil {
			item.fail(`Write it like "https://app.example.com".`, "%q is not an origin.", item.node.Text)
		}
	}
}

func (b *builder) accounts(c cursor, out *Accounts) {
	*out = Accounts{EmailVerification: "none", LoginBy: []string{"username"}, Access: 900, Refresh: 604800}
	if !c.here() || !c.keys(&accountsKeys) {
		return
	}
	out.Registration = c.boolean("registration", false)
	out.EmailVerification = c.choice("email_verification", "none", []string{"none", "optional", "mandatory"})
	if c.has("login_by") {
		out.LoginBy = c.words("login_by", []string{"username", "email"})
	}
	out.Access = c.integer("access_lifetime", 900, 30, 86400)
	out.Refresh = c.integer("refresh_lifetime", 604800, 60, 366*86400)
	if out.Refresh < out.Access {
		c.at("refresh_lifetime").fail("", "refresh_lifetime is shorter than access_lifetime.")
	}
	out.RegistrationRoles = c.words("registration_roles", nil)
}

// pagination reads a pagination over a collection (nil for the settings); what is not said is as in absent.
func (b *builder) pagination(c cursor, col *Collection, absent Pagination) Pagination {
	if c.is(BoolNode) {
		if !c.node.Bool {
			return Pagination{Style: NoPages}
		}
		return absent
	}
	if !c.here() || !c.keys(&paginationKeys) {
		return absent
	}
	p := absent
	p.Style = PaginationStyle(c.choice("style", string(absent.Style), []string{"page_number", "limit_offset", "cursor", "none"}))
	p.PageSize = int(c.integer("page_size", int64(absent.PageSize), 1, 10000))
	fixed := int64(absent.MaxSize)
	if p.Style != absent.Style && p.Style == Cursor {
		fixed = 0
	}
	p.MaxSize = int(c.integer("max_page_size", fixed, 0, 10000))
	if p.MaxSize > 0 && p.MaxSize < p.PageSize {
		if c.has("max_page_size") {
			c.at("max_page_size").fail("", "max_page_size is %d and page_size %d.", p.MaxSize, p.PageSize)
		}
		p.MaxSize = p.PageSize
	}
	p.Ordering = nil
	switch {
	case p.Style == Cursor && col != nil:
		p.Ordering = c.orders(col, "ordering")
	case c.has("ordering"):
		c.at("ordering").fail("Leave it out.", "Only the cursor style of a resource has an ordering of its own.")
	}
	return p
}

// roles reads the grants. "anyone" and "signed_in" are always there, first where the document does not place them.
func (b *builder) roles() {
	all := b.root.at("roles")
	for _, name := range []string{"anyone", "signed_in"} {
		if all.node.Get(name) == nil {
			b.addRole(&Role{Name: name, Label: capfirst(spaced(name)), Grants: map[string]map[Action]Grant{}})
		}
	}
	if all.is(ObjectNode) && !all.bounded(maxList) {
		return
	}
	b.root.members("roles", func(name string, c cursor) {
		if !b.validName(c, name) || !c.want(ObjectNode) || !c.bounded(MaxCollections+2) {
			return
		}
		r := &Role{Name: name, Label: capfirst(spaced(name)), Grants: map[string]map[Action]Grant{}}
		for _, m := range c.node.Members {
			b.grants(r, m.Name, c.at(m.Name))
		}
		b.addRole(r)
	})
	for _, item := range b.root.at("settings").at("accounts").list("registration_roles") {
		if b.s.byRole[item.node.Text] == nil {
			item.fail(item.nearest(item.node.Text, b.root.at("roles").names()), "There is no role %q.", item.node.Text)
		}
	}
}

func (c cursor) names() []string {
	if c.node == nil {
		return nil
	}
	return c.node.Names()
}

func (b *builder) addRole(r *Role) {
	b.s.byRole[r.Name] = r
	b.s.Roles = append(b.s.Roles, r)
}

// grants reads what a role may do with a collection: true for everything, or true, false or a rule for each action.
func (b *builder) grants(r *Role, collection string, c cursor) {
	if collection == "label" && c.is(StringNode) {
		r.Label = c.node.Text
		return
	}
	if b.s.byName[collection] == nil && collection != "*" {
		c.fail(c.nearest(collection, b.collectionNames()), "There is no collection %q.", collection)
		return
	}
	granted := map[Action]Grant{}
	r.Grants[collection] = granted
	if c.is(BoolNode) {
		for _, a := range Actions {
			granted[a] = Grant{All: c.node.Bool}
		}
		return
	}
	if !c.keys(&rulesKeys) {
		return
	}
	for _, m := range c.node.Members {
		a := Action(m.Name)
		switch {
		case !slices.Contains(Actions, a):
		case m.Value.Kind == BoolNode:
			granted[a] = Grant{All: m.Value.Bool}
		case m.Value.Kind == StringNode:
			granted[a] = Grant{Rule: c.expression(m.Name)}
		default:
			c.at(m.Name).fail("", "This must be true, false or an expression, not %s.", m.Value.Kind)
		}
	}
}
