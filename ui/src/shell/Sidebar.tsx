import { useLingui } from "@lingui/react/macro"
import { useQuery } from "@tanstack/react-query"
import { Plus } from "lucide-react"
import { Fragment } from "react"
import { enterable, useMe } from "../app/session.ts"
import { allViewsQuery } from "../app/views.ts"
import { Mark } from "../parts/Mark.tsx"
import { NavLink } from "./NavLink.tsx"
import { build, operate, type Place } from "./navigation.ts"
import css from "./Sidebar.module.css"
import { UserMenu } from "./UserMenu.tsx"

/** Where one can go: only what this person may open. */
export function Sidebar() {
  const { t } = useLingui()
  const me = useMe()
  const views = useQuery(allViewsQuery).data ?? []
  const may = (place: Place) => me.screens.includes(place.screen)
  return (
    <aside className={css.sidebar} aria-label={t`Navigation`}>
      <div className={css.site}>
        <Mark />
        <span className={css.label} dir="auto">
          {me.site || "Couplet"}
        </span>
      </div>
      <nav className={css.places} aria-label={t`Places`}>
        <Group label={t`Data`}>
          {enterable(me).map((c) => (
            <Fragment key={c.collection}>
              <NavLink
                to={`/data/${c.collection}`}
                label={c.label_plural}
                sign={c.label_plural.slice(0, 1).toUpperCase()}
                search={{ view: undefined }}
              />
              {views
                .filter((view) => view.collection === c.collection)
                .map((view) => (
                  <NavLink
                    key={view.id}
                    sub
                    to={`/data/${c.collection}`}
                    label={view.name}
                    sign=""
                    search={{ view: view.id }}
                  />
                ))}
            </Fragment>
          ))}
          {me.screens.includes("schema") && (
            <NavLink to="/start" label={t`New collection`} sign={<Plus size={16} strokeWidth={1.5} />} />
          )}
        </Group>
        <Places label={t`Build`} places={build.filter(may)} />
        <Places label={t`Operate`} places={operate.filter(may)} />
      </nav>
      <UserMenu />
    </aside>
  )
}

function Places({ label, places }: { label: string; places: readonly Place[] }) {
  const { i18n } = useLingui()
  if (places.length === 0) return null
  return (
    <Group label={label}>
      {places.map(({ to, label, icon: Icon }) => (
        <NavLink key={to} to={to} label={i18n._(label)} sign={<Icon size={16} strokeWidth={1.5} />} />
      ))}
    </Group>
  )
}

function Group({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <section className={css.group} aria-label={label}>
      <h2 className={css.heading}>{label}</h2>
      {children}
    </section>
  )
}
