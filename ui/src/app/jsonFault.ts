// Where a text stops being JSON.

/** What stands missing there. */
export type Missing = "value" | "name" | "colon" | "member" | "element" | "quote" | "end"

export interface JSONFault {
  at: number
  line: number
  column: number
  missing: Missing
}

/** Where a text stops being JSON, and what is missing there; nothing where it is JSON, or empty. */
export function faultOf(text: string): JSONFault | undefined {
  if (text.trim() === "") return undefined
  const scan = new Scan(text)
  const missing = scan.value() ?? (scan.ended ? undefined : "end")
  if (!missing) return undefined
  const before = text.slice(0, scan.at).split("\n")
  return { at: scan.at, line: before.length, column: (before.at(-1)?.length ?? 0) + 1, missing }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON has none in its texts
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const plain = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y
const space = /[ \t\r\n]*/y

class Scan {
  at = 0
  private readonly text: string

  constructor(text: string) {
    this.text = text
    this.takes(space)
  }

  get ended(): boolean {
    return this.at >= this.text.length
  }

  /** Goes over a value and the space behind it. */
  value(): Missing | undefined {
    const first = this.text[this.at]
    if (first === "{") return this.list("}", () => this.member(), "member")
    if (first === "[") return this.list("]", () => this.value(), "element")
    if (first === '"') return this.string()
    return this.takes(plain) ? this.after() : "value"
  }

  private member(): Missing | undefined {
    if (this.text[this.at] !== '"') return "name"
    const missing = this.string()
    if (missing) return missing
    return this.is(":") ? this.value() : "colon"
  }

  private list(close: string, one: () => Missing | undefined, between: Missing): Missing | undefined {
    this.is(this.text[this.at] ?? "")
    if (this.is(close)) return undefined
    do {
      const missing = one()
      if (missing) return missing
    } while (this.is(","))
    return this.is(close) ? undefined : between
  }

  private string(): Missing | undefined {
    return this.takes(string) ? this.after() : "quote"
  }

  private after(): undefined {
    this.takes(space)
  }

  /** Goes over a sign and the space behind it, where it stands here. */
  private is(sign: string): boolean {
    if (this.text[this.at] !== sign) return false
    this.at++
    this.takes(space)
    return true
  }

  private takes(pattern: RegExp): boolean {
    pattern.lastIndex = this.at
    if (!pattern.test(this.text)) return false
    this.at = pattern.lastIndex
    return true
  }
}
