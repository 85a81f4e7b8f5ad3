import { useState } from "react"

/**
 * Keys for the members of a list that have no names of their own. They go with a member when others before it are
 * deleted or it is moved, so that what is typed and not taken yet stays where it belongs.
 */
export function useKeys(length: number) {
  const [known, setKnown] = useState<readonly number[]>([])
  const next = Math.max(-1, ...known) + 1
  const keys = Array.from({ length }, (_, place) => known[place] ?? next + place - known.length)
  return {
    keys,
    removed: (place: number) => setKnown(keys.filter((_, other) => other !== place)),
    swapped: (a: number, b: number) =>
      setKnown(keys.map((key, place) => (place === a ? keys[b] : place === b ? keys[a] : key) ?? key)),
  }
}
