import { Trans, useLingui } from "@lingui/react/macro"
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router"
import { MoreHorizontal, Table2, Trash2 } from "lucide-react"
import { IconButton } from "../parts/IconButton.tsx"
import { Menu } from "../parts/Menu.tsx"
import { TabLinks } from "../parts/Page.tsx"
import { Couplet } from "../parts/States.tsx"
import { CollectionSettings } from "./CollectionSettings.tsx"
import { entriesOf, nameById, resourcesOf, textOf } from "./document.ts"
import { FieldTable } from "./FieldTable.tsx"
import { SchemaFrame } from "./Frame.tsx"
import { Indexes } from "./Indexes.tsx"
import { Inspector } from "./Inspector.tsx"
import { dropCollection } from "./names.ts"
import { Resources } from "./Resources.tsx"
import { useWork, useWorkState } from "./work.ts"

/** One collection: its fields, resources, indexes and settings. */
export function CollectionScreen() {
  const { t } = useLingui()
  const { collection: name } = useParams({ from: "/shell/schema/$collection" })
  const search = useSearch({ from: "/shell/schema/$collection" })
  const navigate = useNavigate()
  const work = useWork()
  const { document, force } = useWorkState()
  const part =
    document.collections && Object.hasOwn(document.collections, name) ? document.collections[name] : undefined
  if (!part) {
    return (
      <SchemaFrame title={name}>
        <Couplet
          first={<Trans>There is no collection {name}.</Trans>}
          second={
            <Link to="/schema">
              <Trans>Look at all collections</Trans>
            </Link>
          }
        />
      </SchemaFrame>
    )
  }
  const tabs = [
    { id: "fields", label: t`Fields`, count: entriesOf(part.fields).length },
    { id: "resources", label: t`Resources`, count: resourcesOf(document, name).length },
    { id: "indexes", label: t`Indexes and checks` },
    { id: "settings", label: t`Settings` },
  ]
  const known = part.id === undefined ? undefined : nameById(force.document.collections, textOf(part, "id"))
  const onOpen = (field: string | undefined) =>
    void navigate({ to: ".", search: { ...search, field }, replace: true })
  const remove = async () => {
    await navigate({ to: "/schema" })
    work.edit((before) => dropCollection(before, name))
  }
  const tab = search.tab ?? "fields"
  return (
    <SchemaFrame
      title={name}
      tabs={<TabLinks label={t`Parts of the collection`} tabs={tabs} current={search.tab} />}
      actions={
        <Menu
          label={t`Collection`}
          trigger={<IconButton icon={MoreHorizontal} label={t`More`} />}
          sections={[
            {
              items: [
                known !== undefined && {
                  id: "records",
                  label: t`Go to its records`,
                  icon: Table2,
                  onAction: () => void navigate({ to: "/data/$collection", params: { collection: known } }),
                },
                {
                  id: "delete",
                  label: t`Delete the collection`,
                  icon: Trash2,
                  danger: true,
                  onAction: () => void remove(),
                },
              ],
            },
          ]}
        />
      }
      panel={
        tab === "fields" && search.field ? (
          <Inspector collection={name} name={search.field} onOpen={onOpen} />
        ) : undefined
      }
    >
      {tab === "fields" && <FieldTable key={name} collection={name} open={search.field} onOpen={onOpen} />}
      {tab === "resources" && <Resources collection={name} />}
      {tab === "indexes" && <Indexes collection={name} />}
      {tab === "settings" && <CollectionSettings collection={name} />}
    </SchemaFrame>
  )
}
