// JSON without loss: whole numbers beyond 2^53 are kept as their digits, in a text.

const long = /\d{16}/
const token = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/** Reads JSON. A whole number that a JavaScript number cannot hold exactly becomes a string of its digits. */
export function parseJSON(text: string): unknown {
  return JSON.parse(long.test(text) ? text.replace(token, exact) : text)
}

function exact(part: string): string {
  return /^-?\d{16,}$/.test(part) && !Number.isSafeInteger(Number(part)) ? `"${part}"` : part
}
