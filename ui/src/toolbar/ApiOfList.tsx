import { Trans, useLingui } from "@lingui/react/macro"
import { queryString } from "couplet-client"
import { recordsPath } from "../app/collections.ts"
import type { GridModel } from "../grid/model.ts"
import { Code } from "../parts/Code.tsx"
import { filterOf } from "./change.ts"
import css from "./Toolbar.module.css"

/** How a program asks for exactly this list. */
export function ApiOfList({ model }: { model: GridModel }) {
  const { t } = useLingui()
  const list = model.list.get()
  const query = {
    ...(filterOf(list) ? { filter: filterOf(list) } : {}),
    ...(list.q.trim() ? { q: list.q.trim() } : {}),
    ...(list.order ? { order: list.order } : {}),
    fields: list.columns.map(({ field }) => field.name).join(","),
  }
  const { name } = model.collection
  const address = location.origin + recordsPath(name) + queryString(query)
  const curl = `curl -H "Authorization: Api-Key $COUPLET_KEY" \\\n  '${address.replaceAll("'", "%27")}'`
  const typescript = [
    `import { createClient } from "couplet-client"`,
    ``,
    `const client = createClient({`,
    `  base: ${JSON.stringify(location.origin)},`,
    `  auth: { apiKey: process.env.COUPLET_KEY },`,
    `})`,
    `const page = await client.records(${JSON.stringify(name)}).list(${JSON.stringify(query, null, 2)})`,
  ].join("\n")
  return (
    <div className={css.api}>
      <h2 className={css.title}>
        <Trans>This list by API</Trans>
      </h2>
      <p className={css.note}>
        <Trans>
          A page of the records as they are filtered and sorted here. “next” of the answer leads on.
        </Trans>
      </p>
      <h3 className={css.subtitle}>curl</h3>
      <Code label={t`curl`} text={curl} />
      <h3 className={css.subtitle}>TypeScript</h3>
      <Code label={t`TypeScript`} text={typescript} />
    </div>
  )
}
