import { useLingui } from "@lingui/react/macro"
import type { FieldType, Value } from "../app/collections.ts"
import { Checkbox, Chooser, Select } from "../parts/Field.tsx"
import { ChoicesEditor } from "./ChoicesEditor.tsx"
import { Commit } from "./Commit.tsx"
import { isPart, type Part, partOf, withAt } from "./document.ts"
import { Filters } from "./Filters.tsx"
import { JSONField } from "./JSONField.tsx"
import { describe, useJSONSchema } from "./jsonSchema.ts"
import css from "./Options.module.css"
import type { OptionGroup, OptionSpec } from "./options.ts"
import { told, useMistakes } from "./plan.ts"
import { Rule } from "./Rule.tsx"
import { read, words, written } from "./values.ts"
import { useWorkState } from "./work.ts"

export interface OptionFormProps {
  groups: readonly OptionGroup[]
  /** Its definition in the JSON Schema. */
  def: "field" | "collection" | "resource"
  /** Its path in the document, where mistakes belong. */
  path: string
  part: Part
  onChange: (part: Part) => void
  /** The collection that expressions are about. */
  collection: string
  type?: FieldType
  /** The level of its headings; 3 where absent. */
  heading?: "h2" | "h3"
  /** Hues of choices, which the collection keeps. */
  hues?: { colors: Part; onColors: (colors: Part) => void }
}

/** All options of a part of the schema, in groups. */
export function OptionForm(props: OptionFormProps) {
  const { i18n } = useLingui()
  const Heading = props.heading ?? "h3"
  return props.groups.map(({ label, options }, index) => {
    const shown = options.filter(({ types }) => !types || (props.type && types.includes(props.type)))
    if (shown.length === 0) return null
    const heading = i18n._(label)
    return (
      <div key={index} className={css.group}>
        <Heading className={css.heading}>{heading}</Heading>
        {shown.map((spec) => (
          <Option key={spec.key} spec={spec} {...props} />
        ))}
      </div>
    )
  })
}

function Option(props: OptionFormProps & { spec: OptionSpec }) {
  const { spec, def, path, part, onChange, collection, type } = props
  const { t, i18n } = useLingui()
  const root = useJSONSchema()
  const label = i18n._(spec.label)
  const help = describe(root, def, spec.key)
  const errors = useMistakes(`${path}.${spec.key}`).map(told)
  const names = spec.key.split(".")
  const value = names.reduce<Value | undefined>((at, name) => (isPart(at) ? at[name] : undefined), part)
  const set = (next: Value | undefined) => onChange(withTidy(part, names, next))
  const common = { label, help, errors }
  const aside = { ...common, aside: true }
  if (Array.isArray(spec.kind)) {
    const options = [{ id: "", label: t`By default` }, ...spec.kind.map((id) => ({ id, label: id }))]
    return (
      <Select
        {...aside}
        value={String(value ?? "")}
        options={options}
        onChange={(id) => set(id || undefined)}
      />
    )
  }
  switch (spec.kind) {
    case "flag":
      return <Flag {...common} spec={spec} value={value} type={type} set={set} />
    case "number":
      return (
        <Commit
          {...aside}
          inputMode="numeric"
          value={written(value)}
          take={(typed) =>
            (/^\d*$/.test(typed.trim())
              ? set(typed.trim() ? Number(typed) : undefined)
              : t`It must be a whole number.`) as string | undefined
          }
        />
      )
    case "value":
      return (
        <Commit
          {...aside}
          value={written(value)}
          take={(typed) => {
            const got = read(type ?? "char", typed)
            return got ? (set(got.value) as undefined) : t`It is no value of this type.`
          }}
        />
      )
    case "words":
      if (value !== undefined && !(Array.isArray(value) && value.every((one) => typeof one === "string")))
        break
      return (
        <Commit
          {...aside}
          mono
          help={help}
          placeholder={t`one, two`}
          value={Array.isArray(value) ? value.join(", ") : ""}
          take={(typed) => set(words(typed).length > 0 ? words(typed) : undefined) as undefined}
        />
      )
    case "collection":
      return <Target {...aside} value={value} set={set} />
    case "choices":
      return (
        <ChoicesEditor
          label={label}
          type={type ?? "char"}
          choices={Array.isArray(value) ? value : []}
          colors={props.hues?.colors ?? {}}
          onColors={(colors) => props.hues?.onColors(colors)}
          onChange={set}
          errors={errors}
        />
      )
    case "expression": {
      if (value !== undefined && typeof value !== "string") break
      const context = spec.key === "filter" ? "filter" : spec.key === "check" ? "check" : "rule"
      return <Rule {...common} collection={collection} context={context} value={value ?? ""} onChange={set} />
    }
    case "filters":
      return <Filters label={label} help={help} path={`${path}.${spec.key}`} value={value} set={set} />
    case "text":
    case "mono":
      return (
        <Commit
          {...aside}
          mono={spec.kind === "mono"}
          value={typeof value === "string" ? value : ""}
          take={(typed) => set(typed || undefined) as undefined}
        />
      )
  }
  const schema = (whole: typeof root) => whole?.$defs?.[def]?.properties?.[names[0] ?? ""]
  return <JSONField {...aside} value={value} onChange={set} {...(names.length === 1 ? { schema } : {})} />
}

/** Parts that have become empty go, too. */
function withTidy(part: Part, names: readonly string[], value: Value | undefined): Part {
  const next = withAt(part, names, value)
  const [first = ""] = names
  return names.length > 1 && Object.keys(partOf(next, first)).length === 0
    ? withAt(next, [first], undefined)
    : next
}

function Flag({
  spec,
  label,
  help,
  errors,
  value,
  type,
  set,
}: {
  spec: OptionSpec
  label: string
  help: string
  errors: string[]
  value: Value | undefined
  type: FieldType | undefined
  set: (value: Value | undefined) => void
}) {
  const otherwise = spec.otherwise ?? (spec.key === "index" && (type === "foreign_key" || type === "slug"))
  return (
    <div className={css.flag}>
      <Checkbox
        isSelected={Boolean(value ?? otherwise)}
        onChange={(on) => set(on === otherwise ? undefined : on)}
      >
        {label}
      </Checkbox>
      <p className={errors.length > 0 ? css.error : css.help}>
        {errors.length > 0 ? errors.join(" ") : help}
      </p>
    </div>
  )
}

function Target({
  value,
  set,
  ...props
}: {
  label: string
  help: string
  errors: string[]
  aside: boolean
  value: Value | undefined
  set: (value: Value | undefined) => void
}) {
  const { t } = useLingui()
  const { document } = useWorkState()
  const names = [...new Set([...Object.keys(document.collections), "users"])]
  const options = [...names.map((id) => ({ id, label: id })), { id: "self", label: t`self: this collection` }]
  return (
    <Chooser
      {...props}
      options={options}
      value={typeof value === "string" ? value : null}
      onChange={(id) => id && set(id)}
    />
  )
}
