import type { Page } from "playwright-core"
import { api, type Server } from "./harness.ts"

/** Every screen of the admin, for the checks that hold for all of them and for the contact sheet. */
export interface Screen {
  name: string
  /** In it, {draft} and the like stand for what `prepare` has made. */
  path: string
  /** Open without a log-in. */
  open?: boolean
  /** There is such a thing in wide or in narrow windows alone. */
  only?: "wide" | "narrow"
  /** Opens what lies over the screen or beside it. */
  act?: (page: Page) => Promise<void>
}

const press = (name: string | RegExp) => (page: Page) => page.getByRole("button", { name }).first().click()

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
  { name: "schema as a diagram", path: "/schema?tab=map" },
  { name: "versions of the schema", path: "/schema?tab=versions" },
  { name: "new collection", path: "/schema?new=1" },
  { name: "collection", path: "/schema/articles" },
  { name: "collection, a field", path: "/schema/articles?field=status" },
  { name: "collection, resources", path: "/schema/articles?tab=resources" },
  { name: "collection, indexes", path: "/schema/articles?tab=indexes" },
  { name: "collection, settings", path: "/schema/articles?tab=settings" },
  { name: "plan", path: "/schema/plan/{draft}" },
  { name: "plan with mistakes", path: "/schema/plan/{wrong}" },
  { name: "rebase", path: "/schema/plan/{moved}" },
  { name: "access", path: "/access" },
  { name: "access, new role", path: "/access", act: press("New role") },
  { name: "access, a cell", path: "/access?role=writers&collection=articles&action=change" },
  { name: "access, fields", path: "/access?tab=fields" },
  { name: "access, a rule", path: "/access?tab=fields&collection=articles&action=change" },
  { name: "access, why", path: "/access?tab=try&collection=articles&record=1&action=change" },
  { name: "people", path: "/people" },
  { name: "people, new", path: "/people?new=1" },
  { name: "people, invitations", path: "/people?tab=invites" },
  { name: "people, log-ins", path: "/people?tab=log-ins" },
  { name: "people, keys", path: "/people?tab=keys" },
  { name: "people, log", path: "/people?tab=log" },
  { name: "person", path: "/people/2" },
  { name: "person, log", path: "/people/2?tab=log" },
  { name: "activity", path: "/activity" },
  { name: "jobs", path: "/operate/jobs" },
  { name: "webhooks", path: "/operate/webhooks" },
  { name: "new webhook", path: "/operate/webhooks/new" },
  { name: "webhook", path: "/operate/webhooks/{webhook}" },
  { name: "webhook, settings", path: "/operate/webhooks/{webhook}?tab=settings" },
  { name: "logs", path: "/operate/logs" },
  { name: "logs, a request", path: "/operate/logs", act: press(/^GET \/api/) },
  { name: "logs, lines", path: "/operate/logs?tab=lines" },
  { name: "metrics", path: "/operate/metrics" },
  { name: "metrics, table", path: "/operate/metrics?tab=table" },
  { name: "connections", path: "/operate/live" },
  { name: "backups", path: "/operate/backups" },
  { name: "doctor", path: "/operate/backups?tab=doctor" },
  { name: "settings", path: "/settings" },
  ...["data", "accounts", "mail", "history", "live", "log", "limits"].map((section) => ({
    name: `settings, ${section}`,
    path: `/settings/${section}`,
  })),
  { name: "API", path: "/api" },
  { name: "API, a resource", path: "/api/articles" },
  { name: "my account", path: "/me" },
  { name: "about", path: "/about" },
  { name: "about, licences", path: "/about?tab=licences" },
  { name: "no such page", path: "/nowhere" },
]

interface Document {
  collections: Record<string, { fields: Record<string, Record<string, unknown>> }>
}

/** Makes what some screens show, and says what stands for what in their paths. */
export async function prepare(server: Server): Promise<(path: string) => string> {
  const ask = await api(server, "admin")
  const must = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await ask(method, path, body)
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`)
    return answer.body as T
  }
  const inForce = async () => (await must<{ document: Document }>("GET", "/api/_/schema/")).document
  const changed = (document: Document, length: number) => {
    const copy = structuredClone(document)
    const name = copy.collections.tags?.fields.name
    if (name) name.max_length = length
    return copy
  }
  const draft = (name: string, document: Document) =>
    must<{ id: string }>("POST", "/api/_/schema/drafts/", { name, document })
  const made: Record<string, string> = {}
  made.moved = (await draft("Longer tags", changed(await inForce(), 90))).id
  const plan = await must<{ document: Document; hash: string }>("POST", "/api/_/schema/plan/", {
    document: changed(await inForce(), 80),
  })
  await must("POST", "/api/_/schema/apply/", { document: plan.document, hash: plan.hash, consent: [] })
  const next = await inForce()
  const articles = next.collections.articles
  if (articles) articles.fields.summary = { type: "text", blank: true }
  made.draft = (await draft("Summaries", next)).id
  const wrong = structuredClone(next)
  delete wrong.collections.events?.fields.venue
  made.wrong = (await draft("No venues", wrong)).id
  const events = [{ collection: "articles", operations: ["create", "update"], filter: "", fields: null }]
  const hook = { name: "search index", url: "https://example.org/couplet", user: "1", events, enabled: true }
  made.webhook = (await must<{ id: string }>("POST", "/api/_/webhooks/", hook)).id
  return (path) => path.replace(/\{(\w+)\}/g, (_, name) => made[name] ?? name)
}
