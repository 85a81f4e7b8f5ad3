import { useLingui } from "@lingui/react/macro"
import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { client } from "../app/client.ts"
import { type Field, recordsPath, type Value } from "../app/collections.ts"
import { changePreferences, usePreferences } from "../app/preferences.ts"
import { useStore } from "../app/store.ts"
import { tellFailure } from "../parts/toasts.ts"
import { isFile, isNumber } from "./columns.ts"
import type { GridModel } from "./model.ts"
import { wordsOf } from "./save.ts"

export type Summary = "sum" | "avg" | "min" | "max" | "count" | "empty" | "unique"

/** What the server can work out over a field. */
export function summariesOf(field: Field): Summary[] {
  if (isNumber(field.type) && !field.choices) return ["sum", "avg", "min", "max", "count", "empty"]
  if (field.type === "duration") return ["sum", "avg", "min", "max", "count", "empty"]
  if (field.type === "many_to_many") return []
  if (field.type === "json" || field.type === "boolean" || isFile(field.type)) return ["count", "empty"]
  if (/key$|one$/.test(field.type)) return ["count", "empty", "unique"]
  return ["min", "max", "count", "empty", "unique"]
}

export function useSummaryName(): (name: string) => string {
  const { t } = useLingui()
  const names: { [name: string]: string } = {
    sum: t`Sum`,
    avg: t`Average`,
    min: t`Least`,
    max: t`Most`,
    count: t`Filled`,
    empty: t`Empty`,
    unique: t`Different`,
  }
  return (name) => names[name] ?? name
}

export interface Aggregate {
  count: number
  fields: { [field: string]: { [name: string]: Value } }
}

/** What the reader has chosen to see below the columns of a collection, whatever the view. */
export function useChosenSummaries({ collection }: GridModel): { readonly [field: string]: string } {
  const kept = usePreferences().summaries?.[collection.name] ?? {}
  return Object.fromEntries(
    collection.fields.flatMap((field) => {
      const name = summariesOf(field).find((one) => one === kept[field.name])
      return name ? [[field.name, name]] : []
    }),
  )
}

/** Chooses what is seen below a column; undefined: nothing. */
export function summarize({ collection }: GridModel, field: Field, name: Summary | undefined): void {
  changePreferences({ summaries: { [collection.name]: { [field.name]: name ?? null } } }).catch((error) =>
    tellFailure(wordsOf(error)),
  )
}

/** The summaries chosen for the columns, over all that match. */
export function useSummaries(model: GridModel) {
  const { filter, q, columns } = useStore(model.list)
  const chosen = useChosenSummaries(model)
  const version = useStore(model.changes)
  const of = columns
    .flatMap(({ field }) => (chosen[field.name] ? [`${chosen[field.name]}:${field.name}`] : []))
    .join(",")
  return useQuery({
    queryKey: ["aggregate", model.collection.name, filter, q, of, version],
    queryFn: ({ signal }) =>
      client.get<Aggregate>(`${recordsPath(model.collection.name)}aggregate/`, {
        query: { filter: filter || undefined, q: q || undefined, of },
        signal,
      }),
    enabled: of !== "",
    placeholderData: keepPreviousData,
  })
}

const mostLocal = 2000

/** Sum, average, least and most of the numbers in the selection: worked out here, or by the server where it is large. */
export function useSelectionSummary(model: GridModel): { cells: number; sums: Sums | undefined } | undefined {
  const range = useStore(model.range)
  const { columns, filter, order, q } = useStore(model.list)
  useStore(model.rows.version)
  const { top, bottom, left, right } = model.rectangle()
  const fields = columns.slice(left, right + 1).map((c) => c.field)
  const numeric = fields.filter((f) => isNumber(f.type) && !f.choices)
  const [only] = numeric
  const rows = bottom - top + 1
  const far = rows > mostLocal || !allThere(model, top, bottom)
  const remote = useQuery({
    queryKey: ["aggregate", model.collection.name, filter, order, q, only?.name, top, rows],
    queryFn: ({ signal }) =>
      client.get<Aggregate>(`${recordsPath(model.collection.name)}aggregate/`, {
        query: {
          filter: filter || undefined,
          q: q || undefined,
          order: order || undefined,
          offset: top,
          limit: rows,
          of: ["sum", "avg", "min", "max"].map((name) => `${name}:${only?.name}`).join(","),
        },
        signal,
      }),
    enabled: range !== undefined && far && numeric.length === 1 && rows <= 100_000,
  }).data
  if (!range || rows * fields.length < 2) return undefined
  const cells = rows * fields.length
  if (!far) return { cells, sums: localSums(model, numeric, top, bottom) }
  const told = only && remote?.fields[only.name]
  return {
    cells,
    sums: told && {
      sum: String(told.sum),
      avg: String(told.avg),
      min: String(told.min),
      max: String(told.max),
      count: remote?.count ?? 0,
    },
  }
}

export interface Sums {
  sum: string
  avg: string
  min: string
  max: string
  count: number
}

function allThere(model: GridModel, top: number, bottom: number): boolean {
  if (bottom - top >= mostLocal) return false
  for (let index = top; index <= bottom; index++) if (!model.rows.get(index)) return false
  return true
}

/** Exact sums of whole and decimal numbers: all are brought to the same number of decimal places. */
function localSums(
  model: GridModel,
  fields: readonly Field[],
  top: number,
  bottom: number,
): Sums | undefined {
  const texts: string[] = []
  for (let index = top; index <= bottom; index++) {
    const row = model.rows.get(index)
    for (const field of fields) {
      const value = row?.[field.name]
      if (typeof value === "number" || (typeof value === "string" && value !== "")) texts.push(String(value))
    }
  }
  if (texts.length === 0) return undefined
  const ordered = [...texts].sort((a, b) => Number(a) - Number(b))
  const min = ordered[0] ?? ""
  const max = ordered.at(-1) ?? ""
  const count = texts.length
  const approximate = texts.reduce((sum, text) => sum + Number(text), 0)
  if (texts.some((text) => /e/i.test(text))) {
    return { sum: String(approximate), avg: short(approximate / count), min, max, count }
  }
  const places = Math.max(...texts.map((text) => text.split(".")[1]?.length ?? 0))
  const total = texts.reduce((sum, text) => sum + scaled(text, places), 0n)
  return { sum: unscaled(total, places), avg: short(approximate / count), min, max, count }
}

function scaled(text: string, places: number): bigint {
  const [whole = "0", part = ""] = text.split(".")
  return BigInt(whole + part.padEnd(places, "0"))
}

function unscaled(total: bigint, places: number): string {
  if (places === 0) return String(total)
  const sign = total < 0n ? "-" : ""
  const digits = String(total < 0n ? -total : total).padStart(places + 1, "0")
  return `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`
}

function short(value: number): string {
  return String(Math.round(value * 10_000) / 10_000)
}
