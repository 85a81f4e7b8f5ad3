import { Trans, useLingui } from "@lingui/react/macro"
import { Link } from "@tanstack/react-router"
import { textOf } from "./document.ts"
import css from "./Plan.module.css"
import { type Mistake, told } from "./plan.ts"
import { useWorkState } from "./work.ts"

/** What is wrong with a document, each with the way to its place. */
export function Mistakes({ errors }: { errors: readonly Mistake[] }) {
  const { t } = useLingui()
  if (errors.length === 0) return null
  return (
    <ul className={css.steps} aria-label={t`Mistakes`}>
      {errors.map((mistake) => (
        <li key={mistake.path + mistake.message} className={css.step} data-kind="danger">
          <p>{told(mistake)}</p>
          <p className={css.samples}>
            <code>{mistake.path}</code> <Place path={mistake.path} />
          </p>
        </li>
      ))}
    </ul>
  )
}

/** Where a path of the document is edited. */
function Place({ path }: { path: string }) {
  const { document } = useWorkState()
  const field = /^collections\.([^.[]+)\.fields\.([^.[]+)/.exec(path)
  const part = /^collections\.([^.[]+)(?:\.([^.[]+))?/.exec(path)
  const resource = /^resources\.([^.[]+)/.exec(path)?.[1]
  if (field?.[1] && field[2]) {
    return (
      <Link to="/schema/$collection" params={{ collection: field[1] }} search={{ field: field[2] }}>
        <Trans>Go to {field[2]}</Trans>
      </Link>
    )
  }
  const of = (resource && textOf(resourceOf(document, resource), "collection")) || resource
  const collection = part?.[1] ?? of
  if (!collection || !Object.hasOwn(document.collections, collection)) return null
  const lists = ["indexes", "unique_together", "checks"]
  const tab = resource ? "resources" : lists.includes(part?.[2] ?? "") ? "indexes" : "settings"
  return (
    <Link to="/schema/$collection" params={{ collection }} search={{ tab }}>
      <Trans>Go to {collection}</Trans>
    </Link>
  )
}

function resourceOf(document: ReturnType<typeof useWorkState>["document"], name: string) {
  const resources = document.resources as { [name: string]: { [name: string]: string } } | undefined
  return resources?.[name]
}
