import { useLingui } from "@lingui/react/macro"
import { Plus, X } from "lucide-react"
import { useRef, useState } from "react"
import type { Value } from "../app/collections.ts"
import { Button } from "../parts/Button.tsx"
import { Select } from "../parts/Field.tsx"
import { afterwards } from "../parts/focus.ts"
import { IconButton } from "../parts/IconButton.tsx"
import { Commit } from "./Commit.tsx"
import { isPart, type Part, renamed, textOf, textsOf, withMember } from "./document.ts"
import { JSONField } from "./JSONField.tsx"
import { useKeys } from "./keys.ts"
import { NewLine } from "./ListOf.tsx"
import options from "./Options.module.css"
import { told, useMistakes, within } from "./plan.ts"
import css from "./Schema.module.css"
import { words } from "./values.ts"

/** Filters that are more than the lookups of a field, as the schema document knows them. */
const kinds = ["lookup", "choices", "related_any", "related_all", "range", "date_range", "boolean"]

/** The parameters that narrow a list: fields with their lookups, and filters under names of their own. */
export function Filters({
  label,
  help,
  path,
  value,
  set,
}: {
  label: string
  help: string
  path: string
  value: Value | undefined
  set: (value: Value | undefined) => void
}) {
  const { t } = useLingui()
  const [open, setOpen] = useState(false)
  const adding = useRef<HTMLDivElement>(null)
  const mistakes = useMistakes(path)
  const all = filtersOf(value)
  const names = Object.keys(all)
  const { keys, removed } = useKeys(names.length)
  const put = (next: Part) => set(Object.keys(next).length > 0 ? next : undefined)
  const toAdd = () => afterwards(() => adding.current?.querySelector("button"))
  const whole = mistakes.filter((one) => !names.some((name) => within(one.path, `${path}.${name}`)))
  return (
    <fieldset className={options.choices}>
      <legend className={options.legend}>{label}</legend>
      <p className={options.help}>{help}</p>
      {names.map((name, index) => (
        <div key={keys[index]} className={css.line}>
          <Commit
            mono
            label={t`Field or name`}
            value={name}
            errors={mistakes.filter((one) => one.path === `${path}.${name}`).map(told)}
            take={(typed) => {
              if (!typed.trim()) return t`Name a field.`
              if (typed.trim() !== name && Object.hasOwn(all, typed.trim())) return t`It is there already.`
              put(renamed(all, name, typed.trim()))
              return undefined
            }}
          />
          <Filter
            path={`${path}.${name}`}
            value={all[name]}
            put={(next) => put(withMember(all, name, next))}
          />
          <IconButton
            icon={X}
            label={t`Delete filter ${name}`}
            onPress={() => {
              put(withMember(all, name, undefined))
              removed(index)
              toAdd()
            }}
          />
        </div>
      ))}
      {open ? (
        <NewLine
          fresh={{ label: t`Field`, help: t`Through relations, too: author__rating.` }}
          take={(typed) => {
            const name = typed.trim()
            if (name && !Object.hasOwn(all, name)) put({ ...all, [name]: ["exact"] })
            setOpen(false)
            toAdd()
          }}
        />
      ) : (
        <div ref={adding}>
          <Button kind="quiet" icon={Plus} onPress={() => setOpen(true)}>
            {t`Add a filter`}
          </Button>
        </div>
      )}
      {whole.map((mistake) => (
        <p key={mistake.path + mistake.message} className={css.error} role="alert">
          {told(mistake)}
        </p>
      ))}
    </fieldset>
  )
}

/** A list of paths alone means that each is compared. */
function filtersOf(value: Value | undefined): Part {
  if (Array.isArray(value)) return Object.fromEntries(textsOf(value).map((path) => [path, ["exact"]]))
  return isPart(value) ? value : {}
}

const isText = (value: Value) => typeof value === "string"

interface FilterProps<V> {
  path: string
  value: V
  put: (value: Value) => void
}

/** What one parameter does. */
function Filter({ path, value, put }: FilterProps<Value | undefined>) {
  const { t } = useLingui()
  const inside = useMistakes(path).filter((one) => one.path !== path)
  const errors = inside.map(told)
  if (Array.isArray(value) && !value.every(isText)) {
    return (
      <JSONField
        label={t`Lookups`}
        rows={2}
        value={value}
        errors={errors}
        onChange={(next) => put(next ?? [])}
      />
    )
  }
  const kind = isPart(value) ? textOf(value, "type") || "lookup" : ""
  const choices = [{ id: "", label: t`lookups` }, ...kinds.map((id) => ({ id, label: id }))]
  return (
    <>
      <Select
        label={t`Kind`}
        value={kind}
        options={choices}
        onChange={(next) => put(next ? { ...(isPart(value) ? value : {}), type: next } : ["exact"])}
      />
      {isPart(value) ? (
        <Named path={path} value={value} kind={kind} put={put} />
      ) : (
        <Commit
          mono
          label={t`Lookups`}
          errors={errors}
          value={textsOf(value).join(", ")}
          take={(typed) => {
            put(words(typed).length > 0 ? words(typed) : ["exact"])
            return undefined
          }}
        />
      )}
    </>
  )
}

/** A filter under a name of its own: what it looks at. */
function Named({ path, value, kind, put }: FilterProps<Part> & { kind: string }) {
  const { t } = useLingui()
  const inside = useMistakes(path).filter((one) => one.path !== path)
  const text = (key: string, label: string, placeholder?: string) => (
    <Commit
      mono
      label={label}
      errors={inside.filter((one) => (key === "lookup") === within(one.path, `${path}.lookup`)).map(told)}
      placeholder={placeholder}
      value={textOf(value, key)}
      take={(typed) => {
        put(withMember(value, key, typed.trim() || undefined))
        return undefined
      }}
    />
  )
  if (kind === "boolean") return text("expr", t`Expression`)
  const field = "path" in value ? text("path", t`Path`) : text("field", t`Field`, t`by the name`)
  return (
    <>
      {field}
      {kind === "lookup" && text("lookup", t`Lookup`, "exact")}
    </>
  )
}
