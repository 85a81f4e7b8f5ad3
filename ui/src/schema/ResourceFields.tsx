import { Trans, useLingui } from "@lingui/react/macro"
import { ArrowDown, ArrowUp, Plus, X } from "lucide-react"
import type { Value } from "../app/collections.ts"
import { Button } from "../parts/Button.tsx"
import { Select } from "../parts/Field.tsx"
import { IconButton } from "../parts/IconButton.tsx"
import { Commit } from "./Commit.tsx"
import { fieldsOf, isPart, type Part, partOf, textOf, withMember } from "./document.ts"
import { JSONField } from "./JSONField.tsx"
import css from "./Schema.module.css"
import { useWorkState } from "./work.ts"

const shapes = ["value", "primary_key", "slug", "string", "hyperlink", "nested", "url", "aggregate"]
const writing = ["read_only", "write_only", "required"]
const plain = ["name", "source", "as", "read_only", "write_only", "required"]

/** The fields of a resource in their order: what they stand for, how they are shown, what may be done with them. */
export function ResourceFields({
  collection,
  resource,
  onChange,
}: {
  collection: string
  resource: Part
  path: string
  onChange: (resource: Part) => void
}) {
  const { t } = useLingui()
  const { document } = useWorkState()
  const names = fieldsOf(partOf(document.collections, collection)).map(([name]) => name)
  const list = Array.isArray(resource.fields) ? resource.fields : undefined
  const put = (fields: Value[] | undefined) => onChange(withMember(resource, "fields", fields))
  if (!list) {
    return (
      <p>
        <Trans>It shows all fields.</Trans>{" "}
        <Button kind="quiet" onPress={() => put(["id", ...names.filter((name) => name !== "id")])}>
          <Trans>Choose the fields</Trans>
        </Button>
      </p>
    )
  }
  const parts = list.map((one) => (isPart(one) ? one : { name: String(one) }))
  const at = (index: number, part: Part) => put(list.map((old, i) => (i === index ? simplest(part) : old)))
  const swap = (index: number, other: number) => {
    const next = [...list]
    const [a, b] = [next[index], next[other]]
    if (a === undefined || b === undefined) return
    next[index] = b
    next[other] = a
    put(next)
  }
  return (
    <div className={css.scroll}>
      <table className={css.fields} aria-label={t`Fields of the resource`}>
        <thead>
          <tr>
            <th scope="col">{t`Name`}</th>
            <th scope="col">{t`Stands for`}</th>
            <th scope="col">{t`Shown as`}</th>
            <th scope="col">{t`Writing`}</th>
            <th scope="col">{t`More`}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {parts.map((part, index) => (
            <FieldLine
              key={index}
              index={index}
              part={part}
              last={list.length - 1}
              at={at}
              swap={swap}
              remove={() => put(list.filter((_, i) => i !== index))}
            />
          ))}
        </tbody>
      </table>
      <p>
        <Button
          kind="quiet"
          icon={Plus}
          onPress={() => put([...list, names.find((name) => !list.includes(name)) ?? "field"])}
        >
          <Trans>Add a field</Trans>
        </Button>{" "}
        <Button kind="quiet" onPress={() => put(undefined)}>
          <Trans>Show all fields</Trans>
        </Button>
      </p>
    </div>
  )
}

/** A field without options is only its name. */
function simplest(part: Part): Value {
  return Object.keys(part).length === 1 && typeof part.name === "string" ? part.name : part
}

function FieldLine({
  index,
  part,
  last,
  at,
  swap,
  remove,
}: {
  index: number
  part: Part
  last: number
  at: (index: number, part: Part) => void
  swap: (index: number, other: number) => void
  remove: () => void
}) {
  const { t } = useLingui()
  const name = textOf(part, "name")
  const set = (key: string, value: Value | undefined) => at(index, withMember(part, key, value))
  const rest = Object.fromEntries(Object.entries(part).filter(([key]) => !plain.includes(key)))
  const restTaken = (value: Value | undefined) => {
    const kept = Object.fromEntries(Object.entries(part).filter(([key]) => plain.includes(key)))
    at(index, { ...kept, ...(isPart(value) ? value : {}) })
  }
  const how = writing.filter((key) => part[key] === true).join(" ")
  const ways = [
    { id: "", label: t`By default` },
    { id: "read_only", label: t`Read-only` },
    { id: "write_only", label: t`Write-only` },
    { id: "required", label: t`Required` },
    { id: "write_only required", label: t`Write-only, required` },
  ]
  const setWays = (chosen: string) => {
    const kept = Object.fromEntries(Object.entries(part).filter(([key]) => !writing.includes(key)))
    at(index, {
      ...kept,
      ...Object.fromEntries(
        chosen
          .split(" ")
          .filter(Boolean)
          .map((key) => [key, true]),
      ),
    })
  }
  return (
    <tr>
      <td>
        <Commit
          hideLabel
          mono
          label={t`Name of field ${index + 1}`}
          value={name}
          take={(typed) => set("name", typed.trim() || name) as undefined}
        />
      </td>
      <td>
        <Commit
          hideLabel
          mono
          label={t`${name} stands for`}
          placeholder={name}
          value={textOf(part, "source")}
          take={(typed) => set("source", typed.trim() || undefined) as undefined}
        />
      </td>
      <td>
        <Select
          hideLabel
          label={t`${name} is shown as`}
          value={textOf(part, "as")}
          options={[{ id: "", label: t`By default` }, ...shapes.map((id) => ({ id, label: id }))]}
          onChange={(id) => set("as", id || undefined)}
        />
      </td>
      <td>
        <Select hideLabel label={t`Writing ${name}`} value={how} options={ways} onChange={setWays} />
      </td>
      <td>
        <JSONField
          label={t`More of ${name}`}
          hideLabel
          rows={1}
          value={Object.keys(rest).length > 0 ? rest : undefined}
          schema={(root) => {
            const def = root.$defs?.resource_field
            return def && { ...def, required: [] }
          }}
          onChange={restTaken}
        />
      </td>
      <td className={css.tools}>
        {index > 0 && (
          <IconButton
            icon={ArrowUp}
            size={14}
            label={t`Move ${name} up`}
            onPress={() => swap(index, index - 1)}
          />
        )}
        {index < last && (
          <IconButton
            icon={ArrowDown}
            size={14}
            label={t`Move ${name} down`}
            onPress={() => swap(index, index + 1)}
          />
        )}
        <IconButton icon={X} size={14} label={t`Delete ${name}`} onPress={remove} />
      </td>
    </tr>
  )
}
