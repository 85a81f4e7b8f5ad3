import { Trans, useLingui } from "@lingui/react/macro"
import { useNavigate } from "@tanstack/react-router"
import { useMe } from "../app/session.ts"
import { Button } from "../parts/Button.tsx"
import { Select, TextField } from "../parts/Field.tsx"
import css from "./Activity.module.css"
import type { Filters } from "./api.ts"
import { useUsers } from "./names.ts"
import { useDoors } from "./Sentence.tsx"

const any = "-"

/** What narrows the activity; all of it stands in the address. */
export function ActivityFilters({ filters }: { filters: Filters }) {
  const { t } = useLingui()
  const navigate = useNavigate({ from: "/activity" })
  const me = useMe()
  const users = useUsers()
  const doors = useDoors()
  const set = (change: Filters) =>
    void navigate({ search: (now) => ({ ...now, ...change }) as typeof now, replace: true })
  const chosen = (id: string) => (id === any ? "" : id)
  const collections = me.collections.filter(({ view }) => view !== "none")
  return (
    <search className={css.around} aria-label={t`Filter the activity`}>
      <div className={css.bar}>
        <Select
          label={t`Collection`}
          options={[
            { id: any, label: t`All` },
            ...collections.map(({ collection, label_plural }) => ({ id: collection, label: label_plural })),
          ]}
          value={filters.collection || any}
          onChange={(id) => set({ collection: chosen(id) })}
        />
        <Select
          label={t`By`}
          options={[{ id: any, label: t`Anybody` }, ...users]}
          value={filters.actor || any}
          onChange={(id) => set({ actor: chosen(id) })}
        />
        <Select
          label={t`What`}
          options={[
            { id: any, label: t`Anything` },
            { id: "create", label: t`Added` },
            { id: "update", label: t`Changed` },
            { id: "delete", label: t`Deleted` },
            ...(me.is_superuser ? [{ id: "schema", label: t`Schema` }] : []),
            { id: "rewritten", label: t`Rewritten` },
            { id: "erased", label: t`Erased` },
          ]}
          value={filters.op || any}
          onChange={(id) => set({ op: chosen(id) })}
        />
        <Select
          label={t`By way of`}
          options={[
            { id: any, label: t`Any` },
            ...Object.entries(doors).map(([id, label]) => ({ id, label })),
          ]}
          value={filters.via || any}
          onChange={(id) => set({ via: chosen(id) })}
        />
        <TextField
          label={t`From`}
          type="date"
          value={filters.from ?? ""}
          onChange={(from) => set({ from })}
        />
        <TextField label={t`To`} type="date" value={filters.to ?? ""} onChange={(to) => set({ to })} />
        {Object.values(filters).some(Boolean) && (
          <Button kind="quiet" onPress={() => void navigate({ search: {} })}>
            <Trans>Clear filters</Trans>
          </Button>
        )}
      </div>
    </search>
  )
}
