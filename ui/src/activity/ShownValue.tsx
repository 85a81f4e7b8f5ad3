import type { Value } from "../app/collections.ts"
import css from "./Activity.module.css"

/** A value as the log has it; null and the empty text are told apart. */
export function ShownValue({ value }: { value: Value | undefined }) {
  if (value === undefined || value === null) return <span className={css.special}>null</span>
  if (value === "") return <span className={css.special}>""</span>
  if (typeof value === "object") {
    return (
      <span className={`${css.value} ${css.json}`} dir="ltr">
        {JSON.stringify(value)}
      </span>
    )
  }
  return (
    <span className={css.value} dir="auto">
      {String(value)}
    </span>
  )
}
