/** A piece of a text that stayed, went or came. */
export interface Piece {
  kind: "same" | "out" | "in"
  text: string
}

/** What has changed in a text, by words. */
export function wordDiff(before: string, after: string): Piece[] {
  const a = before.split(/(\s+)/)
  const b = after.split(/(\s+)/)
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let end = 0
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++
  const middle = between(a.slice(start, a.length - end), b.slice(start, b.length - end))
  return joined([
    ...a.slice(0, start).map((text) => ({ kind: "same", text }) as const),
    ...middle,
    ...a.slice(a.length - end).map((text) => ({ kind: "same", text }) as const),
  ])
}

/** The longest common words stay; of very long texts all is out and in. */
function between(a: string[], b: string[]): Piece[] {
  if (a.length * b.length > 400_000) return [piece("out", a.join("")), piece("in", b.join(""))]
  const width = b.length + 1
  const long = new Uint32Array((a.length + 1) * width)
  const at = (i: number, j: number) => long[i * width + j] ?? 0
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      long[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const out: Piece[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      out.push(piece("same", a[i++] ?? ""))
      j++
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1)))
      out.push(piece("out", a[i++] ?? ""))
    else out.push(piece("in", b[j++] ?? ""))
  }
  return out
}

function piece(kind: Piece["kind"], text: string): Piece {
  return { kind, text }
}

function joined(pieces: readonly Piece[]): Piece[] {
  const out: Piece[] = []
  for (const { kind, text } of pieces) {
    const last = out.at(-1)
    if (last?.kind === kind) last.text += text
    else if (text) out.push({ kind, text })
  }
  return out
}
