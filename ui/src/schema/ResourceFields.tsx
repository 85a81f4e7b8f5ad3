import { Trans, useLingui } from "@lingui/react/macro"
import { Plus } from "lucide-react"
import { useRef } from "react"
import type { Value } from "../app/collections.ts"
import { Button } from "../parts/Button.tsx"
import { afterwards } from "../parts/focus.ts"
import { fieldsOf, isPart, type Part, partOf, withMember } from "./document.ts"
import { useKeys } from "./keys.ts"
import { useMistakes } from "./plan.ts"
import css from "./Resource.module.css"
import { ResourceField } from "./ResourceField.tsx"
import { useWorkState } from "./work.ts"

/** The fields of a resource in their order: what they stand for, how they are shown, what may be done with them. */
export function ResourceFields({
  collection,
  resource,
  path,
  onChange,
}: {
  collection: string
  resource: Part
  path: string
  onChange: (resource: Part) => void
}) {
  const { t } = useLingui()
  const { document } = useWorkState()
  const mistakes = useMistakes(`${path}.fields`)
  const around = useRef<HTMLDivElement>(null)
  const names = fieldsOf(partOf(document.collections, collection)).map(([name]) => name)
  const list = Array.isArray(resource.fields) ? resource.fields : undefined
  const { keys, removed, swapped } = useKeys(list?.length ?? 0)
  const put = (fields: Value[] | undefined) => onChange(withMember(resource, "fields", fields))
  const to = (what: string) => afterwards(() => around.current?.querySelector<HTMLElement>(what))
  if (!list) {
    return (
      <div ref={around} className={css.actions}>
        <Trans>It shows all fields.</Trans>
        <Button
          kind="quiet"
          onPress={() => {
            put(["id", ...names.filter((name) => name !== "id")])
            to("input")
          }}
        >
          <Trans>Choose the fields</Trans>
        </Button>
      </div>
    )
  }
  const parts = list.map((one) => (isPart(one) ? one : { name: String(one) }))
  const taken = parts.map(({ name }) => name)
  const swap = (index: number, other: number) => {
    const next = [...list]
    const [a, b] = [next[index], next[other]]
    if (a === undefined || b === undefined) return
    next[index] = b
    next[other] = a
    put(next)
    swapped(index, other)
    to(`tbody > :nth-child(${other + 1}) [data-move]`) // at an end the button that was pressed is gone
  }
  return (
    <div ref={around}>
      <div className={css.scroll}>
        <table className={css.fields} aria-label={t`Fields of the resource`}>
          <thead>
            <tr>
              <th scope="col">{t`Name`}</th>
              <th scope="col">{t`Stands for`}</th>
              <th scope="col">{t`Shown as`}</th>
              <th scope="col">{t`Writing`}</th>
              <th scope="col">{t`More`}</th>
              <td className={css.tools} />
            </tr>
          </thead>
          <tbody>
            {parts.map((part, index) => (
              <ResourceField
                key={keys[index]}
                index={index}
                part={part}
                last={list.length - 1}
                path={`${path}.fields[${index}]`}
                mistakes={mistakes}
                put={(next) => put(list.map((old, i) => (i === index ? simplest(next) : old)))}
                swap={swap}
                remove={() => {
                  put(list.filter((_, i) => i !== index))
                  removed(index)
                  to("[data-add] button")
                }}
              />
            ))}
          </tbody>
        </table>
      </div>
      <div className={css.actions} data-add>
        <Button
          kind="quiet"
          icon={Plus}
          onPress={() => {
            put([...list, names.find((name) => !taken.includes(name)) ?? "field"])
            requestAnimationFrame(() =>
              around.current?.querySelector<HTMLElement>("tbody > :last-child input")?.focus(),
            )
          }}
        >
          <Trans>Add a field</Trans>
        </Button>
        <Button
          kind="quiet"
          onPress={() => {
            put(undefined)
            to("button")
          }}
        >
          <Trans>Show all fields</Trans>
        </Button>
      </div>
    </div>
  )
}

/** A field without options is only its name. */
function simplest(part: Part): Value {
  return Object.keys(part).length === 1 && typeof part.name === "string" ? part.name : part
}
