import type { Collection, Key } from "../../app/collections.ts"
import type { GridModel } from "../../grid/model.ts"
import css from "../Toolbar.module.css"
import type { Refusal } from "./bulk.ts"

/** The records that were refused, by name, with the server's words about each field. */
export function Refusals({ model, refusals }: { model: GridModel; refusals: readonly Refusal[] }) {
  if (refusals.length === 0) return null
  return (
    <ul className={css.refusals}>
      {refusals.slice(0, 20).map(({ key, errors }) => (
        <li key={key}>
          <b dir="auto">{nameOf(model, key)}</b> {wordsOf(model.collection, errors)}
        </li>
      ))}
      {refusals.length > 20 && <li>+{refusals.length - 20}</li>}
    </ul>
  )
}

function nameOf(model: GridModel, key: Key): string {
  return model.rows.rowOf(key)?._display || `#${key}`
}

function wordsOf(collection: Collection, errors: Refusal["errors"]): string {
  return Object.entries(errors)
    .map(([field, said]) => {
      const label = collection.fields.find((one) => one.name === field)?.label
      const words = Array.isArray(said) ? said.join(" ") : String(said)
      return label ? `${label}: ${words}` : words
    })
    .join(" ")
}
