/** Every screen of the admin, for the checks that hold for all of them and for the contact sheet. */
export interface Screen {
  name: string
  path: string
  /** Open without a log-in. */
  open?: boolean
}

export const screens: readonly Screen[] = [
  { name: "log in", path: "/login", open: true },
  { name: "set-up", path: "/setup", open: true },
  { name: "forgotten password", path: "/reset", open: true },
  { name: "invitation", path: "/verify#t=none", open: true },
  { name: "start", path: "/start" },
  { name: "new collection from a CSV", path: "/start/csv" },
  { name: "records", path: "/data/articles" },
  { name: "records, filtered", path: "/data/articles?filter=views%20%3E%20500&order=-views" },
  { name: "records, none", path: "/data/articles?filter=views%20%3C%200" },
  { name: "record in the panel", path: "/data/articles?rec=1" },
  { name: "record, history", path: "/data/articles?rec=1&tab=history" },
  { name: "record, API", path: "/data/articles?rec=1&tab=api" },
  { name: "record, related", path: "/data/articles?rec=1&tab=related" },
  { name: "record as a page", path: "/data/articles/1" },
  { name: "new record", path: "/data/articles/new" },
  { name: "deleted records", path: "/data/articles/deleted" },
  { name: "import", path: "/data/tags/import/new" },
  { name: "schema", path: "/schema" },
  { name: "schema as a diagram", path: "/schema?map=1" },
  { name: "collection", path: "/schema/articles" },
  { name: "access", path: "/access" },
  { name: "access, why", path: "/access?tab=try&collection=articles&record=1&action=change" },
  { name: "people", path: "/people" },
  { name: "person", path: "/people/2" },
  { name: "activity", path: "/activity" },
  { name: "jobs", path: "/operate/jobs" },
  { name: "webhooks", path: "/operate/webhooks" },
  { name: "logs", path: "/operate/logs" },
  { name: "metrics", path: "/operate/metrics" },
  { name: "connections", path: "/operate/live" },
  { name: "backups", path: "/operate/backups" },
  { name: "settings", path: "/settings" },
  { name: "settings, mail", path: "/settings/mail" },
  { name: "API", path: "/api" },
  { name: "API, a resource", path: "/api/articles" },
  { name: "my account", path: "/me" },
  { name: "about", path: "/about" },
  { name: "no such page", path: "/nowhere" },
]
