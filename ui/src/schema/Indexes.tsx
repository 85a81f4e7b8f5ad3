import { useLingui } from "@lingui/react/macro"
import type { Value } from "../app/collections.ts"
import { Commit } from "./Commit.tsx"
import { isPart, type Part, textOf, textsOf, withMember } from "./document.ts"
import { type Line, ListOf } from "./ListOf.tsx"
import { Rule } from "./Rule.tsx"
import css from "./Schema.module.css"
import { words } from "./values.ts"

/** Indexes, sets of fields that are unique together, and conditions that every record fulfils. */
export function Indexes({ collection }: { collection: string }) {
  const { t } = useLingui()
  const fields = { label: t`Fields`, help: t`Names with commas between them.` }
  return (
    <div className={css.content}>
      <ListOf
        collection={collection}
        list="indexes"
        title={t`Indexes`}
        help={t`Beside those that fields have by themselves. A minus before a field is descending.`}
        add={t`Add an index`}
        remove={(n) => t`Delete index ${n}`}
        fresh={{ ...fields, make: words }}
        line={(line) => <IndexLine {...line} />}
      />
      <ListOf
        collection={collection}
        list="unique_together"
        title={t`Unique together`}
        help={t`No two records have the same values in all of these fields.`}
        add={t`Add a set of fields`}
        remove={(n) => t`Delete set ${n}`}
        fresh={{ ...fields, make: words }}
        line={({ value, put, errors }) => <Names names={textsOf(value)} put={put} errors={errors()} />}
      />
      <ListOf
        collection={collection}
        list="checks"
        title={t`Checks`}
        help={t`A record is refused where one of these is false.`}
        add={t`Add a check`}
        remove={(n) => t`Delete check ${n}`}
        fresh={{
          label: t`Expression`,
          help: t`Such as ends_on >= starts_on.`,
          make: (typed) => ({ expr: typed.trim() }),
        }}
        line={(line) => <CheckLine collection={collection} {...line} />}
      />
    </div>
  )
}

function Names({
  names,
  put,
  errors,
}: {
  names: readonly string[]
  put: (names: string[]) => void
  errors: string[]
}) {
  const { t } = useLingui()
  return (
    <Commit
      mono
      label={t`Fields`}
      value={names.join(", ")}
      errors={errors}
      take={(typed) => {
        if (words(typed).length === 0) return t`Name at least one field.`
        put(words(typed))
        return undefined
      }}
    />
  )
}

function IndexLine({ value, put, errors }: Line) {
  const { t } = useLingui()
  const fields = textsOf(isPart(value) ? value.fields : value)
  const name = isPart(value) ? textOf(value, "name") : ""
  const make = (nextFields: string[], nextName: string): Value =>
    nextName ? { ...(isPart(value) ? value : {}), fields: nextFields, name: nextName } : nextFields
  return (
    <>
      <Names names={fields} put={(next) => put(make(next, name))} errors={errors()} />
      <Commit
        mono
        label={t`Name`}
        value={name}
        placeholder={t`by itself`}
        take={(typed) => {
          put(make(fields, typed.trim()))
          return undefined
        }}
      />
    </>
  )
}

function CheckLine({ collection, value, put, errors }: Line & { collection: string }) {
  const { t } = useLingui()
  const part: Part = isPart(value) ? value : {}
  const text = (key: string, label: string) => (
    <Commit
      label={label}
      value={textOf(part, key)}
      errors={errors(key)}
      take={(typed) => {
        put(withMember(part, key, typed || undefined))
        return undefined
      }}
    />
  )
  return (
    <>
      <Rule
        collection={collection}
        label={t`Expression`}
        context="check"
        value={textOf(part, "expr")}
        onChange={(expr) => put({ ...part, expr: expr ?? "" })}
        errors={errors("expr")}
      />
      {text("message", t`Message`)}
      {text("field", t`Belongs to the field`)}
    </>
  )
}
