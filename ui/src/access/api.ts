import { queryOptions } from "@tanstack/react-query"
import { client } from "../app/client.ts"
import type { Action } from "../app/session.ts"
import type { SchemaDocument } from "./document.ts"

export const actions: readonly Action[] = ["view", "add", "change", "delete"]

export interface Role {
  name: string
  label: string
  built_in: boolean
  /** Active accounts that have it; null for everybody. */
  people: number | null
}

/** What is so of a collection beside the document: labels, floors, who has a permission of their own. */
export interface MatrixCollection {
  collection: string
  label: string
  label_plural: string
  system: boolean
  floor: Record<Action, string>
  personal: Record<Action, number>
  resources: { resource: string; permission: string }[]
}

export interface Matrix {
  schema: string
  superusers: number
  roles: Role[]
  unknown_roles: { name: string; people: number }[]
  collections: MatrixCollection[]
}

export const matrixQuery = queryOptions({
  queryKey: ["access", "matrix"],
  queryFn: ({ signal }) => client.get<Matrix>("/api/_/access/matrix/", { signal }),
  staleTime: 0,
})

export const schemaQuery = queryOptions({
  queryKey: ["access", "schema"],
  queryFn: ({ signal }) =>
    client.get<{ hash: string; document: SchemaDocument }>("/api/_/schema/", { signal }),
  staleTime: 0,
})

export interface Clause {
  source: string
  truth: "true" | "false" | "unknown"
  text: string
  deciding: boolean
}

/** What a rule says of a record, clause by clause. */
export interface RuleExplanation {
  truth: "true" | "false" | "unknown"
  source: string
  clauses: Clause[] | null
}

export interface Tried {
  pass: number | string
  fail: number | string
  total: number | string
  some: { key: string; display: string; passes: boolean; explanation: RuleExplanation }[]
}

export interface Trial {
  collection: string
  expr: string
  /** A user's key, "" for the anonymous visitor. */
  user: string
  /** Only this record is explained. */
  record?: string | undefined
}

/** How many records a rule lets a user have, and why. */
export const tryQuery = (trial: Trial) =>
  queryOptions({
    queryKey: ["expr", "try", trial],
    queryFn: ({ signal }) => client.post<Tried>("/api/_/expr/try/", trial, { signal }),
    retry: false,
  })

export interface Why {
  explanation: {
    allowed: boolean
    action: Action
    reason: string
    rules?: { rule: string; explanation: RuleExplanation }[]
  }
  text: string
  status: number
  visible: boolean
  user: {
    id: string
    username: string
    is_active: boolean
    is_superuser: boolean
    roles: string[]
  } | null
  display: string
}

export interface Question {
  collection: string
  key: string
  action: string
  user: string
  resource?: string | undefined
}

/** Why a user may or may not do something with a record. */
export const whyQuery = (question: Question) =>
  queryOptions({
    queryKey: ["access", "explain", question],
    queryFn: ({ signal }) => client.post<Why>("/api/_/access/explain/", question, { signal }),
    staleTime: 0,
    retry: false,
  })
