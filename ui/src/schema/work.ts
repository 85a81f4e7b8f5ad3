import { queryOptions, useSuspenseQuery } from "@tanstack/react-query"
import { ApiError } from "couplet-client"
import { client, queries } from "../app/client.ts"
import { changePreferences } from "../app/preferences.ts"
import { meQuery } from "../app/session.ts"
import { createStore, useStore } from "../app/store.ts"
import type { Document } from "./document.ts"
import { same } from "./document.ts"

/** The schema in force. */
export interface Force {
  hash: string
  document: Document
}

export interface DraftInfo {
  id: string
  name: string
  owner: string
  shared: boolean
  base: string
  moved: boolean
  version: number
  changed: string
  changed_by: string
}

export interface Draft extends DraftInfo {
  document: Document
}

export interface WorkState {
  force: Force
  /** What is worked on; none where nothing has been changed. */
  draft: Draft | undefined
  /** The draft's document with what was typed last, or the one in force. */
  document: Document
  saving: "saved" | "waiting" | "saving" | "failed" | "overtaken"
  error: unknown
  /** How far one can go back. */
  past: readonly Document[]
}

const drafts = "/api/_/schema/drafts/"

/**
 * Work on the schema: the draft that edits gather in. It is kept by the server, saved a moment after each change and
 * never over what somebody else has saved meanwhile.
 */
export class SchemaWork {
  readonly state
  /** Drafts that were applied or discarded here: nobody asks for them any more. */
  readonly closed = new Set<string>()
  private timer: ReturnType<typeof setTimeout> | undefined
  private sending: Promise<void> | undefined

  constructor(force: Force, draft: Draft | undefined) {
    this.state = createStore<WorkState>({
      force,
      draft,
      document: draft?.document ?? force.document,
      saving: "saved",
      error: undefined,
      past: [],
    })
  }

  private set(change: Partial<WorkState>): void {
    this.state.set({ ...this.state.get(), ...change })
  }

  edit(change: (document: Document) => Document): void {
    const { document, past } = this.state.get()
    const next = change(document)
    if (same(next, document) && Object.keys(next).join() === Object.keys(document).join()) {
      if (JSON.stringify(next) === JSON.stringify(document)) return
    }
    this.set({ document: next, past: [...past.slice(-99), document] })
    this.saveSoon()
  }

  undo(): void {
    const { past } = this.state.get()
    const last = past.at(-1)
    if (!last) return
    this.set({ document: last, past: past.slice(0, -1) })
    this.saveSoon()
  }

  private saveSoon(): void {
    if (this.state.get().saving === "overtaken") return
    clearTimeout(this.timer)
    if (!this.sending) this.set({ saving: "waiting" })
    this.timer = setTimeout(() => void this.flush(), 500)
  }

  /** Saves what is not saved yet; resolves when the server has it all, or could not take it. */
  async flush(): Promise<void> {
    clearTimeout(this.timer)
    this.timer = undefined
    if (this.sending) await this.sending
    const { draft, document, force } = this.state.get()
    if (document === (draft?.document ?? force.document)) return this.set({ saving: "saved" })
    this.sending = this.send(document).finally(() => {
      this.sending = undefined
    })
    await this.sending
    const now = this.state.get()
    if (now.saving === "saved" && now.document !== now.draft?.document) await this.flush()
  }

  private async send(document: Document): Promise<void> {
    const { draft, force } = this.state.get()
    this.set({ saving: "saving" })
    try {
      const saved = draft
        ? await client.patch<Draft>(`${drafts}${draft.id}/`, { document }, { ifMatch: String(draft.version) })
        : await client.post<Draft>(drafts, { document, base: force.hash })
      this.saved(saved, document)
    } catch (error) {
      const overtaken = error instanceof ApiError && error.status === 412
      this.set({ saving: overtaken ? "overtaken" : "failed", error })
    }
  }

