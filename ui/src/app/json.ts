// JSON as text: what a JSON field holds is never read into numbers and written again, so that nothing in it changes.
import type { Collection, Value } from "./collections.ts"

/** The parts of a JSON text. */
export const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g

export const opens = (part: string) => part === "{" || part === "["
export const closes = (part: string) => part === "}" || part === "]"

/** The fields of a collection that hold JSON. */
export function jsonFields(collection: Collection): string[] {
  return collection.fields.filter((field) => field.type === "json").map((field) => field.name)
}

/**
 * A JSON text in which the values of some members are texts of their own JSON: those of the objects at a depth, where 1
 * is the outermost object. null stays null.
 */
export function keptAsText(text: string, names: readonly string[], depth: number): string {
  const wanted = names.map((name) => JSON.stringify(name)).filter((name) => text.includes(name))
  if (wanted.length === 0) return text
  let out = ""
  let copied = 0
  let level = 0
  let before = ""
  /** Whether the next token begins a value that is kept; where it began, and how deep it stands. */
  let next = false
  let kept: { from: number; level: number } | undefined
  for (const { 0: part, index } of text.matchAll(token)) {
    if (next) kept = { from: index, level }
    if (opens(part)) level++
    if (closes(part)) level--
    if (kept?.level === level) {
      const end = index + part.length
      const own = text.slice(kept.from, end)
      out += text.slice(copied, kept.from) + (own === "null" ? own : JSON.stringify(own))
      copied = end
      kept = undefined
    }
    next = part === ":" && level === depth && wanted.includes(before)
    before = part
  }
  return out + text.slice(copied)
}

/** Values by field as a JSON text to send. What a JSON field holds goes as the text that it is. */
export function bodyText(collection: Collection, values: { [field: string]: Value }): string {
  const raw = jsonFields(collection)
  const members = Object.entries(values).map(([name, value]) => {
    const text = raw.includes(name) ? String(value ?? "").trim() || "null" : JSON.stringify(value)
    return `${JSON.stringify(name)}:${text}`
  })
  return `{${members.join(",")}}`
}

export function isJSON(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
