import { queryOptions } from "@tanstack/react-query"
import { client } from "../app/client.ts"

/** A node of an expression's tree, as the server has it. Places are bytes of the text. */
export interface Node {
  op: string
  text?: string
  args?: Node[]
  pos?: number
  end?: number
  at?: number
  type?: string
}

/** A mistake in an expression, and where it is: bytes from `pos` to `end`. */
export interface Mistake {
  pos: number
  end: number
  line: number
  column: number
  message: string
  suggestion?: string
}

/** What the server says about an expression: its tree and canonical text, or what is wrong. */
export interface Checked {
  valid: boolean
  tree?: Node
  text?: string
  errors: Mistake[]
}

export interface Completion {
  text: string
  kind: "field" | "relation" | "list" | "variable" | "function" | "method" | "keyword" | "choice"
  detail?: string
  /** The byte from which on it replaces what is there. */
  pos: number
}

const forever = { staleTime: Number.POSITIVE_INFINITY, gcTime: 60_000, retry: false } as const

/** Checks an expression against the schema. */
export const checkQuery = (collection: string, expr: string) =>
  queryOptions({
    queryKey: ["expr", "check", collection, expr],
    queryFn: ({ signal }) => client.post<Checked>("/api/_/expr/check/", { collection, expr }, { signal }),
    ...forever,
  })

/** What can stand at a place (in bytes) of an expression. */
export const completeQuery = (collection: string, expr: string, position: number) =>
  queryOptions({
    queryKey: ["expr", "complete", collection, expr.slice(0, position), position],
    queryFn: async ({ signal }) => {
      const path = "/api/_/expr/complete/"
      const body = { collection, expr, position }
      return (await client.post<{ completions: Completion[] }>(path, body, { signal })).completions
    },
    ...forever,
  })

/** The text of a tree. */
export async function formatTree(tree: Node): Promise<string> {
  return (await client.post<{ text: string }>("/api/_/expr/format/", { tree })).text
}
