import { queryOptions, useQuery } from "@tanstack/react-query"
import { client } from "../app/client.ts"
import type { Document } from "./document.ts"
import { useWorkState } from "./work.ts"

/** One part of what a plan does, in the order in which it is done. */
export interface Step {
  id: string
  sql: string
  collection: string
  sentence: string
  /** It loses something and needs consent. */
  destructive: boolean
  rows: number
  /** Why it cannot be done. */
  problem?: string
  samples?: string[]
}

export interface Mistake {
  path: string
  message: string
  suggestion?: string
}

export interface Plan {
  hash: string
  base: string
  document: Document
  steps: Step[]
  sql: string
  /** That applying it writes into the project. */
  files: string[]
  errors: Mistake[]
}

export interface Applied {
  name: string
  files: string[]
  hash: string
}

/** What a draft would do. It is asked anew for each version of the draft and each schema in force. */
export function planQuery(draft: string, version: number, force: string, document: Document) {
  return queryOptions({
    queryKey: ["schema", "plan", draft, version, force],
    queryFn: ({ signal }) => client.post<Plan>("/api/_/schema/plan/", { document }, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  })
}

/** The plan of the draft as it was saved last: its mistakes are shown where they are. */
export function usePlan() {
  const { draft, force, saving } = useWorkState()
  return useQuery({
    ...planQuery(draft?.id ?? "", draft?.version ?? 0, force.hash, draft?.document ?? force.document),
    enabled: draft !== undefined && saving === "saved",
    placeholderData: (before) => before,
  })
}

/** The mistakes at or below a path of the document. */
export function useMistakes(path: string): Mistake[] {
  const { draft } = useWorkState()
  const { data } = usePlan()
  if (!draft) return []
  return (data?.errors ?? []).filter((one) => within(one.path, path))
}

export function within(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}.`) || path.startsWith(`${prefix}[`)
}

export function told({ message, suggestion }: Mistake): string {
  return suggestion ? `${message} ${suggestion}` : message
}
