import { Trans } from "@lingui/react/macro"
import { Plus, X } from "lucide-react"
import { type ReactNode, useRef, useState } from "react"
import type { Value } from "../app/collections.ts"
import { Button } from "../parts/Button.tsx"
import { TextField } from "../parts/Field.tsx"
import { afterwards, onceReleased } from "../parts/focus.ts"
import { IconButton } from "../parts/IconButton.tsx"
import { Part as Section } from "../parts/Page.tsx"
import { partOf, withAt } from "./document.ts"
import { useKeys } from "./keys.ts"
import { type Mistake, told, useMistakes, within } from "./plan.ts"
import css from "./Schema.module.css"
import { useWork, useWorkState } from "./work.ts"

/** One member of a list: its value, and what is wrong with it, or with one of its own members. */
export interface Line {
  value: Value
  put: (value: Value) => void
  errors: (member?: string) => string[]
}

/** What a new member is typed as. */
interface Fresh {
  label: string
  help: string
  make: (typed: string) => Value
}

/** A list of a collection: its members with their mistakes, and the way to a new one. */
export function ListOf({
  collection,
  list,
  title,
  help,
  add,
  remove,
  fresh,
  line,
}: {
  collection: string
  list: "indexes" | "unique_together" | "checks"
  title: string
  help: string
  add: string
  remove: (n: number) => string
  fresh: Fresh
  line: (line: Line) => ReactNode
}) {
  const work = useWork()
  const { document } = useWorkState()
  const path = `collections.${collection}.${list}`
  const mistakes = useMistakes(path)
  const [open, setOpen] = useState(false)
  const adding = useRef<HTMLDivElement>(null)
  const value = partOf(document.collections, collection)[list]
  const all = Array.isArray(value) ? value : []
  const { keys, removed } = useKeys(all.length)
  const put = (next: Value[]) =>
    work.edit((before) =>
      withAt(before, ["collections", collection, list], next.length > 0 ? next : undefined),
    )
  const toAdd = () => afterwards(() => adding.current?.querySelector("button"))
  const take = (typed: string) => {
    if (typed.trim()) put([...all, fresh.make(typed)])
    setOpen(false)
    toAdd()
  }
  const whole = mistakes.filter((one) => !all.some((_, index) => within(one.path, `${path}[${index}]`)))
  return (
    <Section title={title} help={help}>
      <div>
        {all.map((one, index) => (
          <div key={keys[index]} className={css.line}>
            {line({
              value: one,
              put: (next) => put(all.map((old, i) => (i === index ? next : old))),
              errors: (member) => ofMember(mistakes, `${path}[${index}]`, member),
            })}
            <IconButton
              icon={X}
              label={remove(index + 1)}
              onPress={() => {
                put(all.filter((_, i) => i !== index))
                removed(index)
                toAdd()
              }}
            />
          </div>
        ))}
        {open && <NewLine fresh={fresh} take={take} />}
        {whole.map((mistake) => (
          <p key={mistake.path + mistake.message} className={css.error} role="alert">
            {told(mistake)}
          </p>
        ))}
      </div>
      {!open && (
        <div ref={adding}>
          <Button kind="quiet" icon={Plus} onPress={() => setOpen(true)}>
            {add}
          </Button>
        </div>
      )}
    </Section>
  )
}

const members = ["message", "field"]

/** The words about one member of a line; without a name, or for its first member, all that belongs to no other. */
function ofMember(mistakes: readonly Mistake[], path: string, member?: string): string[] {
  const named = (one: Mistake) => members.find((name) => within(one.path, `${path}.${name}`))
  const wanted = members.find((name) => name === member)
  return mistakes.filter((one) => within(one.path, path) && named(one) === wanted).map(told)
}

/** A member that is being typed: it counts on Enter, or when one goes on elsewhere; Escape gives it up. */
function NewLine({ fresh, take }: { fresh: Fresh; take: (typed: string) => void }) {
  const [typed, setTyped] = useState("")
  return (
    <form
      className={css.line}
      onSubmit={(event) => {
        event.preventDefault()
        take(typed)
      }}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) onceReleased(() => take(typed))
      }}
    >
      <TextField
        autoFocus
        mono
        label={fresh.label}
        help={fresh.help}
        value={typed}
        onChange={setTyped}
        onKeyDown={(event) => {
          if (event.key === "Escape") return take("")
          if (event.key === "Enter" && event.ctrlKey) take(typed) // which is also for the whole screen
          event.continuePropagation()
        }}
      />
      <Button type="submit">
        <Trans>Add</Trans>
      </Button>
    </form>
  )
}
