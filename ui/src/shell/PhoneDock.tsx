import { useLingui } from "@lingui/react/macro"
import { Link, useNavigate } from "@tanstack/react-router"
import { Database, Ellipsis, Search } from "lucide-react"
import { Button } from "react-aria-components"
import { enterable, useMe } from "../app/session.ts"
import { Menu } from "../parts/Menu.tsx"
import { build, operate } from "./navigation.ts"
import css from "./PhoneDock.module.css"
import { paletteShown } from "./shortcuts.ts"
import { useAccountSections } from "./UserMenu.tsx"

/** On a phone, what the sidebar holds is at the bottom. */
export function PhoneDock() {
  const { t, i18n } = useLingui()
  const me = useMe()
  const navigate = useNavigate()
  const places = [...build, ...operate].filter((place) => me.screens.includes(place.screen))
  return (
    <nav className={css.dock} aria-label={t`Places`}>
      <Menu
        label={t`Collections`}
        placement="top"
        sections={[
          {
            items: enterable(me).map((c) => ({
              id: c.collection,
              label: c.label_plural,
              onAction: () =>
                void navigate({ to: "/data/$collection", params: { collection: c.collection } }),
            })),
          },
        ]}
        trigger={
          <Button className={css.entry ?? ""}>
            <Database size={16} strokeWidth={1.5} aria-hidden />
            {t`Data`}
          </Button>
        }
      />
      <Button className={css.entry ?? ""} onPress={() => paletteShown.set(true)}>
        <Search size={16} strokeWidth={1.5} aria-hidden />
        {t`Search`}
      </Button>
      {me.screens.includes("activity") && (
        <Link to={"/activity" as string} className={css.entry}>
          <ActivityIcon />
          {t`Activity`}
        </Link>
      )}
      <Menu
        label={t`More`}
        placement="top end"
        sections={[
          {
            items: places.map(({ to, label, icon }) => ({
              id: to,
              label: i18n._(label),
              icon,
              onAction: () => void navigate({ to }),
            })),
          },
          ...useAccountSections(),
        ]}
        trigger={
          <Button className={css.entry ?? ""}>
            <Ellipsis size={16} strokeWidth={1.5} aria-hidden />
            {t`More`}
          </Button>
        }
      />
    </nav>
  )
}

function ActivityIcon() {
  const Icon = operate[0]?.icon
  return Icon ? <Icon size={16} strokeWidth={1.5} aria-hidden /> : null
}
