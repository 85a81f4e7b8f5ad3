import { Trans, useLingui } from "@lingui/react/macro"
import { useQuery } from "@tanstack/react-query"
import { Link, useParams, useSearch } from "@tanstack/react-router"
import { Page, Part } from "../parts/Page.tsx"
import { Couplet, Failure, Loading } from "../parts/States.tsx"
import { type Column, Table } from "../parts/Table.tsx"
import css from "./Api.module.css"
import {
  type Document,
  documentQuery,
  type Operation,
  type Parameter,
  resolved,
  resourcesOf,
  type Schema,
  typeText,
} from "./openapi.ts"
import { TryIt } from "./TryIt.tsx"

/** One resource: what can be asked of it, with which parameters and fields, and a try. */
export function ResourcePage() {
  const { resource: name = "" } = useParams({ strict: false }) as { resource?: string }
  const { op } = useSearch({ strict: false }) as { op?: string }
  const { data, error, refetch } = useQuery(documentQuery)
  if (!data) {
    return (
      <Page title={name} area="API">
        {error ? (
          <Failure
            what={<Trans>The description of the API did not load.</Trans>}
            error={error}
            onRetry={refetch}
          />
        ) : (
          <Loading />
        )}
      </Page>
    )
  }
  const operations = resourcesOf(data).find((resource) => resource.name === name)?.operations ?? []
  const current = operations.find(({ id }) => id === op) ?? operations[0]
  return (
    <Page title={name} area="API">
      {current ? (
        <div className={css.columns}>
          <Operations resource={name} operations={operations} current={current} />
          <OperationView key={current.id} document={data} resource={name} operation={current} />
        </div>
      ) : (
        <Couplet
          first={<Trans>There is no such resource.</Trans>}
          second={
            <Link to="/api">
              <Trans>All resources</Trans>
            </Link>
          }
        />
      )}
    </Page>
  )
}

function Operations({
  resource,
  operations,
  current,
}: {
  resource: string
  operations: Operation[]
  current: Operation
}) {
  const { t } = useLingui()
  return (
    <nav aria-label={t`Operations`} className={css.operations}>
      {operations.map((operation) => (
        <Link
          key={operation.id}
          to="/api/$resource"
          params={{ resource }}
          search={{ op: operation === operations[0] ? undefined : operation.id } as never}
          activeOptions={{ exact: true, explicitUndefined: true }}
          className={css.operation}
          aria-current={operation === current ? "page" : undefined}
        >
          <span className={css.method}>{operation.method.toUpperCase()}</span>
          <code>{operation.path.replace(/^\/api/, "")}</code>
        </Link>
      ))}
      <Link to="/api" className={css.back}>
        <Trans>All resources</Trans>
      </Link>
    </nav>
  )
}

function OperationView({
  document,
  resource,
  operation,
}: {
  document: Document
  resource: string
  operation: Operation
}) {
  const { t } = useLingui()
  return (
    <div className={css.view}>
      <TryIt document={document} resource={resource} operation={operation} />
      {operation.parameters.length > 0 && (
        <Part title={t`Parameters`}>
          <Parameters document={document} parameters={operation.parameters} />
        </Part>
      )}
      {operation.body && (
        <Part title={t`Fields that are written`}>
          <Fields document={document} schema={operation.body} written />
        </Part>
      )}
      {operation.answer && (
        <Part title={t`Fields that are answered`}>
          <Fields document={document} schema={operation.answer} />
        </Part>
      )}
    </div>
  )
}

/** What a parameter is for; those of other names are filters. */
const purposes = ["search", "ordering", "page", "page_size", "limit", "offset", "cursor"]

function Parameters({ document, parameters }: { document: Document; parameters: Parameter[] }) {
  const { t } = useLingui()
  const use = (parameter: Parameter) => {
    if (parameter.in === "path") return t`part of the address`
    if (parameter.name === "search") return t`search`
    if (parameter.name === "ordering") return t`ordering`
    return purposes.includes(parameter.name) ? t`pagination` : t`filter`
  }
  const columns: Column<Parameter>[] = [
    { id: "name", label: t`Name`, cell: ({ name }) => <code>{name}</code> },
    { id: "use", label: t`For`, cell: use },
    { id: "type", label: t`Type`, cell: ({ schema }) => <code>{typeText(document, schema)}</code> },
    { id: "help", label: t`Meaning`, minor: true, cell: ({ description }) => plain(description) },
  ]
  const order = (p: Parameter) => (p.in === "path" ? -1 : purposes.indexOf(p.name) + 1 || 99)
  const rows = [...parameters].sort((a, b) => order(a) - order(b))
  return <Table label={t`Parameters`} columns={columns} rows={rows} rowKey={({ name }) => name} />
}

function Fields({ document, schema, written }: { document: Document; schema: Schema; written?: boolean }) {
  const { t } = useLingui()
  const target = resolved(document, schema)
  const rows = Object.entries(target?.properties ?? {}).filter(([, field]) =>
    written ? !field.readOnly : !field.writeOnly,
  )
  const columns: Column<[string, Schema]>[] = [
    { id: "name", label: t`Name`, cell: ([name]) => <code>{name}</code> },
    { id: "type", label: t`Type`, cell: ([, field]) => <code>{typeText(document, field)}</code> },
    ...(written
      ? [
          {
            id: "required",
            label: t`Required`,
            cell: ([name]: [string, Schema]) => (target?.required?.includes(name) ? t`yes` : ""),
          },
        ]
      : []),
    { id: "help", label: t`Meaning`, minor: true, cell: ([, field]) => plain(field.description) },
  ]
  return <Table label={t`Fields`} columns={columns} rows={rows} rowKey={([name]) => name} />
}

/** The choices' list that is in a description already stands in the type. */
function plain(description = ""): string {
  return description.replace(/\n?^\* `.*$/gm, "").trim()
}
