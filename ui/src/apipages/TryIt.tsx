import { Trans, useLingui } from "@lingui/react/macro"
import { useMutation } from "@tanstack/react-query"
import { useSearch } from "@tanstack/react-router"
import { X } from "lucide-react"
import { type FormEvent, useState } from "react"
import { client } from "../app/client.ts"
import { useMe } from "../app/session.ts"
import { Button } from "../parts/Button.tsx"
import { Code } from "../parts/Code.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { Chooser, TextField } from "../parts/Field.tsx"
import { IconButton } from "../parts/IconButton.tsx"
import { Part, TabLinks } from "../parts/Page.tsx"
import { Failure } from "../parts/States.tsx"
import { Answer, type Answered } from "./Answer.tsx"
import css from "./Api.module.css"
import { addressOf, curlOf, type Filled, sampleBody, typescriptOf } from "./examples.ts"
import type { Document, Operation } from "./openapi.ts"

interface Props {
  document: Document
  resource: string
  operation: Operation
}

/** Sends an operation as oneself, and shows the same for the command line and for TypeScript. */
export function TryIt({ document, resource, operation }: Props) {
  const { t } = useLingui()
  const me = useMe()
  const [filled, setFilled] = useState<Filled>({
    path: {},
    query: [],
    body: operation.body ? sampleBody(document, operation) : "",
  })
  const [asking, setAsking] = useState(false)
  const sending = useMutation({ mutationFn: () => send(operation, filled) })
  const reads = operation.method === "get"
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (reads) sending.mutate()
    else setAsking(true)
  }
  const method = operation.method.toUpperCase()
  const address = addressOf(operation, filled)
  return (
    <>
      <Part title={`${method} ${operation.path}`} help={operation.description || undefined}>
        <Examples {...{ resource, operation, filled }} />
      </Part>
      <Part
        title={t`Try it`}
        help={<Trans>The request is sent as {me.username}, to this server's real data.</Trans>}
      >
        <form className={css.form} onSubmit={submit}>
          <Filling operation={operation} filled={filled} onChange={setFilled} />
          <div className={css.actions}>
            <Button type="submit" kind={reads ? "primary" : undefined} isPending={sending.isPending}>
              {reads ? <Trans>Send GET</Trans> : <Trans>Send {method} …</Trans>}
            </Button>
          </div>
        </form>
        {sending.error && <Failure what={<Trans>The request did not arrive.</Trans>} error={sending.error} />}
        {sending.data && <Answer answered={sending.data} />}
      </Part>
      <Dialog
        title={t`Send ${method}?`}
        isOpen={asking}
        onClose={() => setAsking(false)}
        footer={
          <>
            <Button onPress={() => setAsking(false)}>
              <Trans>Cancel</Trans>
            </Button>
            <Button
              kind={operation.method === "delete" ? "danger" : "primary"}
              onPress={() => {
                setAsking(false)
                sending.mutate()
              }}
            >
              <Trans>Send {method}</Trans>
            </Button>
          </>
        }
      >
        <p>
          <Trans>This changes real data:</Trans>
        </p>
        <p className={css.address}>
          <code>
            {method} {address}
          </code>
        </p>
      </Dialog>
    </>
  )
}

async function send(operation: Operation, filled: Filled): Promise<Answered> {
  const start = performance.now()
  const response = await client.http.send(operation.method.toUpperCase(), addressOf(operation, filled), {
    ...(operation.body ? { body: filled.body, headers: { "Content-Type": "application/json" } } : {}),
  })
  const text = await response.text()
  return {
    status: response.status,
    statusText: response.statusText,
    milliseconds: Math.round(performance.now() - start),
    headers: [...response.headers],
    text,
  }
}

function Examples({ resource, operation, filled }: Omit<Props, "document"> & { filled: Filled }) {
  const { t } = useLingui()
  const { tab } = useSearch({ strict: false }) as { tab?: string }
  const origin = location.origin
  return (
    <div className={css.examples}>
      <TabLinks
        label={t`Languages`}
        current={tab}
        tabs={[
          { id: "curl", label: "curl" },
          { id: "typescript", label: "TypeScript" },
        ]}
      />
      {tab === "typescript" ? (
        <Code label="TypeScript" text={typescriptOf(origin, resource, operation, filled)} />
      ) : (
        <Code label="curl" text={curlOf(origin, operation, filled)} />
      )}
    </div>
  )
}

interface FillingProps {
  operation: Operation
  filled: Filled
  onChange: (filled: Filled) => void
}

function Filling({ operation, filled, onChange }: FillingProps) {
  const { t } = useLingui()
  const inPath = operation.parameters.filter((parameter) => parameter.in === "path")
  const inQuery = operation.parameters.filter((parameter) => parameter.in === "query")
  const setQuery = (query: Filled["query"]) => onChange({ ...filled, query })
  const free = inQuery.filter(({ name }) => !filled.query.some(([used]) => used === name))
  return (
    <>
      {inPath.map(({ name }) => (
        <TextField
          key={name}
          label={name}
          isRequired
          mono
          value={filled.path[name] ?? ""}
          onChange={(value) => onChange({ ...filled, path: { ...filled.path, [name]: value } })}
        />
      ))}
      {filled.query.map(([name, value], at) => (
        <div key={name} className={css.parameter}>
          <TextField
            label={name}
            mono
            value={value}
            onChange={(next) =>
              setQuery(filled.query.map((pair, index) => (index === at ? [name, next] : pair)))
            }
          />
          <IconButton
            icon={X}
            label={t`Remove ${name}`}
            onPress={() => setQuery(filled.query.filter((_, index) => index !== at))}
          />
        </div>
      ))}
      {free.length > 0 && (
        <Chooser
          key={filled.query.length}
          label={t`Add a parameter`}
          options={free.map(({ name }) => ({ id: name, label: name }))}
          value={null}
          onChange={(name) => name && setQuery([...filled.query, [name, ""]])}
        />
      )}
      {operation.body && (
        <TextField
          label={t`Body`}
          rows={8}
          mono
          value={filled.body}
          onChange={(body) => onChange({ ...filled, body })}
          spellCheck="false"
        />
      )}
    </>
  )
}
