import { queryOptions } from "@tanstack/react-query"
import { client } from "../app/client.ts"

/** What the pages of this folder read of `/api/_/`; docs/system-api.md describes it. */
export interface Run {
  id: string
  job: string
  task: string
  cause: "schedule" | "missed" | "asked"
  state: "running" | "done" | "failed" | "broken_off"
  started: string
  ended: string | null
  duration: number
  message: string
  /** How far it is, where it is under way and can tell. */
  progress: { phase: string; done: number; total: number } | null
}

export interface Job {
  name: string
  task: string
  cron: string
  time_zone: string
  next: string | null
  running: boolean
  last: Run | null
}

export interface HookEvent {
  collection: string
  operations: string[]
  filter: string
  fields: string[] | null
}

export interface Webhook {
  id: string
  name: string
  url: string
  user: string
  events: HookEvent[]
  enabled: boolean
  notice: string
  old_secret_until: string | null
  created: string
  secret?: string
}

export interface Delivery {
  id: string
  type: string
  key: string
  time: string
  state: "waiting" | "delivered" | "failed"
  tries: number
  next: string | null
  done: string | null
  message?: unknown
  attempts?: Attempt[]
}

export interface Attempt {
  number: number
  time: string
  duration: number
  status: number | null
  error: string
  request: unknown
  response: unknown
}

export interface LoggedRequest {
  id: string
  at: string
  method: string
  path: string
  query: string
  route: string
  status: number
  seconds: number
  bytes: number
  ip: string
  user: string
  error: string
}

export interface Line {
  at: string
  level: "debug" | "info" | "warn" | "error"
  message: string
  request: string
  attributes: Record<string, string | number | boolean>
}

export interface Metrics {
  range: string
  step: number
  start: string
  end: string
  series: Record<string, (number | null)[]>
}

export interface Connection {
  id: string
  user: string
  username: string
  ip: string
  user_agent: string
  transport: "websocket" | "stream" | "poll"
  since: string
  subscriptions: number
  queue: number
  queue_bytes: number
}

export interface Backup {
  name: string
  size: number
  made_at: string
}

export interface Finding {
  check: string
  level: "ok" | "warning" | "error"
  message: string
  advice: string
}

export interface Report {
  healthy: boolean
  findings: Finding[]
}

export interface About {
  version: string
  revision: string
  built: string | null
  modified: boolean
  go: string
  os: string
  arch: string
  started: string
  uptime: number
  engine: { name: string; version: string }
  data: {
    folder: string
    database: number | null
    log: number | null
    files: number | null
    free: number | null
  } | null
  schema: string
}

export interface Licence {
  module: string
  version: string
  licence: string
  text: string
}

interface PageOf<T> {
  results: T[]
  next: string | null
}

/** Reads an address below `/api/_/`; what is read is fresh for a moment only, since the server goes on. */
function read<T>(path: string, query?: Record<string, string | undefined>) {
  return queryOptions({
    queryKey: ["operate", path, query ?? {}],
    queryFn: ({ signal }) => client.get<T>(`/api/_/${path}`, { signal, query }),
    staleTime: 2_000,
  })
}

const hook = (id: string) => `webhooks/${encodeURIComponent(id)}/`

/** How soon runs that are under way are asked for again. */
const soon = 1_000

export const jobsQuery = queryOptions({
  ...read<Job[]>("jobs/"),
  refetchInterval: ({ state }) => (state.data?.some((job) => job.running) ? soon : false),
})
export const runsQuery = (job?: string, after?: string) =>
  queryOptions({
    ...read<PageOf<Run>>("jobs/runs/", { job, after }),
    refetchInterval: ({ state }) =>
      state.data?.results.some((run) => run.state === "running") ? soon : false,
  })
/** Ends a run as soon as it can. */
export const cancelRun = (run: Run) =>
  client.post(`/api/_/jobs/runs/${encodeURIComponent(run.id)}/cancel/`, {})
export const webhooksQuery = read<Webhook[]>("webhooks/")
export const webhookQuery = (id: string) => read<Webhook>(hook(id))
export const deliveriesQuery = (id: string, state?: string, after?: string) =>
  read<PageOf<Delivery>>(`${hook(id)}deliveries/`, { state, after })
export const deliveryQuery = (id: string, delivery: string) =>
  read<Delivery>(`${hook(id)}deliveries/${encodeURIComponent(delivery)}/`)
export const requestsQuery = (query: Record<string, string | undefined>) =>
  read<{ results: LoggedRequest[]; skipped: number }>("logs/", query)
export const linesQuery = (query: Record<string, string | undefined>) =>
  read<{ results: Line[] }>("logs/lines/", query)
export const metricsQuery = (range: string) => read<Metrics>("metrics/", { range })
export const connectionsQuery = read<Connection[]>("live/connections/")
export const backupsQuery = read<Backup[]>("backups/")
export const aboutQuery = read<About>("about/")
export const licencesQuery = read<Licence[]>("about/licences/")

/** The address of an address of a webhook, or of what is below it. */
export const hookPath = (id: string, below = "") => `/api/_/${hook(id)}${below}`
