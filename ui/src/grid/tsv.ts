/** Cells as tab separated text, as spreadsheets write and read it: with quotes where a cell holds a tab, a line or a quote. */
export function writeTSV(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => row.map(quoted).join("\t")).join("\n")
}

function quoted(text: string): string {
  return /[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Reads tab separated text. A line break at the end begins no row. */
export function readTSV(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let cell = ""
  let at = 0
  const endRow = () => {
    row.push(cell)
    rows.push(row)
    row = []
    cell = ""
  }
  while (at < text.length) {
    const char = text[at]
    if (char === '"' && cell === "") {
      const [inside, next] = readQuoted(text, at)
      cell = inside
      at = next
    } else if (char === "\t") {
      row.push(cell)
      cell = ""
      at++
    } else if (char === "\n" || char === "\r") {
      endRow()
      at += char === "\r" && text[at + 1] === "\n" ? 2 : 1
    } else {
      cell += char
      at++
    }
  }
  if (cell !== "" || row.length > 0) endRow()
  return rows
}

/** A quoted cell, and where it ends. A quote that is never closed, or goes on after it, is a plain character. */
function readQuoted(text: string, start: number): [cell: string, next: number] {
  let cell = ""
  let at = start + 1
  while (at < text.length) {
    if (text[at] !== '"') cell += text[at++]
    else if (text[at + 1] === '"') {
      cell += '"'
      at += 2
    } else {
      const after = text[at + 1]
      if (after !== undefined && after !== "\t" && after !== "\n" && after !== "\r") break
      return [cell, at + 1]
    }
  }
  let end = start
  while (end < text.length && text[end] !== "\t" && text[end] !== "\n" && text[end] !== "\r") end++
  return [text.slice(start, end), end]
}
