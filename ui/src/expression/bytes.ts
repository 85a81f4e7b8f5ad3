const encoder = new TextEncoder()

/** The server counts bytes of UTF-8, a text field UTF-16 units. */
export function toBytes(text: string, units: number): number {
  return encoder.encode(text.slice(0, units)).length
}

export function fromBytes(text: string, bytes: number): number {
  let at = 0
  let count = 0
  for (const character of text) {
    if (count >= bytes) break
    count += encoder.encode(character).length
    at += character.length
  }
  return at
}
