import { plural } from "@lingui/core/macro"
import { Trans, useLingui } from "@lingui/react/macro"
import { useMe } from "../app/session.ts"
import { inSentence, isolated } from "../app/words.ts"
import { formatLocale } from "../parts/Time.tsx"
import css from "./Activity.module.css"
import type { Deed, DeedPart } from "./deeds.ts"

export type Names = (collection: string, key: string) => string | undefined

/** What was done, in one sentence. */
export function Sentence({ deed, who, names }: { deed: Deed; who: string; names: Names }) {
  const said = useParts()
  const [first, ...others] = deed.parts
  const actor = (
    <strong className={css.who} dir="auto">
      {who}
    </strong>
  )
  if (!first) return actor
  if (deed.parts.length > 1 || deed.via === "revert" || deed.via === "import") {
    const list = said(deed.parts, names)
    if (deed.via === "import")
      return (
        <Trans>
          {actor} imported: {list}
        </Trans>
      )
    if (deed.via === "revert")
      return (
        <Trans>
          {actor} took something back: {list}
        </Trans>
      )
    return (
      <Trans>
        {actor}: {list}
      </Trans>
    )
  }
  return <Single part={first} actor={actor} names={names} cause={deed.cause} key={others.length} />
}

function Single({
  part,
  actor,
  names,
  cause,
}: {
  part: DeedPart
  actor: React.ReactNode
  names: Names
  cause: string | null
}) {
  const what = useWhat()(part, names)
  const fields = part.fields.join(", ")
  switch (part.op) {
    case "create":
      return (
        <Trans>
          {actor} added {what}
        </Trans>
      )
    case "delete":
      return (
        <Trans>
          {actor} deleted {what}
        </Trans>
      )
    case "update":
      return fields ? (
        <Trans>
          {actor} changed {what}: {fields}
        </Trans>
      ) : (
        <Trans>
          {actor} changed {what}
        </Trans>
      )
    case "schema":
      return cause === "document" ? (
        <Trans>{actor} changed the schema, and no table</Trans>
      ) : (
        <Trans>
          {actor} changed the schema: {part.key ?? ""}
        </Trans>
      )
    case "rewritten":
      return <Trans>A migration rewrote {part.collection ?? ""}</Trans>
    default:
      return <Trans>{actor} erased values from the log</Trans>
  }
}

const mostParts = 4

/** Several parts as a list: "2 articles added, 1 tag deleted". */
function useParts() {
  const { t } = useLingui()
  const what = useWhat()
  return (parts: readonly DeedPart[], names: Names): string => {
    const said = parts.slice(0, mostParts).map((part) => {
      const name = what(part, names)
      switch (part.op) {
        case "create":
          return t`${name} added`
        case "delete":
          return t`${name} deleted`
        case "update":
          return t`${name} changed`
        case "schema":
          return t`the schema changed`
        case "rewritten":
          return t`${name} rewritten`
        default:
          return t`values erased`
      }
    })
    const list = said.join(", ")
    const more = parts.length - said.length
    return more > 0 ? t`${list} and more` : list
  }
}

/** "3 articles", or the name of the one. */
function useWhat() {
  const { t, i18n } = useLingui()
  const me = useMe()
  return ({ collection, count, key }: DeedPart, names: Names): string => {
    const known = me.collections.find((one) => one.collection === collection)
    const cased = inSentence
    const one = known ? cased(known.label) : (collection ?? "")
    const many = known ? cased(known.label_plural) : (collection ?? "")
    if (count === 1 && collection && key) return t`${one} “${isolated(names(collection, key) ?? key)}”`
    const number = count.toLocaleString(formatLocale(i18n.locale))
    return plural(count, { one: `${number} ${one}`, other: `${number} ${many}` })
  }
}

/** Who did it; where nobody was logged in, by which door it came. */
export function useWho(names: (key: string) => string | undefined) {
  const { t } = useLingui()
  return ({ actor, via }: { actor: string | null; via: string }): string => {
    if (actor !== null) return names(actor) ?? t`User ${actor}`
    if (via === "cli") return t`The console`
    if (via === "migration") return t`A migration`
    if (via === "fixture") return t`A fixture`
    return t`Somebody`
  }
}

/** The doors by which changes come. */
export function useDoors(): { [via: string]: string } {
  const { t } = useLingui()
  return {
    rest: t`API`,
    import: t`Import`,
    revert: t`Revert`,
    cli: t`Console`,
    accounts: t`Accounts`,
    fixture: t`Fixture`,
    migration: t`Migration`,
  }
}
