import { Trans, useLingui } from "@lingui/react/macro"
import { Plus, X } from "lucide-react"
import type { FieldType, Value } from "../app/collections.ts"
import { Button } from "../parts/Button.tsx"
import { Select } from "../parts/Field.tsx"
import { IconButton } from "../parts/IconButton.tsx"
import { Commit } from "./Commit.tsx"
import css from "./Options.module.css"
import { read, written } from "./values.ts"

const hues = ["stone", "rust", "ochre", "olive", "moss", "teal", "sea", "slate", "plum", "rose"]

/** The allowed values of a field, each with its label and the hue of its dot. */
export function ChoicesEditor({
  label,
  type,
  choices,
  colors,
  onChange,
  onColors,
  errors,
}: {
  label: string
  type: FieldType
  choices: Value[]
  colors: { [value: string]: Value }
  onChange: (choices: Value[] | undefined) => void
  onColors: (colors: { [value: string]: Value }) => void
  errors: string[]
}) {
  const { t } = useLingui()
  const pairs = choices.map(
    (one) => (Array.isArray(one) ? [one[0] ?? "", one[1] ?? ""] : [one, String(one)]) as [Value, Value],
  )
  const put = (next: Value[][]) => onChange(next.length > 0 ? next : undefined)
  const at = (index: number, pair: Value[]) => put(pairs.map((old, i) => (i === index ? pair : old)))
  const hueNames: Record<string, string> = {
    stone: t`Stone`,
    rust: t`Rust`,
    ochre: t`Ochre`,
    olive: t`Olive`,
    moss: t`Moss`,
    teal: t`Teal`,
    sea: t`Sea`,
    slate: t`Slate`,
    plum: t`Plum`,
    rose: t`Rose`,
  }
  return (
    <fieldset className={css.choices}>
      <legend className={css.legend}>{label}</legend>
      {pairs.map(([value, text], index) => {
        const n = index + 1
        const key = String(value)
        const hue = typeof colors[key] === "string" && hues.includes(colors[key]) ? colors[key] : ""
        return (
          <div key={index} className={css.choice}>
            <span className={css.dot} style={{ background: `var(--${hue || hues[index % hues.length]})` }} />
            <Commit
              hideLabel
              mono
              label={t`Value of choice ${n}`}
              placeholder={t`value`}
              value={written(value)}
              take={(typed) => {
                const got = read(type, typed)
                if (got?.value === undefined) return t`It is no value of this type.`
                at(index, [got.value, text === written(value) ? typed : text])
              }}
            />
            <Commit
              hideLabel
              label={t`Label of choice ${n}`}
              placeholder={t`label`}
              value={String(text)}
              take={(typed) => at(index, [value, typed]) as undefined}
            />
            <Select
              hideLabel
              label={t`Hue of choice ${n}`}
              value={hue}
              options={[
                { id: "", label: t`By order` },
                ...hues.map((id) => ({ id, label: hueNames[id] ?? id })),
              ]}
              onChange={(id) => {
                const next = { ...colors }
                delete next[key]
                onColors(id ? { ...next, [key]: id } : next)
              }}
            />
            <IconButton
              icon={X}
              label={t`Delete choice ${n}`}
              onPress={() => put(pairs.filter((_, i) => i !== index))}
            />
          </div>
        )
      })}
      <div>
        <Button kind="quiet" icon={Plus} onPress={() => put([...pairs, fresh(type, pairs.length)])}>
          <Trans>Add a choice</Trans>
        </Button>
      </div>
      {errors.map((message) => (
        <p key={message} className={css.error}>
          {message}
        </p>
      ))}
    </fieldset>
  )
}

function fresh(type: FieldType, place: number): Value[] {
  const text = `choice_${place + 1}`
  const got = read(type, text)
  return got?.value === undefined ? [place + 1, String(place + 1)] : [text, text]
}
