import { behind, type Watch } from "../app/background.ts"
import { client, queries } from "../app/client.ts"
import { refreshCollections } from "../app/collections.ts"
import { refreshMe } from "../app/session.ts"
import { entriesOf, nameById, textOf } from "./document.ts"
import type { Applied, Plan } from "./plan.ts"
import { consentOf } from "./Steps.tsx"
import type { SchemaWork } from "./work.ts"

export interface Outcome {
  name: string
  /** What reverting it takes. */
  changeset: string | undefined
  /** A collection that is new. */
  created: string | undefined
}

/** Does what a plan says and deletes its draft: the schema in force is what was drafted. */
export async function apply(work: SchemaWork, plan: Plan, watch: Watch): Promise<Outcome> {
  const { force, draft } = work.state.get()
  const id = draft?.id ?? ""
  work.closed.add(id)
  const body = { document: plan.document, hash: plan.hash, consent: consentOf(plan.steps) }
  const data = await behind<Applied>("/api/_/schema/apply/", body, watch).catch((error) => {
    work.closed.delete(id)
    throw error
  })
  await work.discard().catch(() => work.take(undefined))
  await schemaChanged(work)
  const created = entriesOf(plan.document.collections).find(
    ([, part]) => nameById(force.document.collections, textOf(part, "id")) === undefined,
  )
  return { name: data.name, changeset: await latest(), created: created?.[0] }
}

/** The changeset of the last change of the schema, for the way back. */
async function latest(): Promise<string | undefined> {
  try {
    const { results } = await client.get<{ results: { changeset: string }[] }>("/api/_/changes/", {
      query: { op: "schema", limit: 1 },
    })
    return results[0]?.changeset
  } catch {
    return undefined
  }
}

/** Asks anew for everything that follows from the schema. */
export async function schemaChanged(work: SchemaWork): Promise<void> {
  await Promise.all([
    work.refresh(),
    refreshMe(),
    refreshCollections(),
    queries.invalidateQueries({ queryKey: ["schema", "migrations"] }),
    queries.invalidateQueries({ queryKey: ["schema", "drift"] }),
    queries.invalidateQueries({ queryKey: ["count"] }),
  ])
}
