import { Trans, useLingui } from "@lingui/react/macro"
import { useState } from "react"
import { Group } from "react-aria-components"
import { useCollections } from "../../app/collections.ts"
import { ExpressionField } from "../../expression/ExpressionField.tsx"
import { useChecked } from "../../expression/useChecked.ts"
import type { GridModel } from "../../grid/model.ts"
import { Button } from "../../parts/Button.tsx"
import { Notice, Said } from "../../parts/States.tsx"
import { Builder } from "./Builder.tsx"
import { countOf } from "./conditions.ts"
import css from "./Filter.module.css"
import { fromTree } from "./fromTree.ts"
import type { FilterState } from "./useFilter.ts"

/** How the filter is being written; undefined: it is not open. */
export type FilterMode = "conditions" | "text" | undefined

interface Shared {
  model: GridModel
  filter: FilterState
  onMode: (mode: FilterMode) => void
}

/** The filter as conditions or as text, one instead of the other. */
export function FilterPopover({ mode, ...shared }: Shared & { mode: FilterMode }) {
  const { t } = useLingui()
  const { filter, onMode } = shared
  const modes = [
    { id: "conditions", label: t`Conditions` },
    { id: "text", label: t`Expression` },
  ] as const
  return (
    <div className={css.popover}>
      <div className={css.top}>
        <h2 className={css.title}>
          <Trans>Filter</Trans>
        </h2>
        <Group className={css.modes ?? ""} aria-label={t`Write it as`}>
          {modes.map(({ id, label }) => (
            <button
              key={id}
              type="button"
              className={css.mode}
              aria-pressed={mode === id}
              onClick={() => onMode(id)}
            >
              {label}
            </button>
          ))}
        </Group>
      </div>
      {mode === "text" ? <AsText key={filter.text} {...shared} /> : <AsConditions {...shared} />}
    </div>
  )
}

function AsConditions({ model, filter, onMode }: Shared) {
  const { group, text, mistakes } = filter
  if (!group) {
    if (filter.pending) return null
    return (
      <>
        <Notice kind={mistakes.length > 0 ? "danger" : "info"}>
          {mistakes.length > 0 ? (
            <Trans>The expression has a mistake. Mend it as text.</Trans>
          ) : (
            <Trans>Conditions cannot show this expression. It stays as text.</Trans>
          )}
        </Notice>
        <code className={css.mono}>{text}</code>
        <div className={css.bottom}>
          <Button onPress={() => filter.setText("")}>
            <Trans>Clear the filter</Trans>
          </Button>
          <Button kind="primary" onPress={() => onMode("text")}>
            <Trans>Edit the expression</Trans>
          </Button>
        </div>
      </>
    )
  }
  return (
    <>
      <Builder collection={model.collection} group={group} onChange={filter.setGroup} />
      {filter.error ? (
        <Notice kind="danger">
          <Said error={filter.error} />
        </Notice>
      ) : null}
      {(countOf(group) > 0 || text) && (
        <div className={css.bottom}>
          <Button kind="quiet" onPress={() => filter.setText("")}>
            <Trans>Clear the filter</Trans>
          </Button>
          <Button onPress={() => onMode(undefined)}>
            <Trans>Show the records</Trans>
          </Button>
        </div>
      )}
    </>
  )
}

function AsText({ model, filter, onMode }: Shared) {
  const { t } = useLingui()
  const [text, setText] = useState(filter.text)
  const { collection } = model
  const all = useCollections()
  const { checked } = useChecked(collection.name, text)
  const shows = !checked?.tree || fromTree(all, collection, checked.tree) !== undefined
  const apply = () => {
    if (checked && !checked.valid) return
    filter.setText(text)
    onMode(undefined)
    model.view?.focus()
  }
  return (
    <>
      <ExpressionField
        collection={collection.name}
        label={t`Show records for which`}
        value={text}
        onChange={setText}
        onSubmit={apply}
        autoFocus
      />
      {!shows && (
        <p className={css.note}>
          <Trans>Conditions cannot show this expression. It stays as text.</Trans>
        </p>
      )}
      <div className={css.bottom}>
        {filter.text ? (
          <Button kind="quiet" onPress={() => filter.setText("")}>
            <Trans>Clear the filter</Trans>
          </Button>
        ) : (
          <span />
        )}
        <Button kind="primary" onPress={apply} isDisabled={checked?.valid === false}>
          <Trans>Apply the filter</Trans>
        </Button>
      </div>
    </>
  )
}
