// JSON as it is written by hand.
import { t } from "@lingui/core/macro"
import { closes, opens, token } from "./json.ts"
import { faultOf, type JSONFault } from "./jsonFault.ts"

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
