import { useLingui } from "@lingui/react/macro"
import { useNavigate } from "@tanstack/react-router"
import { CircleUser, Info, Keyboard, LogOut, Moon, Rows3, Settings2, Sun, SunMoon } from "lucide-react"
import { Button } from "react-aria-components"
import { languages } from "../app/i18n.ts"
import { changePreferences, usePreferences } from "../app/preferences.ts"
import { logOut, useMe } from "../app/session.ts"
import { Menu, type Section } from "../parts/Menu.tsx"
import css from "./Sidebar.module.css"
import { shortcutsShown } from "./shortcuts.ts"

/** Who one is, how it looks, and the way out. */
export function UserMenu() {
  const { t } = useLingui()
  const me = useMe()
  return (
    <div className={css.foot}>
      <Menu
        label={t`Account`}
        placement="top start"
        sections={useAccountSections()}
        trigger={
          <Button className={css.user ?? ""} aria-label={t`Account of ${me.username}`}>
            <CircleUser size={16} strokeWidth={1.5} aria-hidden />
            <span className={css.label} dir="auto">
              {me.username}
            </span>
          </Button>
        }
      />
    </div>
  )
}

/** The account's entries, for the sidebar and for the phone. */
export function useAccountSections(): Section[] {
  const { t, i18n } = useLingui()
  const navigate = useNavigate()
  const { theme = "system", density = "comfortable" } = usePreferences()
  const themes = [
    { id: "light", label: t`Light`, icon: Sun },
    { id: "dark", label: t`Dark`, icon: Moon },
    { id: "system", label: t`As the system`, icon: SunMoon },
  ] as const
  return [
    {
      items: [
        {
          id: "me",
          label: t`My account`,
          icon: Settings2,
          onAction: () => void navigate({ to: "/me" as string }),
        },
        {
          id: "about",
          label: t`About Couplet`,
          icon: Info,
          onAction: () => void navigate({ to: "/about" as string }),
        },
        {
          id: "keys",
          label: t`Keyboard shortcuts`,
          icon: Keyboard,
          keys: "?",
          onAction: () => shortcutsShown.set(true),
        },
      ],
    },
    {
      heading: t`Theme`,
      items: themes.map(({ id, label, icon }) => ({
        id,
        label,
        icon,
        checked: theme === id,
        onAction: () => void changePreferences({ theme: id }),
      })),
    },
    {
      heading: t`Rows`,
      items: [
        {
          id: "dense",
          label: t`Dense rows`,
          icon: Rows3,
          checked: density === "dense",
          onAction: () => void changePreferences({ density: density === "dense" ? "comfortable" : "dense" }),
        },
      ],
    },
    {
      heading: t`Language`,
      items: Object.entries(languages).map(([id, label]) => ({
        id: `language-${id}`,
        label,
        checked: i18n.locale === id,
        onAction: () => void changePreferences({ language: id }),
      })),
    },
    {
      items: [
        {
          id: "logout",
          label: t`Log out`,
          icon: LogOut,
          onAction: () => void logOut().then(() => navigate({ to: "/login" })),
        },
      ],
    },
  ]
}
