import { useLingui } from "@lingui/react/macro"
import { useRef, useState } from "react"
import { useStore } from "../app/store.ts"
import type { GridModel } from "../grid/model.ts"
import { Finder } from "../parts/Finder.tsx"
import { changeList } from "./change.ts"
import css from "./Toolbar.module.css"

/** Words that records must contain. The list follows as soon as typing pauses; nothing is added to the history. */
export function SearchField({ model }: { model: GridModel }) {
  const { t } = useLingui()
  const q = useStore(model.list).q.trim()
  const [typed, setTyped] = useState<{ text: string; over: string }>()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const shown = typed && (typed.over === q || typed.text.trim() === q) ? typed.text : q
  const put = (text: string, delay: number) => {
    setTyped({ text, over: q })
    clearTimeout(timer.current)
    timer.current = setTimeout(() => changeList(model, "q", text.trim()), delay)
  }
  return (
    <div className={css.search}>
      <Finder
        label={t`Search ${model.collection.label_plural}`}
        value={shown}
        onChange={(text) => put(text, text ? 200 : 0)}
        onSubmit={(text) => {
          put(text, 0)
          model.view?.focus()
        }}
      />
    </div>
  )
}
