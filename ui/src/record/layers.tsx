import { useLingui } from "@lingui/react/macro"
import { ArrowLeft } from "lucide-react"
import { useState } from "react"
import { type Collection, type Key, keyOf, useCollections } from "../app/collections.ts"
import { IconButton } from "../parts/IconButton.tsx"
import { Draft } from "./draft.ts"
import type { Create } from "./fields/control.ts"
import css from "./layers.module.css"
import { RecordForm } from "./RecordForm.tsx"
import { save } from "./save.ts"
import { initialValue, type Values } from "./values.ts"

/** A new record that is made on the way of making or changing another one. */
export interface Layer {
  collection: Collection
  draft: Draft
  done: (key: Key, display: string) => void
  /** The field that it was begun from; it gets the focus back. */
  from: Element | null
}

/** How many lie on each other at most, with the one that everything began with. */
const most = 3

/** The records that are made in place, each on top of the one before. */
export function useLayers() {
  const collections = useCollections()
  const [layers, setLayers] = useState<Layer[]>([])
  const create: Create = (target, name, done) => {
    const collection = collections.find((one) => one.name === target)
    if (!collection) return
    const draft = newDraft(collection, `new+${layers.length + 1}`, named(collection, name))
    setLayers([
      ...layers,
      { collection, draft, done, from: document.activeElement?.closest("[data-field]") ?? null },
    ])
  }
  const back = (layer: Layer) => {
    setLayers(layers.slice(0, layers.indexOf(layer)))
    requestAnimationFrame(() => layer.from?.querySelector("input")?.focus())
  }
  return { layers, create: layers.length < most - 1 ? create : undefined, back }
}

/** The typed name, put into the field that names a record, where it is one of the record's own texts. */
function named(collection: Collection, name: string): Values {
  const field = collection.fields.find((one) => one.name === collection.display)
  return field?.writable && name ? { [field.name]: name } : {}
}

/** A draft of a new record that has some values already. */
export function newDraft(collection: Collection, key: string, values: Values): Draft {
  const draft = new Draft(collection.id, key)
  const fields = collection.fields.filter((field) => field.name in values && field.writable)
  if (fields.length > 0) {
    draft.state.set({
      ...draft.state.get(),
      changes: Object.fromEntries(fields.map(({ name }) => [name, values[name] ?? null])),
      base: Object.fromEntries(fields.map((field) => [field.name, initialValue(field)])),
    })
  }
  return draft
}

/** The topmost of them, with the way back to those below it. */
export function LayerForm({
  below,
  layer,
  create,
  onBack,
}: {
  below: readonly { name: string; onBack: () => void }[]
  layer: Layer
  create: Create | undefined
  onBack: () => void
}) {
  const { t } = useLingui()
  const { collection, draft, done } = layer
  const submit = async () => {
    const saved = await save(collection, undefined, draft)
    if (!saved) return
    const key = keyOf(collection, saved.row)
    onBack()
    done(key, saved.row._display ?? `#${key}`)
  }
  return (
    <section className={css.layer} aria-label={t`New ${collection.label}`} data-region>
      <header className={css.top}>
        <IconButton
          icon={ArrowLeft}
          label={t`Back without saving`}
          onPress={() => {
            draft.clear()
            onBack()
          }}
        />
        <nav aria-label={t`Where this belongs`} className={css.crumbs}>
          {below.map(({ name, onBack }) => (
            <button key={name} type="button" className={css.crumb} onClick={onBack}>
              <bdi>{name}</bdi>
            </button>
          ))}
          <span aria-current="page">{t`New ${collection.label}`}</span>
        </nav>
      </header>
      <RecordForm
        collection={collection}
        row={undefined}
        draft={draft}
        people={[]}
        onEditing={() => undefined}
        onCreate={create}
        onSave={() => void submit()}
        focusFirst
      />
    </section>
  )
}
