import { useLingui } from "@lingui/react/macro"
import { TextField } from "../../parts/Field.tsx"
import { ChoiceList } from "./ChoiceList.tsx"
import { arity, type Condition } from "./conditions.ts"
import type { PathEnd } from "./paths.ts"

/** Where the value of a condition is entered: choices and records from a list, dates in their own fields. */
export function ValueEditor({
  condition,
  end,
  fresh = false,
  onChange,
}: {
  condition: Condition
  end: PathEnd
  /** Whether the condition is a new one, so that its value is entered next. */
  fresh?: boolean
  onChange: (values: string[], typing: boolean) => void
}) {
  const { t } = useLingui()
  const many = arity(condition.op, end.kind)
  if (many === "none") return null
  if (many === "many") {
    return (
      <ChoiceList
        end={end}
        fresh={fresh}
        values={condition.values}
        onChange={(values) => onChange(values, false)}
      />
    )
  }
  const [value = ""] = condition.values
  const { type, shown, stored } = inputs(condition, end)
  const wrong = end.kind === "number" && value !== "" && !/^-?\d+(\.\d+)?$/.test(value)
  return (
    <TextField
      label={condition.op === "last" ? t`Days` : t`Value`}
      hideLabel
      autoFocus={fresh}
      type={type}
      mono={end.kind === "word" || end.kind === "duration"}
      inputMode={end.kind === "number" || condition.op === "last" ? "decimal" : "text"}
      value={shown(value)}
      errors={wrong ? [t`This is not a number.`] : undefined}
      help={end.kind === "duration" ? t`Such as 1h30m or 7d.` : undefined}
      onChange={(text) => onChange(text === "" ? [] : [stored(text)], true)}
    />
  )
}

interface Input {
  type: string
  shown: (value: string) => string
  stored: (text: string) => string
}

const plain = { shown: (value: string) => value, stored: (text: string) => text }

function inputs({ op }: Condition, { kind }: PathEnd): Input {
  if (op === "last") return { type: "text", ...plain }
  if (kind === "date" || kind === "time") return { type: kind, ...plain }
  if (kind === "datetime") return { type: "datetime-local", shown: localOf, stored: momentOf }
  return { type: "text", ...plain }
}

/** A moment as a field of the page shows it, in the browser's zone. */
function localOf(value: string): string {
  const at = new Date(/\dT\d/.test(value) && !/Z|[+-]\d\d:\d\d$/.test(value) ? `${value}Z` : value)
  if (Number.isNaN(at.getTime())) return ""
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000)
  return local.toISOString().slice(0, local.getUTCSeconds() ? 19 : 16)
}

function momentOf(text: string): string {
  const at = new Date(text)
  return Number.isNaN(at.getTime()) ? text : at.toISOString().replace(".000Z", "Z")
}
