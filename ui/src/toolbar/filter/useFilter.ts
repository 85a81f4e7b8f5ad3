import { useQuery } from "@tanstack/react-query"
import { useMemo, useRef, useState } from "react"
import { useCollections } from "../../app/collections.ts"
import { useStore } from "../../app/store.ts"
import { checkQuery, formatTree, type Mistake } from "../../expression/api.ts"
import type { GridModel } from "../../grid/model.ts"
import { changeList, filterOf } from "../change.ts"
import { emptyGroup, type Group } from "./conditions.ts"
import { fromTree } from "./fromTree.ts"
import { toTree } from "./toTree.ts"

/** The filter of a list: its text, and the conditions where these can show it. */
export interface FilterState {
  text: string
  /** Undefined where the text says what conditions cannot. */
  group: Group | undefined
  mistakes: readonly Mistake[]
  /** While the server is asked what the text means. */
  pending: boolean
  /** The server did not take the conditions, or did not answer. */
  error: unknown
  setText: (text: string) => void
  /** Puts conditions in force; after typing with a short delay. */
  setGroup: (group: Group, typing?: boolean) => void
}

/** What was built here, and the texts that stand for it, so that an unfinished condition stays. */
interface Built {
  group: Group
  texts: readonly string[]
}

const nothing: Mistake[] = []

export function useFilter(model: GridModel): FilterState {
  const text = filterOf(useStore(model.list))
  const { collection } = model
  const all = useCollections()
  const [built, setBuilt] = useState<Built>()
  const [error, setError] = useState<unknown>()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const turn = useRef(0)
  const check = useQuery({ ...checkQuery(collection.name, text), enabled: text.trim() !== "" })
  const tree = text.trim() === "" ? undefined : check.data?.tree
  const parsed = useMemo(() => {
    if (text.trim() === "") return emptyGroup()
    return tree && fromTree(all, collection, tree)
  }, [all, collection, text, tree])
  const apply = async (group: Group) => {
    turn.current += 1
    const mine = turn.current
    try {
      const next = toTree(all, collection, group)
      const formatted = next ? await formatTree(next) : ""
      if (mine !== turn.current) return
      setError(undefined)
      setBuilt({ group, texts: [filterOf(model.list.get()), formatted] })
      changeList(model, "filter", formatted)
    } catch (failure) {
      if (mine === turn.current) setError(failure)
    }
  }
  return {
    text,
    group: built?.texts.includes(text) ? built.group : parsed,
    mistakes: text.trim() === "" ? nothing : (check.data?.errors ?? nothing),
    pending: text.trim() !== "" && check.isPending,
    error: error ?? (text.trim() === "" ? undefined : check.error),
    setText: (next) => {
      turn.current += 1
      setBuilt(undefined)
      changeList(model, "filter", next.trim(), { push: true })
    },
    setGroup: (group, typing = false) => {
      setBuilt({ group, texts: [text] })
      clearTimeout(timer.current)
      timer.current = setTimeout(() => void apply(group), typing ? 300 : 0)
    },
  }
}
