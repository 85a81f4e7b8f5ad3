import { Trans, useLingui } from "@lingui/react/macro"
import { Plus, X } from "lucide-react"
import { type ReactNode, useState } from "react"
import type { Value } from "../app/collections.ts"
import { Button } from "../parts/Button.tsx"
import { TextField } from "../parts/Field.tsx"
import { IconButton } from "../parts/IconButton.tsx"
import { Part as Section } from "../parts/Page.tsx"
import { Commit } from "./Commit.tsx"
import { isPart, type Part, partOf, textOf, textsOf, withAt, withMember } from "./document.ts"
import { told, useMistakes } from "./plan.ts"
import { Rule } from "./Rule.tsx"
import css from "./Schema.module.css"
import { words } from "./values.ts"
import { useWork, useWorkState } from "./work.ts"

type ListKey = "indexes" | "unique_together" | "checks"

/** Indexes, sets of fields that are unique together, and conditions that every record fulfils. */
export function Indexes({ collection }: { collection: string }) {
  const { t } = useLingui()
  return (
    <div className={css.content}>
      <ListOf
        collection={collection}
        list="indexes"
        title={t`Indexes`}
        help={t`Beside those that fields have by themselves. A minus before a field is descending.`}
        add={t`Add an index`}
        line={(value, put) => <IndexLine value={value} put={put} />}
      />
      <ListOf
        collection={collection}
        list="unique_together"
        title={t`Unique together`}
        help={t`No two records have the same values in all of these fields.`}
        add={t`Add a set of fields`}
        line={(value, put) => (
          <Commit
            mono
            label={t`Fields`}
            value={textsOf(value).join(", ")}
            take={(typed) => {
              if (words(typed).length === 0) return t`Name at least one field.`
              put(words(typed))
              return undefined
            }}
          />
        )}
      />
      <ListOf
        collection={collection}
        list="checks"
        title={t`Checks`}
        help={t`A record is refused where one of these is false.`}
        add={t`Add a check`}
        line={(value, put) => (
          <CheckLine collection={collection} value={isPart(value) ? value : {}} put={put} />
        )}
      />
    </div>
  )
}

function ListOf({
  collection,
  list,
  title,
  help,
  add,
  line,
}: {
  collection: string
  list: ListKey
  title: string
  help: string
  add: string
  line: (value: Value, put: (value: Value) => void) => ReactNode
}) {
  const { t } = useLingui()
  const work = useWork()
  const { document } = useWorkState()
  const mistakes = useMistakes(`collections.${collection}.${list}`)
  const [fresh, setFresh] = useState<string>()
  const value = partOf(document.collections, collection)[list]
  const all = Array.isArray(value) ? value : []
  const put = (next: Value[]) =>
    work.edit((before) =>
      withAt(before, ["collections", collection, list], next.length > 0 ? next : undefined),
    )
  const take = () => {
    if (!fresh?.trim()) return setFresh(undefined)
    put([...all, list === "checks" ? { expr: fresh.trim() } : words(fresh)])
    setFresh(undefined)
  }
  return (
    <Section title={title} help={help}>
      <div>
        {all.map((one, index) => {
          const n = index + 1
          return (
            <div key={index} className={css.line}>
              {line(one, (next) => put(all.map((old, i) => (i === index ? next : old))))}
              <IconButton
                icon={X}
                label={t`Delete ${title} ${n}`}
                onPress={() => put(all.filter((_, i) => i !== index))}
              />
            </div>
          )
        })}
        {fresh !== undefined && (
          <form
            className={css.line}
            onSubmit={(event) => {
              event.preventDefault()
              take()
            }}
          >
            <TextField
              autoFocus
              mono
              label={list === "checks" ? t`Expression` : t`Fields`}
              help={list === "checks" ? t`Such as ends_on >= starts_on.` : t`Names with commas between them.`}
              value={fresh}
              onChange={setFresh}
            />
            <Button type="submit">
              <Trans>Add</Trans>
            </Button>
          </form>
        )}
        {mistakes.map((mistake) => (
          <p key={mistake.path + mistake.message} className={css.error} role="alert">
            {told(mistake)}
          </p>
        ))}
      </div>
      {fresh === undefined && (
        <div>
          <Button kind="quiet" icon={Plus} onPress={() => setFresh("")}>
            {add}
          </Button>
        </div>
      )}
    </Section>
  )
}

function IndexLine({ value, put }: { value: Value; put: (value: Value) => void }) {
  const { t } = useLingui()
  const fields = textsOf(isPart(value) ? value.fields : value)
  const name = isPart(value) ? textOf(value, "name") : ""
  const make = (nextFields: string[], nextName: string): Value =>
    nextName ? { ...(isPart(value) ? value : {}), fields: nextFields, name: nextName } : nextFields
  return (
    <>
      <Commit
        mono
        label={t`Fields`}
        value={fields.join(", ")}
        take={(typed) => {
          if (words(typed).length === 0) return t`Name at least one field.`
          put(make(words(typed), name))
          return undefined
        }}
      />
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

function CheckLine({
  collection,
  value,
  put,
}: {
  collection: string
  value: Part
  put: (value: Value) => void
}) {
  const { t } = useLingui()
  const text = (key: string, label: string) => (
    <Commit
      label={label}
      value={textOf(value, key)}
      take={(typed) => {
        put(withMember(value, key, typed || undefined))
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
        value={textOf(value, "expr")}
        onChange={(expr) => put({ ...value, expr: expr ?? "" })}
      />
      {text("message", t`Message`)}
      {text("field", t`Belongs to the field`)}
    </>
  )
}
