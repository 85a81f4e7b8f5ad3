import { Trans, useLingui } from "@lingui/react/macro"
import { useQueries } from "@tanstack/react-query"
import { Link, useNavigate, useSearch } from "@tanstack/react-router"
import { Plus } from "lucide-react"
import { client } from "../app/client.ts"
import { Button } from "../parts/Button.tsx"
import { TabLinks } from "../parts/Page.tsx"
import { Couplet } from "../parts/States.tsx"
import { type Column, Table } from "../parts/Table.tsx"
import { formatLocale } from "../parts/Time.tsx"
import { entriesOf, fieldsOf, nameById, type Part, textOf } from "./document.ts"
import { SchemaFrame } from "./Frame.tsx"
import { relations } from "./fieldTypes.ts"
import { SchemaMap } from "./Map.tsx"
import { NewCollection } from "./NewCollection.tsx"
import css from "./Schema.module.css"
import { Versions } from "./Versions.tsx"
import { useWorkState } from "./work.ts"

/** All collections of the schema, as a list or a map, and what has become of it so far. */
export function Overview() {
  const { t } = useLingui()
  const search = useSearch({ from: "/shell/schema" })
  const navigate = useNavigate()
  const { tab } = search
  const tabs = [
    { id: "collections", label: t`Collections` },
    { id: "map", label: t`Map` },
    { id: "versions", label: t`Versions` },
  ]
  return (
    <SchemaFrame
      title={t`Schema`}
      tabs={<TabLinks label={t`Parts of the schema`} tabs={tabs} current={tab} />}
      actions={
        !search.new && (
          <Button icon={Plus} onPress={() => void navigate({ to: "/schema", search: { new: "1" } })}>
            <Trans>New collection</Trans>
          </Button>
        )
      }
    >
      {search.new && <NewCollection />}
      {tab === "map" ? <SchemaMap /> : tab === "versions" ? <Versions /> : <Collections />}
    </SchemaFrame>
  )
}

interface Listed {
  name: string
  label: string
  fields: number
  relations: string[]
  /** The name in force; absent of one that only the draft has. */
  known: string | undefined
}

function Collections() {
  const { t, i18n } = useLingui()
  const { document, force } = useWorkState()
  const rows = entriesOf(document.collections).map(([name, part]) =>
    listed(name, part, force.document.collections),
  )
  const counts = useQueries({
    queries: rows.map(({ known }) => ({
      queryKey: ["count", known],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        client.get<{ count: number; exact: boolean }>(`/api/_/records/${known}/count/`, { signal }),
      enabled: known !== undefined,
    })),
  })
  const format = new Intl.NumberFormat(formatLocale(i18n.locale))
  const columns: Column<Listed>[] = [
    {
      id: "name",
      label: t`Collection`,
      cell: ({ name }) => (
        <Link to="/schema/$collection" params={{ collection: name }}>
          {name}
        </Link>
      ),
    },
    { id: "fields", label: t`Fields`, end: true, cell: ({ fields }) => fields },
    {
      id: "records",
      label: t`Records`,
      end: true,
      cell: (row) => {
        const count = counts[rows.indexOf(row)]?.data
        if (row.known === undefined) return <span className={css.faint}>{t`not applied`}</span>
        if (!count) return null
        const shown = format.format(count.count)
        return count.exact ? shown : t`about ${shown}`
      },
    },
    {
      id: "relations",
      label: t`Leads to`,
      minor: true,
      cell: ({ relations }) => relations.join(", "),
    },
  ]
  return (
    <div className={css.content}>
      <Table
        label={t`Collections`}
        columns={columns}
        rows={rows}
        rowKey={({ name }) => name}
        empty={
          <Couplet
            first={<Trans>No collections yet.</Trans>}
            second={<Trans>Name the first; its table follows.</Trans>}
          />
        }
      />
    </div>
  )
}

function listed(name: string, part: Part, force: { [name: string]: Part }): Listed {
  const fields = fieldsOf(part)
  const targets = fields
    .filter(([, { type }]) => relations.includes(type))
    .map(([, field]) => textOf(field, "to"))
  return {
    name,
    label: textOf(part, "label") || name,
    fields: fields.length,
    relations: [...new Set(targets)],
    known: part.id === undefined ? undefined : nameById(force, textOf(part, "id")),
  }
}
