import { Trans } from "@lingui/react/macro"
import { Page } from "../parts/Page.tsx"
import { Couplet } from "../parts/States.tsx"

/** In the place of a collection that is not there, or not for this reader. */
export function NoCollection({ name }: { name: string }) {
  return (
    <Page title={name}>
      <Couplet
        first={<Trans>There is no collection {name}.</Trans>}
        second={<Trans>It may have another name now, or you may not view it.</Trans>}
      />
    </Page>
  )
}