  /** What the server kept has ids for what is new; it is taken over unless more was typed meanwhile. */
  private saved(draft: Draft, sent: Document): void {
    const still = this.state.get().document === sent
    const kept = still ? draft : { ...draft, document: sent }
    this.set({
      draft: kept,
      saving: "saved",
      error: undefined,
      ...(still ? { document: kept.document } : {}),
    })
    void queries.invalidateQueries({ queryKey: ["schema", "drafts"] })
  }

  /** Takes a draft as the server has it, in the place of what is here. */
  take(draft: Draft | undefined): void {
    clearTimeout(this.timer)
    this.timer = undefined
    const { force } = this.state.get()
    const document = draft?.document ?? force.document
    this.set({ draft, document, saving: "saved", error: undefined, past: [] })
    void changePreferences({ schema_draft: draft?.id ?? null }).catch(() => undefined)
    void queries.invalidateQueries({ queryKey: ["schema", "drafts"] })
  }

  async open(id: string): Promise<void> {
    if (this.state.get().draft?.id !== id) await this.flush()
    this.take(await client.get<Draft>(`${drafts}${id}/`))
  }

  /** Saves this side over the one that was saved meanwhile. */
  async keepMine(): Promise<void> {
    const { draft, document } = this.state.get()
    if (!draft) return
    const theirs = await client.get<Draft>(`${drafts}${draft.id}/`)
    this.set({ draft: theirs, document, saving: "waiting" })
    await this.flush()
  }

  async describe(change: { name?: string; shared?: boolean }): Promise<void> {
    await this.flush()
    const { draft } = this.state.get()
    if (!draft) return
    const saved = await client.patch<Draft>(`${drafts}${draft.id}/`, change, {
      ifMatch: String(draft.version),
    })
    this.set({ draft: { ...saved, document: this.state.get().document } })
    void queries.invalidateQueries({ queryKey: ["schema", "drafts"] })
  }

  /** Deletes the draft; what is in force is shown again. */
  async discard(): Promise<void> {
    clearTimeout(this.timer)
    if (this.sending) await this.sending
    const { draft } = this.state.get()
    if (draft) {
      this.closed.add(draft.id)
      await client.delete(`${drafts}${draft.id}/`)
    }
    this.take(undefined)
  }

  /** Another schema may be in force: asks for it. A draft stays as it is and says so. */
  async refresh(hash?: string): Promise<void> {
    if (hash !== undefined && hash === this.state.get().force.hash) return
    if (this.closed.has(this.state.get().draft?.id ?? "")) return
    const force = await client.get<Force>("/api/_/schema/")
    const { draft, document } = this.state.get()
    if (!draft && this.state.get().saving === "saved")
      return this.set({ force, document: force.document, past: [] })
    this.set({ force, document, ...(draft ? { draft: { ...draft, moved: draft.base !== force.hash } } : {}) })
  }
}

async function load(): Promise<SchemaWork> {
  const [force, list] = await Promise.all([
    client.get<Force>("/api/_/schema/"),
    client.get<DraftInfo[]>(drafts),
  ])
  const me = queries.getQueryData(meQuery.queryKey)
  const wanted = me?.preferences.schema_draft
  const chosen = list.find(({ id }) => id === wanted) ?? list.find(({ owner }) => owner === String(me?.id))
  return new SchemaWork(force, chosen && (await client.get<Draft>(`${drafts}${chosen.id}/`)))
}

export const workQuery = queryOptions({
  queryKey: ["schema", "work"],
  queryFn: load,
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: Number.POSITIVE_INFINITY,
  structuralSharing: false,
})

export const draftsQuery = queryOptions({
  queryKey: ["schema", "drafts"],
  queryFn: ({ signal }) => client.get<DraftInfo[]>(drafts, { signal }),
})

export function useWork(): SchemaWork {
  return useSuspenseQuery(workQuery).data
}

export function useWorkState(): WorkState {
  return useStore(useWork().state)
}
