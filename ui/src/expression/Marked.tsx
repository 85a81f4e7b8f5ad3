import { Fragment } from "react"
import type { Mistake } from "./api.ts"
import { fromBytes } from "./bytes.ts"
import css from "./ExpressionField.module.css"

/** The text once more behind the field, invisible but for the marks below what is wrong. It also tells where a place is. */
export function Marked({ text, mistakes, at }: { text: string; mistakes: readonly Mistake[]; at: number }) {
  const first = mistakes[0]
  const from = first ? fromBytes(text, first.pos) : text.length
  const to = first ? Math.max(from + 1, fromBytes(text, first.end)) : text.length
  const cuts = [...new Set([0, from, Math.min(to, text.length), at, text.length])].sort((a, b) => a - b)
  return (
    <div className={css.marked} aria-hidden>
      {cuts.map((cut, index) => {
        const part = text.slice(cut, cuts[index + 1])
        const wrong = first !== undefined && cut >= from && cut < to
        return (
          <Fragment key={cut}>
            {cut === at && <span data-caret />}
            {wrong ? <mark className={css.mark}>{part || " "}</mark> : part}
          </Fragment>
        )
      })}
      {first && from >= text.length && <mark className={css.mark}>{"\u2007"}</mark>}{" "}
    </div>
  )
}
