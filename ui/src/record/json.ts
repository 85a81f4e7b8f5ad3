// JSON as text: what a JSON field holds is never read into numbers and written again, so that nothing in it changes.

const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g

/** The members of a JSON object, each as it stands in the text. */
export function sources(text: string): { [name: string]: string } {
  const out: { [name: string]: string } = {}
  let depth = 0
  let name: string | undefined
  let from = -1
  for (const { 0: part, index } of text.matchAll(token)) {
    if (name !== undefined && from < 0 && part !== ":") from = index
    if (part === "{" || part === "[") depth++
    if (depth === 1 && name !== undefined && from >= 0 && (part === "," || part === "}")) {
      out[name] = text.slice(from, index).trimEnd()
      name = undefined
      from = -1
    } else if (depth === 1 && name === undefined && part.startsWith('"')) {
      name = JSON.parse(part) as string
    }
    if (part === "}" || part === "]") depth--
  }
  return out
}

/** The same JSON, one member a line. Numbers stay digit for digit. */
export function formatted(text: string): string {
  if (jsonFault(text) !== undefined) return text
  let out = ""
  let depth = 0
  let before = ""
  const line = () => `\n${"  ".repeat(depth)}`
  for (const [part] of text.matchAll(token)) {
    if (part === "}" || part === "]") {
      depth--
      if (before !== "{" && before !== "[") out += line()
    } else if (before === "{" || before === "[" || before === ",") out += line()
    out += part === ":" ? ": " : part
    if (part === "{" || part === "[") depth++
    before = part
  }
  return out
}

/** What is wrong with a JSON text, or nothing. */
export function jsonFault(text: string): string | undefined {
  if (text.trim() === "") return undefined
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
