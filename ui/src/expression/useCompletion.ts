import { useQuery } from "@tanstack/react-query"
import { type KeyboardEvent, type RefObject, useState } from "react"
import { type Completion, completeQuery } from "./api.ts"
import { fromBytes, toBytes } from "./bytes.ts"

/** Something that can stand at the caret, and the place (in UTF-16 units) from which on it replaces what is there. */
export interface Proposal extends Completion {
  from: number
}

interface Asked {
  text: string
  caret: number
  /** Asked for by a key, and not only by typing. */
  wanted: boolean
}

/** Where the text that ends at the caret is still open: the place of its quotation mark. */
function openQuote(before: string): number | undefined {
  let open: number | undefined
  for (let at = 0; at < before.length; at++) {
    const c = before[at]
    if (open !== undefined && c === "\\") at++
    else if (open !== undefined ? c === before[open] : c === '"' || c === "'") {
      open = open === undefined ? at : undefined
    }
  }
  return open
}

/** Typing proposes where a name or a value begins; elsewhere a key must ask. */
const begun = /[\p{L}\p{N}_.]$|(==|!=|\bin \[)\s*$/u

/** The list of what can stand at the caret, and the keys that choose from it. */
export function useCompletion(
  collection: string,
  value: string,
  field: RefObject<HTMLTextAreaElement | null>,
  put: (text: string, caret: number) => void,
) {
  const [asked, setAsked] = useState<Asked>()
  const [chosen, setChosen] = useState<number>()
  const current = asked?.text === value ? asked : undefined
  const before = current ? value.slice(0, current.caret) : ""
  const quote = openQuote(before)
  const place = quote ?? before.length
  const open = current !== undefined && (current.wanted || begun.test(before) || quote !== undefined)
  const query = useQuery({
    ...completeQuery(collection, value, toBytes(value, place)),
    enabled: open,
    placeholderData: (last) => last,
  })
  const proposals = open ? shown(query.data ?? [], value, before, quote, query.isPlaceholderData) : []
  const exact = proposals.some((p) => p.text === value.slice(p.from, before.length))
  const useful = proposals.length > 1 || (proposals.length === 1 && !exact)
  const list = useful ? proposals : []
  const active = chosen ?? (exact && !current?.wanted ? -1 : 0)

  const ask = (wanted: boolean, text = value) => {
    setChosen(undefined)
    setAsked({ text, caret: field.current?.selectionStart ?? text.length, wanted })
  }
  const close = () => setAsked(undefined)
  const take = (proposal: Proposal) => {
    if (!current) return
    const text = value.slice(0, proposal.from) + proposal.text + value.slice(current.caret)
    close()
    put(text, proposal.from + proposal.text.length)
  }
  /** Whether a key was for the list. */
  const onKey = (event: KeyboardEvent): boolean => {
    if (event.key === " " && event.ctrlKey) {
      ask(true)
      return true
    }
    if (list.length === 0) return false
    const step = (by: number) => setChosen((active + by + list.length) % list.length)
    const proposal = list[active]
    if (event.key === "ArrowDown") step(1)
    else if (event.key === "ArrowUp") step(active < 0 ? 0 : -1)
    else if (event.key === "Escape") close()
    else if (
      (event.key === "Enter" || event.key === "Tab") &&
      proposal &&
      !event.ctrlKey &&
      !event.shiftKey
    ) {
      take(proposal)
    } else return false
    return true
  }
  return { list, active, ask, close, take, onKey, from: list[0]?.from ?? 0 }
}

function shown(
  found: readonly Completion[],
  value: string,
  before: string,
  quote: number | undefined,
  old: boolean,
): Proposal[] {
  const all = found.map((one) => ({ ...one, from: quote ?? fromBytes(value, one.pos) }))
  const choices = quote === undefined ? all : all.filter((one) => one.kind === "choice")
  const fitting = choices.filter((one) => {
    const typed = before.slice(one.from).toLowerCase().replace(/^'/, '"')
    return (
      (!old && quote === undefined) || (one.from <= before.length && one.text.toLowerCase().startsWith(typed))
    )
  })
  return fitting.slice(0, 100)
}
