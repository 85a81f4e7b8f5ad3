import { Trans, useLingui } from "@lingui/react/macro"
import { useQuery } from "@tanstack/react-query"
import { Link, useNavigate, useSearch } from "@tanstack/react-router"
import { useMe } from "../app/session.ts"
import { Code } from "../parts/Code.tsx"
import { Finder } from "../parts/Field.tsx"
import { Page, Part } from "../parts/Page.tsx"
import { Couplet, Failure, Loading } from "../parts/States.tsx"
import { type Column, Table } from "../parts/Table.tsx"
import css from "./Api.module.css"
import { type ApiResource, documentQuery, resolved, resourcesOf } from "./openapi.ts"

/** The project's own API: its resources, and the ways to read and use it. */
export function ResourcesPage() {
  const { t } = useLingui()
  const { data, error, refetch } = useQuery(documentQuery)
  const { q = "" } = useSearch({ strict: false }) as { q?: string }
  const navigate = useNavigate()
  const find = (text: string) =>
    void navigate({ to: "/api", search: { q: text || undefined } as never, replace: true })
  return (
    <Page title={t`API`} actions={<Finder label={t`Find a resource`} value={q} onChange={find} />}>
      {error && !data ? (
        <Failure
          what={<Trans>The description of the API did not load.</Trans>}
          error={error}
          onRetry={refetch}
        />
      ) : data ? (
        <Resources
          resources={resourcesOf(data).filter(({ name }) => name.includes(q.toLowerCase()))}
          fields={(resource) => Object.keys(resolved(data, answerOf(resource))?.properties ?? {}).length}
          q={q}
        />
      ) : (
        <Loading />
      )}
      <Elsewhere />
    </Page>
  )
}

function answerOf(resource: ApiResource) {
  return resource.operations.find((operation) => operation.answer)?.answer
}

function Resources({
  resources,
  fields,
  q,
}: {
  resources: ApiResource[]
  fields: (resource: ApiResource) => number
  q: string
}) {
  const { t } = useLingui()
  const columns: Column<ApiResource>[] = [
    {
      id: "name",
      label: t`Resource`,
      cell: ({ name }) => (
        <Link to="/api/$resource" params={{ resource: name }}>
          {name}
        </Link>
      ),
    },
    { id: "path", label: t`Address`, cell: ({ operations }) => <code>{operations[0]?.path}</code> },
    {
      id: "methods",
      label: t`Methods`,
      minor: true,
      cell: ({ operations }) => [...new Set(operations.map(({ method }) => method.toUpperCase()))].join(", "),
    },
    { id: "fields", label: t`Fields`, end: true, cell: (resource) => fields(resource) },
  ]
  return (
    <Table
      label={t`Resources`}
      columns={columns}
      rows={resources}
      rowKey={({ name }) => name}
      empty={
        q ? (
          <Couplet
            first={<Trans>No resource is called like that.</Trans>}
            second={<Trans>Look for another part of its name.</Trans>}
          />
        ) : (
          <Couplet
            first={<Trans>The project has no resources yet.</Trans>}
            second={<Trans>A collection becomes public by a resource in the schema.</Trans>}
          />
        )
      }
    />
  )
}

function Elsewhere() {
  const { t } = useLingui()
  const me = useMe()
  return (
    <>
      <Part title={t`Read it elsewhere`}>
        <ul className={css.links}>
          <li>
            <a href="/api/schema/swagger-ui/">Swagger UI</a>
          </li>
          <li>
            <a href="/api/schema/redoc/">ReDoc</a>
          </li>
          <li>
            <a href="/api/">
              <Trans>The browsable API</Trans>
            </a>
          </li>
          <li>
            <a href="/api/schema/?format=json">
              <Trans>The OpenAPI 3.1 document</Trans>
            </a>
          </li>
        </ul>
      </Part>
      <Part
        title={t`TypeScript`}
        help={
          <Trans>
            The types of all resources, for the client library couplet-client or for code of your own. In the
            project's folder:
          </Trans>
        }
      >
        <Code label={t`Command that writes the types`} text="couplet gen ts --out project.ts" />
        {me.screens.includes("schema") && (
          <p className={css.help}>
            <Trans>Write them again after each change of the schema.</Trans>
          </p>
        )}
      </Part>
    </>
  )
}
