import { behind, type Watch } from "./background.ts"
import { client } from "./client.ts"
import type { Value } from "./collections.ts"

/** Something that going back touches, or could not touch. `field` is null where it is the record as a whole. */
export interface RevertLine {
  collection: string
  key: string
  field?: string | null
  reason: string
}

/** A place where somebody else was since. */
export interface RevertConflict extends RevertLine {
  old?: Value
  now?: Value
  changeset?: string | null
  actor?: string | null
}

/** A step of the plan that brings an earlier schema back. */
export interface SchemaStep {
  id: string
  sentence: string
  destructive: boolean
  rows?: number
}

/** What reverting did, or (`check`) what it would do. */
export interface RevertReport {
  changeset: string | null
  done: { collection: string; key: string; op: "create" | "update" | "delete"; fields: string[] }[]
  kept: RevertLine[]
  conflicts: RevertConflict[]
  failed: { collection: string; key: string; errors: Value }[]
  schema?: { hash: string; steps: SchemaStep[] | null } | null
  /** Changes of the schema since, which overwriting undoes, too. */
  later?: string[] | null
}

export type RevertMode = "check" | "keep" | "overwrite"

/** So many changes are made, or taken back, while one waits; of more it is told how far they are. */
export const few = 500

export interface RevertOptions {
  /** Of a change of the schema: the plan, and which losses are agreed to. */
  consent?: { hash: string; consent: string[] } | undefined
  /** How many changes there are. */
  count?: number
  /** Is told how far it is, where there are many, or the schema changes. */
  watch?: Watch
}

/** Takes a changeset or a group back, or says what that would do. */
export async function revert(
  id: string,
  mode: RevertMode,
  { consent, count = 0, watch }: RevertOptions = {},
): Promise<RevertReport> {
  const path = `/api/_/changesets/${encodeURIComponent(id)}/revert/`
  if (!watch || (count <= few && !consent)) return client.post(path, { mode, ...consent })
  return behind(path, { mode, ...consent }, watch)
}
