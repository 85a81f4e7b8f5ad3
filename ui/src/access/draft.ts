import { queryOptions, useMutation, useSuspenseQueries } from "@tanstack/react-query"
import { ApiError } from "couplet-client"
import { client, queries } from "../app/client.ts"
import { useMe } from "../app/session.ts"
import { createStore, useStore } from "../app/store.ts"
import { schemaQuery } from "./api.ts"
import { differences, type SchemaDocument, whole } from "./document.ts"

interface DraftHead {
  id: string
  owner: string
  /** Whether another schema is in force than it was made from. */
  moved: boolean
  version: number
}

export interface Draft extends DraftHead {
  document: SchemaDocument
}

const path = "/api/_/schema/drafts/"

/** The draft that the reader works on, the schema designer's too: the one opened last, or the latest of their own. */
const draftQuery = (me: string, wanted: unknown) =>
  queryOptions({
    queryKey: ["access", "draft", me, wanted],
    queryFn: async ({ signal }): Promise<Draft | null> => {
      const drafts = await client.get<DraftHead[]>(path, { signal })
      const one = drafts.find(({ id }) => id === wanted) ?? drafts.find(({ owner }) => owner === me)
      return one ? client.get<Draft>(`${path}${one.id}/`, { signal }).catch(noneIfGone) : null
    },
    staleTime: 0,
  })

/** A draft that was applied or discarded meanwhile. */
function noneIfGone(error: unknown): null {
  if (error instanceof ApiError && error.status === 404) return null
  throw error
}

type Edit = (document: SchemaDocument) => SchemaDocument

/** Edits that the server has not stored: on their way, or refused. They are shown all the same, and go with the next. */
const unsaved = createStore<readonly { by: string; edit: Edit }[]>([])

/** The draft, and the ways to change it. Without one, the document in force is shown. */
export function useDraft() {
  const me = useMe()
  const query = draftQuery(me.id, me.preferences.schema_draft)
  const [schema, held] = useSuspenseQueries({ queries: [schemaQuery, query] })
  const edits = useStore(unsaved).filter(({ by }) => by === me.id)
  const base = whole(schema.data.document)
  const draft = held.data
  const document = edits.reduce((doc, { edit }) => edit(doc), whole(draft?.document ?? base))
  const keep = (next: Draft | null) => {
    queries.setQueryData(query.queryKey, next)
    queries.removeQueries({ queryKey: ["schema"] })
  }
  const saving = useMutation({
    scope: { id: "access-draft" },
    mutationFn: async () => {
      const sent = unsaved.get().filter(({ by }) => by === me.id)
      if (sent.length === 0) return
      const all: Edit = (document) => sent.reduce((doc, { edit }) => edit(doc), document)
      keep(await send(all, queries.getQueryData(query.queryKey) ?? null, base))
      unsaved.set(unsaved.get().filter((one) => !sent.includes(one)))
    },
    onError: () => queries.invalidateQueries({ queryKey: query.queryKey }),
  })
  const discarding = useMutation({
    scope: { id: "access-draft" },
    mutationFn: async () => {
      const now = queries.getQueryData(query.queryKey)
      if (now) await client.delete(`${path}${now.id}/`)
      return now ?? null
    },
    onSuccess: () => {
      unsaved.set([])
      saving.reset()
      keep(null)
    },
  })
  const restore = async (gone: Draft) => {
    keep(await client.post<Draft>(path, { document: gone.document }))
  }
  const rebasing = useMutation({
    scope: { id: "access-draft" },
    mutationFn: async () => {
      if (!draft) return null
      const options = { ifMatch: String(draft.version) }
      return (await client.post<{ draft: Draft }>(`${path}${draft.id}/rebase/`, {}, options)).draft
    },
    onSuccess: keep,
  })
  return {
    base,
    document,
    draft,
    changes: differences(base, document),
    saved: edits.length === 0,
    error: saving.error ?? discarding.error ?? rebasing.error,
    edit: (edit: Edit) => {
      unsaved.set([...unsaved.get(), { by: me.id, edit }])
      saving.mutate()
    },
    /** The draft with all edits stored. */
    stored: () => saving.mutateAsync().then(() => queries.getQueryData(query.queryKey)),
    /** Sends again what is not stored; there where nothing is on its way. */
    saveAgain: edits.length > 0 && !saving.isPending ? () => saving.mutate() : undefined,
    /** Ends the draft; `then` gets a way to bring it back. */
    discard: (then: (undo: () => Promise<void>) => void) =>
      discarding.mutate(undefined, { onSuccess: (gone) => gone && then(() => restore(gone)) }),
    rebase: () => rebasing.mutate(),
  }
}

export type DraftState = ReturnType<typeof useDraft>

/** Stores an edit: on top of the draft as it is now, or in a new one. A draft that says nothing new ends. */
async function send(edit: Edit, held: Draft | null, base: SchemaDocument): Promise<Draft | null> {
  if (!held) return client.post<Draft>(path, { document: edit(base) })
  const one = `${path}${held.id}/`
  const document = edit(whole(held.document))
  const { access, others } = differences(base, document)
  try {
    if (access === 0 && !others && !held.moved) {
      await client.delete(one, { ifMatch: String(held.version) })
      return null
    }
    return await client.patch<Draft>(one, { document }, { ifMatch: String(held.version) })
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    if (error.status === 404) return client.post<Draft>(path, { document: edit(base) })
    if (error.status !== 412) throw error
    const now = await client.get<Draft>(one)
    return client.patch<Draft>(one, { document: edit(whole(now.document)) }, { ifMatch: String(now.version) })
  }
}
