import { Trans, useLingui } from "@lingui/react/macro"
import { Plus } from "lucide-react"
import { useRef, useState } from "react"
import { Button } from "../parts/Button.tsx"
import { afterwards } from "../parts/focus.ts"
import { Part as Section } from "../parts/Page.tsx"
import { Couplet } from "../parts/States.tsx"
import { Commit } from "./Commit.tsx"
import {
  type Document,
  freeName,
  hasOwnResource,
  type Part,
  partOf,
  renamed,
  resourcesOf,
  textOf,
  withAt,
  withMember,
} from "./document.ts"
import { JSONField } from "./JSONField.tsx"
import { useKeys } from "./keys.ts"
import { OptionForm } from "./OptionForm.tsx"
import { resourceOptions } from "./options.ts"
import { type Mistake, told, useMistakes, within } from "./plan.ts"
import { ResourceFields } from "./ResourceFields.tsx"
import css from "./Schema.module.css"
import { useWork, useWorkState } from "./work.ts"

/** The faces that a collection has in the public API. */
export function Resources({ collection }: { collection: string }) {
  const { t } = useLingui()
  const work = useWork()
  const { document } = useWorkState()
  const resources = resourcesOf(document, collection)
  const byDefault = hasOwnResource(document, collection)
  const taken = partOf(document, "resources")
  const add = () => {
    const name = freeName(taken, collection)
    work.edit((before) => withAt(before, ["resources", name], name === collection ? {} : { collection }))
    requestAnimationFrame(() =>
      around.current?.querySelector<HTMLElement>("section:last-of-type input")?.focus(),
    )
  }
  const path = `/api/${collection}/`
  const around = useRef<HTMLDivElement>(null)
  const { keys, removed } = useKeys(resources.length)
  return (
    <div className={css.content} ref={around}>
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
      {resources.map(([name, resource], index) => (
        <ResourceEditor
          key={keys[index]}
          collection={collection}
          name={name}
          resource={resource}
          onRemove={() => {
            work.edit((before) => withAt(before, ["resources", name], undefined))
            removed(index)
            afterwards(() => around.current?.querySelector<HTMLElement>("[data-add] button"))
          }}
        />
      ))}
      <div data-add>
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
  onRemove,
}: {
  collection: string
  name: string
  resource: Part
  onRemove: () => void
}) {
  const { t } = useLingui()
  const work = useWork()
  const { document } = useWorkState()
  const [exact, setExact] = useState(false)
  const path = `resources.${name}`
  const mistakes = useMistakes(path).filter((one) => exact || !hasPlace(one, path, resource))
  const put = (next: Part) => work.edit((before) => withAt(before, ["resources", name], next))
  const rename = (typed: string) => {
    const next = typed.trim()
    if (!/^[a-z0-9][a-z0-9_-]*$/.test(next)) return t`Letters, digits, - and _ make an address.`
    if (next !== name && isTaken(document, next, collection)) return t`There is a resource ${next} already.`
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
  return (
    <Section
      title={`/api/${name}/`}
      actions={
        <>
          <Button kind="quiet" onPress={() => setExact(!exact)}>
            {exact ? <Trans>Show the form</Trans> : <Trans>Show the exact text</Trans>}
          </Button>
          <Button kind="quiet" onPress={onRemove}>
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
          <ResourceFields collection={collection} resource={resource} path={path} onChange={put} />
          <OptionForm
            groups={resourceOptions}
            def="resource"
            path={path}
            part={resource.pagination === false ? { ...resource, pagination: { style: "none" } } : resource}
            collection={collection}
            onChange={put}
          />
        </div>
      )}
    </Section>
  )
}

/** Whether a name is that of another resource, also of one that a collection has by itself. */
function isTaken(document: Document, name: string, collection: string): boolean {
  if (Object.hasOwn(partOf(document, "resources"), name)) return true
  return name !== collection && hasOwnResource(document, name) && resourcesOf(document, name).length === 0
}

/** Whether a mistake is told at a field or an option. */
function hasPlace({ path }: Mistake, of: string, resource: Part): boolean {
  if (within(path, `${of}.fields`)) return path.includes(".fields[") && Array.isArray(resource.fields)
  return resourceOptions.some(({ options }) => options.some(({ key }) => within(path, `${of}.${key}`)))
}
