import { Trans, useLingui } from "@lingui/react/macro"
import { useMutation, useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { client, queries } from "../app/client.ts"
import { Button } from "../parts/Button.tsx"
import { Couplet, Failure, Loading, Said } from "../parts/States.tsx"
import { type Column, Table } from "../parts/Table.tsx"
import { Time } from "../parts/Time.tsx"
import { tell } from "../parts/toasts.ts"
import { type ApiKey, keysQuery } from "./api.ts"
import css from "./People.module.css"

/** API keys, without their secrets. `user`: a key, "*" for all, "" for one's own. */
export function Keys({ user }: { user: string }) {
  const { t } = useLingui()
  const keys = useQuery(keysQuery(user))
  const revoke = useMutation({
    mutationFn: (id: string) => client.delete(`/api/auth/keys/${id}/`),
    onSuccess: async () => {
      tell(t`The API key is revoked.`)
      await queries.invalidateQueries({ queryKey: ["people", "keys"] })
    },
  })
  if (keys.error) {
    return (
      <Failure
        what={<Trans>The API keys did not load.</Trans>}
        error={keys.error}
        onRetry={() => void keys.refetch()}
      />
    )
  }
  if (!keys.data) return <Loading lines={3} />
  const columns: (Column<ApiKey> | false)[] = [
    user === "*" && {
      id: "who",
      label: t`Who`,
      cell: (key) => (
        <Link to="/people/$id" params={{ id: key.user }} className={css.name} dir="auto">
          {key.username || key.user}
        </Link>
      ),
    },
    { id: "name", label: t`Name`, cell: (key) => key.name },
    { id: "prefix", label: t`Begins with`, cell: (key) => <code className={css.code}>{key.prefix}</code> },
    {
      id: "scopes",
      label: t`Scopes`,
      cell: (key) =>
        key.scopes.length > 0 ? (
          <code className={css.code}>{key.scopes.join(" ")}</code>
        ) : (
          <Trans>all of the account</Trans>
        ),
    },
    {
      id: "expires",
      label: t`Good until`,
      minor: true,
      cell: (key) => (key.expires ? <Time at={key.expires} /> : <Trans>it is revoked</Trans>),
    },
    {
      id: "used",
      label: t`Last used`,
      minor: true,
      cell: (key) =>
        key.last_used ? <Time at={key.last_used} relative /> : <span className={css.faint}>{t`never`}</span>,
    },
    {
      id: "act",
      label: t`Actions`,
      end: true,
      cell: (key) => (
        <span className={css.rowActions}>
          <Button kind="quiet" onPress={() => revoke.mutate(key.id)}>
            <Trans>Revoke key</Trans>
          </Button>
        </span>
      ),
    },
  ]
  return (
    <>
      <Table
        label={t`API keys`}
        rows={keys.data}
        rowKey={({ id }) => id}
        columns={columns.filter((column) => column !== false)}
        empty={
          user === "" ? (
            <p className={css.faint}>
              <Trans>You have no API keys yet.</Trans>
            </p>
          ) : (
            <Couplet
              first={<Trans>There are no API keys.</Trans>}
              second={<Trans>Everybody makes their own, under My account.</Trans>}
            />
          )
        }
      />
      {revoke.error ? (
        <p className={css.danger} role="alert">
          <Said error={revoke.error} />
        </p>
      ) : null}
    </>
  )
}
