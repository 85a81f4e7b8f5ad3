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
export async function apply(work: SchemaWork, plan: Plan): Promise<Outcome> {
  const { force } = work.state.get()
  const { data, headers } = await client.answer<Applied>("POST", "/api/_/schema/apply/", {
    body: { document: plan.document, hash: plan.hash, consent: consentOf(plan.steps) },
  })
  await work.discard().catch(() => work.take(undefined))
  await schemaChanged(work)
  const created = entriesOf(plan.document.collections).find(
    ([, part]) => nameById(force.document.collections, textOf(part, "id")) === undefined,
  )
  return { name: data.name, changeset: headers.get("Couplet-Changeset") ?? undefined, created: created?.[0] }
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
