import { Trans, useLingui } from "@lingui/react/macro"
import { ArrowDown, ArrowUp, Trash2, X } from "lucide-react"
import { Select } from "../parts/Field.tsx"
import { IconButton } from "../parts/IconButton.tsx"
import { Couplet } from "../parts/States.tsx"
import { Commit } from "./Commit.tsx"
import { type FieldDef, fieldsOf, nameFor, partOf, withAt } from "./document.ts"
import { changeField, moveField, withType } from "./fieldEdits.ts"
import { fieldTypes } from "./fieldTypes.ts"
import css from "./Inspector.module.css"
import { dropField, renameField } from "./names.ts"
import { OptionForm } from "./OptionForm.tsx"
import { fieldOptions } from "./options.ts"
import { useWork, useWorkState } from "./work.ts"

/** All options of one field, beside the table. */
export function Inspector({
  collection,
  name,
  onOpen,
}: {
  collection: string
  name: string
  onOpen: (field: string | undefined) => void
}) {
  const { t, i18n } = useLingui()
  const work = useWork()
  const { document } = useWorkState()
  const part = partOf(document.collections, collection)
  const fields = fieldsOf(part)
  const index = fields.findIndex(([other]) => other === name)
  const field = fields[index]?.[1]
  const step = (by: number) => {
    const next = fields[index + by]
    if (next) onOpen(next[0])
  }
  const remove = () => {
    work.edit((before) => dropField(before, collection, name))
    onOpen(undefined)
  }
  const rename = (typed: string) => {
    const next = nameFor(typed)
    if (!next) return t`A field needs a name.`
    if (next !== name && fields.some(([other]) => other === next)) return t`There is a field ${next} already.`
    work.edit((before) => renameField(before, collection, name, next))
    onOpen(next)
    return undefined
  }
  return (
    <aside className={css.panel} aria-label={t`Options of ${name}`}>
      <header className={css.top}>
        <h2 className={css.title}>{name}</h2>
        {index > 0 && <IconButton icon={ArrowUp} label={t`Field before`} onPress={() => step(-1)} />}
        {index < fields.length - 1 && (
          <IconButton icon={ArrowDown} label={t`Field after`} onPress={() => step(1)} />
        )}
        {field && <IconButton icon={Trash2} label={t`Delete the field`} onPress={remove} />}
        <IconButton icon={X} label={t`Close`} onPress={() => onOpen(undefined)} />
      </header>
      <div className={css.body}>
        {!field ? (
          <Couplet
            first={<Trans>There is no field {name}.</Trans>}
            second={<Trans>It may have another name now.</Trans>}
          />
        ) : (
          <>
            <div className={css.first}>
              <Commit aside mono label={t`Name`} value={name} take={rename} />
              <Select
                aside
                label={t`Type`}
                value={field.type}
                options={fieldTypes.map(({ type, label }) => ({ id: type, label: i18n._(label) }))}
                onChange={(type) =>
                  work.edit((before) =>
                    changeField(before, collection, name, (old) => withType(old, type as FieldDef["type"])),
                  )
                }
              />
              <Select
                aside
                label={t`Place`}
                value={String(index)}
                options={fields.map((_, place) => ({ id: String(place), label: String(place + 1) }))}
                onChange={(place) =>
                  work.edit((before) => moveField(before, collection, index, Number(place)))
                }
              />
              <Commit
                aside
                label={t`Help`}
                value={typeof field.help_text === "string" ? field.help_text : ""}
                take={(typed) => {
                  work.edit((before) =>
                    withAt(
                      before,
                      ["collections", collection, "fields", name, "help_text"],
                      typed || undefined,
                    ),
                  )
                  return undefined
                }}
              />
            </div>
            <OptionForm
              key={`${collection} ${name}`}
              groups={fieldOptions}
              def="field"
              path={`collections.${collection}.fields.${name}`}
              part={field}
              type={field.type}
              collection={collection}
              onChange={(next) =>
                work.edit((before) => withAt(before, ["collections", collection, "fields", name], next))
              }
              hues={{
                colors: partOf(partOf(partOf(part, "ui"), "choice_colors"), name),
                onColors: (colors) =>
                  work.edit((before) =>
                    withAt(before, ["collections", collection, "ui", "choice_colors", name], colors),
                  ),
              }}
            />
          </>
        )}
      </div>
    </aside>
  )
}
