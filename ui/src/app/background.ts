import { useQuery } from "@tanstack/react-query"
import { ApiError } from "couplet-client"
import { client } from "./client.ts"

/** Work of the server that takes long, as `/api/_/background/` tells of it. */
export interface Background<R = unknown> {
  id: string
  kind: "import" | "bulk" | "revert" | "backup" | "doctor" | "schema"
  /** The collection, or what is reverted. */
  subject: string
  state: "running" | "done" | "failed" | "cancelled"
  /** What it is at; each phase counts anew. */
  phase: string
  done: number
  total: number
  started: string
  ended: string | null
  /** What would have been answered without background; null until it has ended. */
  status: number | null
  report: R | null
}

/** How far such work is, and a way to end it. */
export interface Working {
  phase: string
  done: number
  total: number
  cancel: () => void
}

/** Is told how far work is, and nothing when it has ended. */
export type Watch = (working: Working | undefined) => void

const every = 300
/** Work that is over by then is not told of: nothing flickers. */
const unnoticed = 250
const mostSilent = 30

const pathOf = (id: string) => `/api/_/background/${encodeURIComponent(id)}/`

/** Ends work as soon as it can; it may be over by now. */
export function endWork(id: string): void {
  void client.post(`${pathOf(id)}cancel/`).catch(() => undefined)
}

/** Follows work to its end. */
export async function follow<R>(id: string, watch: Watch): Promise<Background<R>> {
  let silent = 0
  let pause = every / 8
  const begun = Date.now()
  try {
    for (;;) {
      try {
        const now = await client.get<Background<R>>(pathOf(id))
        if (now.status !== null) return now
        if (Date.now() - begun > unnoticed) watch({ ...now, cancel: () => endWork(id) })
        silent = 0
      } catch (error) {
        // A connection that is lost for a while ends nothing.
        if (!(error instanceof ApiError) || error.status !== 0 || ++silent > mostSilent) throw error
      }
      await new Promise((resolve) => setTimeout(resolve, pause))
      pause = Math.min(every, pause * 2)
    }
  } finally {
    watch(undefined)
  }
}

/** Asks for work behind the answer and follows it to its end: what comes of it is as if it had been answered at once. */
export async function behind<R>(path: string, body: object, watch: Watch): Promise<R> {
  const { id } = await client.post<Background>(path, { ...body, background: true })
  const run = await follow<R>(id, watch)
  if (run.report && run.status !== null && run.status < 300) return run.report
  throw new ApiError(run.status ?? 500, run.report)
}

/** Work of a kind that is under way, whoever began it. It is asked for again while there is some, or `awaited`. */
export function useUnderWay(
  kind: Background["kind"],
  { awaited = false, subject }: { awaited?: boolean; subject?: string } = {},
): Working | undefined {
  const { data } = useQuery({
    queryKey: ["background", kind],
    queryFn: ({ signal }) => client.get<Background[]>("/api/_/background/", { signal, query: { kind } }),
    staleTime: 0,
    refetchInterval: ({ state }) =>
      awaited || state.data?.some((one) => one.state === "running") ? every : false,
  })
  const found = data?.find(
    (one) => one.state === "running" && (subject === undefined || one.subject === subject),
  )
  return found && { ...found, cancel: () => endWork(found.id) }
}

/** Whether it is no failure that somebody has ended it. */
export function wasCancelled(error: unknown): boolean {
  return error instanceof ApiError && (error.body as { code?: string } | undefined)?.code === "cancelled"
}
