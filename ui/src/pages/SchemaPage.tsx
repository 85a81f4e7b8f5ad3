import { Trans, useLingui } from "@lingui/react/macro"
import { useQuery } from "@tanstack/react-query"
import type { ReactNode } from "react"
import { Page } from "../parts/Page.tsx"
import { Failure, Loading } from "../parts/States.tsx"
import { CollectionScreen } from "../schema/CollectionScreen.tsx"
import { Overview } from "../schema/Overview.tsx"
import { PlanScreen } from "../schema/PlanScreen.tsx"
import { workQuery } from "../schema/work.ts"

/** Waits for the schema in force and the draft that is worked on. */
function Loaded({ children }: { children: ReactNode }) {
  const { t } = useLingui()
  const { data, error, refetch } = useQuery(workQuery)
  if (data) return children
  return (
    <Page title={t`Schema`}>
      {error ? (
        <Failure
          what={<Trans>The schema did not load.</Trans>}
          error={error}
          onRetry={() => void refetch()}
        />
      ) : (
        <Loading />
      )}
    </Page>
  )
}

export function SchemaPage() {
  return (
    <Loaded>
      <Overview />
    </Loaded>
  )
}

export function SchemaCollectionPage() {
  return (
    <Loaded>
      <CollectionScreen />
    </Loaded>
  )
}

export function SchemaPlanPage() {
  return (
    <Loaded>
      <PlanScreen />
    </Loaded>
  )
}
