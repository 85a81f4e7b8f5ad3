import { Plural, Trans, useLingui } from "@lingui/react/macro"
import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { matrixQuery } from "../access/api.ts"
import { Button } from "../parts/Button.tsx"
import { Finder, Select } from "../parts/Field.tsx"
import { Own } from "../parts/Own.tsx"
import { Couplet, Failure, Loading } from "../parts/States.tsx"
import { type Column, Table } from "../parts/Table.tsx"
import { Time } from "../parts/Time.tsx"
import { fullName, type Person, pageSize, peopleQuery } from "./api.ts"
import { InvitationActions } from "./Invitation.tsx"
import css from "./People.module.css"
import { usePeople } from "./usePeople.ts"
import { useStateWords } from "./words.ts"

/** Accounts, narrowed by what stands in the address; with `invited` only those that wait for their person. */
export function PeopleList({ invited = false }: { invited?: boolean }) {
  const { search, go } = usePeople()
  const people = useQuery({
    ...peopleQuery({
      q: search.q,
      role: search.role,
      state: invited ? "invited" : search.state,
      order: search.order,
      offset: search.offset,
    }),
    placeholderData: keepPreviousData,
  })
  const columns = useColumns(invited)
  return (
    <>
      <Filters invited={invited} />
      {people.error ? (
        <Failure
          what={<Trans>The list did not load.</Trans>}
          error={people.error}
          onRetry={() => void people.refetch()}
        />
      ) : people.data ? (
        <>
          <List
            people={people.data.results}
            columns={columns}
            invited={invited}
            narrowed={isNarrowed(search)}
          />
          <Pages
            count={people.data.count}
            offset={Number(search.offset ?? 0)}
            go={(offset) => go({ offset })}
          />
        </>
      ) : (
        <Loading />
      )}
    </>
  )
}

function isNarrowed({ q, role, state }: { q?: string; role?: string; state?: string }): boolean {
  return Boolean(q || role || state)
}

function Filters({ invited }: { invited: boolean }) {
  const { t } = useLingui()
  const { search, go } = usePeople()
  const roles = useQuery(matrixQuery).data
  const named = [
    ...(roles?.roles.filter((role) => !role.built_in) ?? []),
    ...(roles?.unknown_roles.map(({ name }) => ({ name, label: name })) ?? []),
  ]
  const states = useStateWords()
  return (
    <search className={css.filters}>
      <Finder
        label={t`Search people`}
        value={search.q ?? ""}
        onChange={(q) => go({ q: q || undefined, offset: undefined })}
      />
      <Select
        label={t`Role`}
        hideLabel
        options={[
          { id: "*", label: t`Every role` },
          ...named.map(({ name, label }) => ({ id: name, label })),
        ]}
        value={search.role ?? "*"}
        onChange={(role) => go({ role: role === "*" ? undefined : role, offset: undefined })}
      />
      {!invited && (
        <Select
          label={t`State`}
          hideLabel
          options={[
            { id: "any", label: t`Every state` },
            { id: "active", label: states.active },
            { id: "inactive", label: states.inactive },
            { id: "invited", label: states.invited },
          ]}
          value={search.state ?? "any"}
          onChange={(state) => go({ state: state === "any" ? undefined : state, offset: undefined })}
        />
      )}
      <Select
        label={t`Order`}
        hideLabel
        options={[
          { id: "username", label: t`By username` },
          { id: "email", label: t`By e-mail` },
          { id: "-last_login", label: t`Last log-in first` },
          { id: "-date_joined", label: t`Newest first` },
        ]}
        value={search.order ?? "username"}
        onChange={(order) => go({ order: order === "username" ? undefined : order, offset: undefined })}
      />
    </search>
  )
}

function useColumns(invited: boolean): Column<Person>[] {
  const { t } = useLingui()
  const states = useStateWords()
  const all: (Column<Person> | false)[] = [
    {
      id: "username",
      label: t`Username`,
      cell: (person) => (
        <Link to="/people/$id" params={{ id: person.id }} className={css.name} dir="auto">
          {person.username}
        </Link>
      ),
    },
    { id: "name", label: t`Name`, minor: true, cell: fullName },
    { id: "email", label: t`E-mail`, minor: true, cell: ({ email }) => email },
    { id: "roles", label: t`Roles`, cell: (person) => <Rights person={person} /> },
    !invited && {
      id: "state",
      label: t`State`,
      cell: ({ state }) => (
        <span className={css.state} data-state={state}>
          {states[state]}
        </span>
      ),
    },
    !invited && {
      id: "last",
      label: t`Last log-in`,
      minor: true,
      cell: ({ last_login }) =>
        last_login ? <Time at={last_login} relative /> : <span className={css.faint}>{t`never`}</span>,
    },
    invited && {
      id: "expires",
      label: t`Good until`,
      cell: ({ invitation }) =>
        invitation &&
        (invitation.expired ? (
          <span className={css.warn}>{t`expired`}</span>
        ) : (
          <Time at={invitation.expires} />
        )),
    },
    invited && { id: "by", label: t`Invited by`, minor: true, cell: ({ invitation }) => invitation?.by_name },
    invited && {
      id: "act",
      label: t`Actions`,
      end: true,
      cell: (person) => <InvitationActions person={person} />,
    },
  ]
  return all.filter((column) => column !== false)
}

/** Roles, and what goes beyond roles. */
function Rights({ person }: { person: Person }) {
  const { t } = useLingui()
  const rights = [person.is_superuser ? t`superuser` : person.is_staff && t`staff`, ...person.roles].filter(
    (right) => right !== false,
  )
  return rights.length > 0 ? <Own>{rights.join(", ")}</Own> : <span className={css.faint}>{t`none`}</span>
}

function List({
  people,
  columns,
  invited,
  narrowed,
}: {
  people: readonly Person[]
  columns: readonly Column<Person>[]
  invited: boolean
  narrowed: boolean
}) {
  const { t } = useLingui()
  const empty = narrowed ? (
    <Couplet
      first={<Trans>Nobody fits.</Trans>}
      second={<Trans>Search for less, or choose another role.</Trans>}
    />
  ) : invited ? (
    <Couplet
      first={<Trans>No invitation is open.</Trans>}
      second={<Trans>Invite somebody, and they stay here until they have accepted.</Trans>}
    />
  ) : undefined
  return (
    <Table
      label={invited ? t`Invitations` : t`Accounts`}
      columns={columns}
      rows={people}
      rowKey={({ id }) => id}
      empty={empty}
    />
  )
}

function Pages({
  count,
  offset,
  go,
}: {
  count: number
  offset: number
  go: (offset: string | undefined) => void
}) {
  if (count === 0) return null
  const to = (next: number) => go(next <= 0 ? undefined : String(next))
  return (
    <footer className={css.pages}>
      <span>
        <Plural value={count} one="# person" other="# people" />
      </span>
      {offset > 0 && (
        <Button kind="quiet" onPress={() => to(offset - pageSize)}>
          <Trans>Previous {pageSize}</Trans>
        </Button>
      )}
      {offset + pageSize < count && (
        <Button kind="quiet" onPress={() => to(offset + pageSize)}>
          <Trans>Next {pageSize}</Trans>
        </Button>
      )}
    </footer>
  )
}
