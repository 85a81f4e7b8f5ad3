import { useLingui } from "@lingui/react/macro"
import { useSuspenseQuery } from "@tanstack/react-query"
import { Suspense } from "react"
import { queries } from "../app/client.ts"
import { useTopic } from "../app/live.ts"
import { Beside } from "../parts/Beside.tsx"
import { Page, TabLinks } from "../parts/Page.tsx"
import { Loading } from "../parts/States.tsx"
import { actions, matrixQuery } from "./api.ts"
import { CellPanel } from "./CellPanel.tsx"
import { DraftBar } from "./DraftBar.tsx"
import { useDraft } from "./draft.ts"
import { FieldsTab } from "./FieldsTab.tsx"
import { Matrix } from "./Matrix.tsx"
import { NewRole } from "./NewRole.tsx"
import { RulePanel } from "./RulePanel.tsx"
import { matrixRows, rolesOf } from "./rows.ts"
import { TryTab } from "./TryTab.tsx"
import { useAccess } from "./useAccess.ts"

/** Who may do what: roles and their grants, the rules of collections and fields, and why somebody may not. */
export function AccessPage() {
  const { t } = useLingui()
  const { search } = useAccess()
  useTopic("schema", () => void queries.invalidateQueries({ queryKey: ["access"] }))
  const tabs = (
    <TabLinks
      label={t`Parts of access`}
      current={search.tab}
      tabs={[
        { id: "matrix", label: t`Roles` },
        { id: "fields", label: t`Rules and fields` },
        { id: "try", label: t`Why?` },
      ]}
    />
  )
  return (
    <Suspense
      fallback={
        <Page title={t`Access`} tabs={tabs}>
          <Loading />
        </Page>
      }
    >
      <Tabs tabs={tabs} />
    </Suspense>
  )
}

function Tabs({ tabs }: { tabs: React.ReactNode }) {
  const { t } = useLingui()
  const { search } = useAccess()
  const matrix = useSuspenseQuery(matrixQuery).data
  const state = useDraft()
  const roles = rolesOf(matrix, state.document)
  const rows = matrixRows(matrix, state.document)
  if (search.tab === "try") {
    return (
      <Page title={t`Access`} tabs={tabs}>
        <TryTab />
      </Page>
    )
  }
  const row = rows.find(({ collection }) => collection === search.collection)
  const role = roles.find(({ name }) => name === search.role)
  const fields = search.tab === "fields"
  return (
    <Page
      title={t`Access`}
      tabs={tabs}
      wide
      actions={fields ? undefined : <NewRole roles={roles} state={state} />}
    >
      <Beside
        panel={
          fields ? (
            search.action && <RulePanel rows={rows} state={state} />
          ) : row && role && actions.some((one) => one === search.action) ? (
            <CellPanel role={role} row={row} state={state} />
          ) : undefined
        }
      >
        {fields ? (
          <FieldsTab rows={rows} state={state} />
        ) : (
          <Matrix matrix={matrix} roles={roles} rows={rows} state={state} />
        )}
      </Beside>
      <DraftBar state={state} />
    </Page>
  )
}
