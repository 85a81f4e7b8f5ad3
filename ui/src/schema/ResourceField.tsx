import { useLingui } from "@lingui/react/macro"
import { ArrowDown, ArrowUp, X } from "lucide-react"
import type { Value } from "../app/collections.ts"
import { Select } from "../parts/Field.tsx"
import { IconButton } from "../parts/IconButton.tsx"
import { Commit } from "./Commit.tsx"
import { isPart, type Part, textOf, withMember } from "./document.ts"
import { JSONField } from "./JSONField.tsx"
import { type Mistake, told, within } from "./plan.ts"
import css from "./Resource.module.css"

const shapes = ["value", "primary_key", "slug", "string", "hyperlink", "nested", "url", "aggregate"]
const writing = ["read_only", "write_only", "required"]
const plain = ["name", "source", "as", ...writing]

/** One field of a resource, as a row. */
export function ResourceField({
  index,
  part,
  last,
  path,
  mistakes,
  put,
  swap,
  remove,
}: {
  index: number
  part: Part
  last: number
  path: string
  mistakes: readonly Mistake[]
  put: (part: Part) => void
  swap: (index: number, other: number) => void
  remove: () => void
}) {
  const { t } = useLingui()
  const name = textOf(part, "name")
  const set = (key: string, value: Value | undefined) => put(withMember(part, key, value))
  const keep = (keys: (key: string) => boolean) =>
    Object.fromEntries(Object.entries(part).filter(([key]) => keys(key)))
  const rest = keep((key) => !plain.includes(key))
  const how = writing.filter((key) => part[key] === true).join(" ")
  const ways = [
    { id: "", label: t`By default` },
    { id: "read_only", label: t`Read-only` },
    { id: "write_only", label: t`Write-only` },
    { id: "required", label: t`Required` },
    { id: "write_only required", label: t`Write-only, required` },
  ]
  const setWays = (chosen: string) => {
    const on = chosen.split(" ").filter(Boolean)
    put({ ...keep((key) => !writing.includes(key)), ...Object.fromEntries(on.map((key) => [key, true])) })
  }
  const own = mistakes.filter((one) => within(one.path, path))
  const of = (...members: string[]) =>
    own.filter((one) => members.some((key) => one.path === `${path}.${key}`))
  const placed = of("source", "as", ...writing)
  const rests = own.filter((one) => Object.keys(rest).some((key) => within(one.path, `${path}.${key}`)))
  const names = own.filter((one) => !placed.includes(one) && !rests.includes(one))
  return (
    <tr>
      <td data-label={t`Name`}>
        <Commit
          hideLabel
          mono
          label={t`Name of field ${index + 1}`}
          value={name}
          errors={names.map(told)}
          take={(typed) => set("name", typed.trim() || name) as undefined}
        />
      </td>
      <td data-label={t`Stands for`}>
        <Commit
          hideLabel
          mono
          label={t`${name} stands for`}
          placeholder={name}
          value={textOf(part, "source")}
          errors={of("source").map(told)}
          take={(typed) => set("source", typed.trim() || undefined) as undefined}
        />
      </td>
      <td data-label={t`Shown as`}>
        <Select
          hideLabel
          label={t`${name} is shown as`}
          value={textOf(part, "as")}
          options={[{ id: "", label: t`By default` }, ...shapes.map((id) => ({ id, label: id }))]}
          errors={of("as").map(told)}
          onChange={(id) => set("as", id || undefined)}
        />
      </td>
      <td data-label={t`Writing`}>
        <Select
          hideLabel
          label={t`Writing ${name}`}
          value={how}
          options={ways}
          errors={of(...writing).map(told)}
          onChange={setWays}
        />
      </td>
      <td data-label={t`More`}>
        <JSONField
          label={t`More of ${name}`}
          hideLabel
          rows={1}
          value={Object.keys(rest).length > 0 ? rest : undefined}
          errors={rests.map(told)}
          schema={(root) => {
            const def = root.$defs?.resource_field
            return def && { ...def, required: [] }
          }}
          onChange={(value) =>
            put({ ...keep((key) => plain.includes(key)), ...(isPart(value) ? value : {}) })
          }
        />
      </td>
      <td className={css.tools}>
        {index > 0 && (
          <IconButton
            icon={ArrowUp}
            size={14}
            label={t`Move ${name} up`}
            data-move
            onPress={() => swap(index, index - 1)}
          />
        )}
        {index < last && (
          <IconButton
            icon={ArrowDown}
            size={14}
            label={t`Move ${name} down`}
            data-move
            onPress={() => swap(index, index + 1)}
          />
        )}
        <IconButton icon={X} size={14} label={t`Delete ${name}`} onPress={remove} />
      </td>
    </tr>
  )
}
