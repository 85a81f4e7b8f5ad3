import { Trans, useLingui } from "@lingui/react/macro"
import { useState } from "react"
import { type Collection, type Field, useCollections, type Value } from "../../app/collections.ts"
import { jsonFault } from "../../app/jsonText.ts"
import { Checkbox, Chooser, Select, TextField } from "../../parts/Field.tsx"
import { ChoiceList } from "../filter/ChoiceList.tsx"
import { kindOf, type PathEnd, resolvePath } from "../filter/paths.ts"
import { useChoices } from "../filter/values.ts"

/** What a field begins with; undefined where a value must be given first. */
export function startValue(field: Field | undefined): Value | undefined {
  if (!field) return undefined
  if (field.type === "many_to_many") return []
  if (field.blank && !field.choices && (field.type === "char" || field.type === "text")) return ""
  return undefined
}

interface EditorProps {
  collection: Collection
  field: Field
  value: Value | undefined
  onChange: (value: Value | undefined) => void
}

/** The value that a field shall have in all of them, or null where it may be. */
export function BulkValue({ value, onChange, ...props }: EditorProps) {
  const { field } = props
  const isNull = value === null
  return (
    <>
      {!isNull && <Editor {...props} value={value} onChange={onChange} />}
      {field.null && (
        <Checkbox isSelected={isNull} onChange={(on) => onChange(on ? null : startValue(field))}>
          <Trans>null, no value</Trans>
        </Checkbox>
      )}
    </>
  )
}

function Editor({ collection, field, value, onChange }: EditorProps) {
  const { t } = useLingui()
  const all = useCollections()
  const kind = kindOf(field)
  const end = resolvePath(all, collection, [field.name])
  if (kind === "boolean") {
    return (
      <Select
        label={t`Value`}
        placeholder={t`Choose`}
        value={value === undefined ? null : String(value)}
        onChange={(text) => onChange(text === "true")}
        options={[
          { id: "true", label: t`Yes` },
          { id: "false", label: t`No` },
        ]}
      />
    )
  }
  if (field.choices) {
    const { choices } = field
    return (
      <Select
        label={t`Value`}
        placeholder={t`Choose`}
        value={value === undefined ? null : String(value)}
        onChange={(text) => onChange(choices.find(([known]) => String(known) === text)?.[0] ?? text)}
        options={choices.map(([known, label]) => ({ id: String(known), label }))}
      />
    )
  }
  if (kind === "records" && end) {
    const keys = Array.isArray(value) ? value.map(String) : []
    return <ChoiceList end={end} values={keys} onChange={onChange} />
  }
  if (kind === "record" && end) return <RecordValue end={end} value={value} onChange={onChange} />
  return <TypedValue field={field} value={value} onChange={onChange} />
}

function RecordValue({ end, value, onChange }: { end: PathEnd } & Pick<EditorProps, "value" | "onChange">) {
  const { t } = useLingui()
  const [q, setQ] = useState("")
  const { choices } = useChoices(end, q, true)
  return (
    <Chooser
      label={t`Value`}
      options={choices.map((one) => ({ id: one.value, label: one.label }))}
      value={value === undefined || value === null ? null : String(value)}
      onInputChange={setQ}
      onChange={(key) => onChange(key ?? undefined)}
    />
  )
}

const inputTypes: { [type: string]: string } = { date: "date", time: "time", datetime: "datetime-local" }

/** What is typed. The server reads numbers from their digits and says what it cannot read. */
function TypedValue({ field, value, onChange }: Pick<EditorProps, "field" | "value" | "onChange">) {
  const { t } = useLingui()
  const [text, setText] = useState(typeof value === "string" ? value : "")
  const [wrong, setWrong] = useState<string>()
  const put = (next: string) => {
    setText(next)
    const fault = field.type === "json" ? jsonFault(next) : undefined
    setWrong(fault)
    if (next === "") return onChange(startValue(field))
    if (field.type === "datetime") return onChange(new Date(next).toISOString())
    onChange(fault ? undefined : next)
  }
  const long = field.type === "text" || field.type === "json"
  return (
    <TextField
      label={t`Value`}
      type={inputTypes[field.type] ?? "text"}
      value={text}
      onChange={put}
      mono={field.type === "json"}
      errors={wrong ? [wrong] : undefined}
      {...(long ? { rows: 3 } : {})}
    />
  )
}
