import { Trans, useLingui } from "@lingui/react/macro"
import { Plus } from "lucide-react"
import { useState } from "react"
import { Button } from "../parts/Button.tsx"
import { Part as Section } from "../parts/Page.tsx"
import { Couplet } from "../parts/States.tsx"
import { Commit } from "./Commit.tsx"
import { freeName, type Part, partOf, renamed, resourcesOf, textOf, withAt, withMember } from "./document.ts"
import { JSONField } from "./JSONField.tsx"
import { OptionForm } from "./OptionForm.tsx"
import { resourceOptions } from "./options.ts"
import { told, useMistakes } from "./plan.ts"
import { ResourceFields } from "./ResourceFields.tsx"
import css from "./Schema.module.css"
import { useWork, useWorkState } from "./work.ts"

/** The faces that a collection has in the public API. */
export function Resources({ collection }: { collection: string }) {
  const { t } = useLingui()
  const work = useWork()
  const { document } = useWorkState()
  const resources = resourcesOf(document, collection)
  const byDefault = partOf(document.collections, collection).resource !== false
  const taken = partOf(document, "resources")
  const add = () => {
    const name = freeName(taken, collection)
    work.edit((before) => withAt(before, ["resources", name], name === collection ? {} : { collection }))
  }
  const path = `/api/${collection}/`
  return (
    <div className={css.content}>
      {resources.length === 0 && (
        <Couplet
          first={
            byDefault ? (
              <Trans>
                No resource is declared: <code className={css.mono}>{path}</code> shows all fields.
              </Trans>
            ) : (
              <Trans>This collection has no public API.</Trans>
            )
          }
          second={<Trans>Declare one to choose its fields, filters and rights.</Trans>}
        />
      )}
      {resources.map(([name, resource]) => (
        <ResourceEditor key={name} collection={collection} name={name} resource={resource} />
      ))}
      <div>
        <Button icon={Plus} onPress={add}>
          {resources.length === 0 ? t`Declare a resource` : t`Declare one more`}
        </Button>
      </div>
    </div>
  )
}

function ResourceEditor({
  collection,
  name,
  resource,
}: {
  collection: string
  name: string
  resource: Part
}) {
  const { t } = useLingui()
  const work = useWork()
  const { document } = useWorkState()
  const [exact, setExact] = useState(false)
  const mistakes = useMistakes(`resources.${name}`)
  const put = (next: Part | undefined) => work.edit((before) => withAt(before, ["resources", name], next))
  const rename = (typed: string) => {
    const next = typed.trim()
    if (!/^[a-z0-9][a-z0-9_-]*$/.test(next)) return t`Letters, digits, - and _ make an address.`
    if (next !== name && Object.hasOwn(partOf(document, "resources"), next))
      return t`There is a resource ${next} already.`
    const explicit =
      textOf(resource, "collection") || next === collection ? resource : { ...resource, collection }
    work.edit((before) =>
      withAt(
        withMember(before, "resources", renamed(partOf(before, "resources"), name, next)),
        ["resources", next],
        explicit,
      ),
    )
    return undefined
  }
  const remove = () => {
    put(undefined)
  }
  return (
    <Section
      title={`/api/${name}/`}
      actions={
        <>
          <Button kind="quiet" onPress={() => setExact(!exact)}>
            {exact ? <Trans>Show the form</Trans> : <Trans>Show the exact text</Trans>}
          </Button>
          <Button kind="quiet" onPress={remove}>
            <Trans>Delete the resource</Trans>
          </Button>
        </>
      }
    >
      {mistakes.map((mistake) => (
        <p key={mistake.path + mistake.message} role="alert" className={css.error}>
          <code className={css.mono}>{mistake.path}</code>: {told(mistake)}
        </p>
      ))}
      {exact ? (
        <JSONField
          label={t`Exact text of ${name}`}
          help={t`Ctrl+Enter takes it over.`}
          rows={12}
          value={resource}
          schema={(root) => root.$defs?.resource}
          onChange={(next) => put((next as Part | undefined) ?? {})}
        />
      ) : (
        <div className={css.form}>
          <Commit aside mono label={t`Address`} value={name} take={rename} />
          <ResourceFields
            collection={collection}
            resource={resource}
            path={`resources.${name}`}
            onChange={put}
          />
          <OptionForm
            groups={resourceOptions}
            def="resource"
            path={`resources.${name}`}
            part={resource}
            collection={collection}
            onChange={put}
          />
        </div>
      )}
    </Section>
  )
}
