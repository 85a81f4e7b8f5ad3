// JSON as text: what a JSON field holds is never read into numbers and written again, so that nothing in it changes.
import { t } from "@lingui/core/macro"
import type { Collection, Value } from "./collections.ts"
import { faultOf, type JSONFault } from "./jsonFault.ts"

const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g

const opens = (part: string) => part === "{" || part === "["
const closes = (part: string) => part === "}" || part === "]"

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

/** The same JSON, one member a line. Numbers stay digit for digit. */
export function formatted(text: string): string {
  if (faultOf(text)) return text
  let out = ""
  let depth = 0
  let before = ""
  const line = () => `\n${"  ".repeat(depth)}`
  for (const [part] of text.matchAll(token)) {
    if (closes(part)) {
      depth--
      if (!opens(before)) out += line()
    } else if (opens(before) || before === ",") out += line()
    out += part === ":" ? ": " : part
    if (opens(part)) depth++
    before = part
  }
  return out
}

/** What is wrong with a JSON text and where, or nothing. */
export function jsonFault(text: string): string | undefined {
  const fault = faultOf(text)
  if (!fault) return undefined
  const { line, column } = fault
  const missing = wordsOf(fault)
  return t`This is no JSON yet. Line ${line}, column ${column}: ${missing}`
}

/** Messages have braces of their own, in which names stand. */
const brace = "}"

function wordsOf({ missing }: JSONFault): string {
  switch (missing) {
    case "value":
      return t`a value is missing. Texts stand in double quotes.`
    case "name":
      return t`a name in double quotes is missing.`
    case "colon":
      return t`a colon is missing.`
    case "member":
      return t`a comma or ${brace} is missing.`
    case "element":
      return t`a comma or ] is missing.`
    case "quote":
      return t`the text that begins here has no end, or a sign in it needs a backslash.`
    case "end":
      return t`nothing more may follow.`
  }
}
