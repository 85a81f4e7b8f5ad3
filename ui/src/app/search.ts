import { createStore } from "./store.ts"

const defaults = new WeakMap<Check, string>()

/** Reads one parameter of an address: its value, or undefined where it is none. */
export type Check = (value: string) => string | undefined

/** Any text, up to a length. */
export const text: Check = (value) => (value.length <= 4000 ? value : undefined)

/** One of some words. The first is the default, which is not written into the address. */
export function oneOf(...words: readonly string[]): Check {
  const check: Check = (value) => (words.includes(value) && value !== words[0] ? value : undefined)
  defaults.set(check, words[0] ?? "")
  return check
}

/** A whole number from `least` to `most`. */
export function whole(least: number, most: number): Check {
  return (value) =>
    /^\d{1,9}$/.test(value) && Number(value) >= least && Number(value) <= most ? value : undefined
}

/** Names of parameters that an address had and its page does not take. */
export const droppedParameters = createStore<readonly string[]>([])

/**
 * Makes what a route demands of its parameters. One that a page does not know, or whose value it cannot take, is left
 * out of the address and told (`droppedParameters`).
 */
export function search<Spec extends Record<string, Check>>(spec: Spec) {
  return (raw: Record<string, unknown>): { [Name in keyof Spec]?: string } => {
    const out: { [Name in keyof Spec]?: string } = {}
    const dropped: string[] = []
    for (const [name, value] of Object.entries(raw)) {
      // The router lays this over the address as it stands: what is not taken has to be taken away.
      ;(out as Record<string, undefined>)[name] = undefined
      if (value === undefined || value === "") continue
      const check = Object.hasOwn(spec, name) ? spec[name] : undefined
      const taken = check?.(String(value))
      if (taken !== undefined) out[name as keyof Spec] = taken
      else if (!check || !isDefault(check, String(value))) dropped.push(name)
    }
    if (dropped.length > 0) queueMicrotask(() => droppedParameters.set(dropped))
    return out
  }
}

function isDefault(check: Check, value: string): boolean {
  return defaults.get(check) === value
}

/** Parameters as they stand in an address: plain texts. */
export function parseSearch(query: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(query))
}

export function stringifySearch(values: Record<string, unknown>): string {
  const out = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== null && value !== "") out.set(name, String(value))
  }
  const query = out.toString()
  return query && `?${query}`
}
