import { useLingui } from "@lingui/react/macro"
import { useQuery } from "@tanstack/react-query"
import { useNavigate } from "@tanstack/react-router"
import { useDeferredValue, useState } from "react"
import {
  Autocomplete,
  Dialog,
  Input,
  Menu,
  MenuItem,
  Modal,
  ModalOverlay,
  SearchField,
  useFilter,
} from "react-aria-components"
import { client } from "../app/client.ts"
import { useMe } from "../app/session.ts"
import { build, operate } from "./navigation.ts"
import css from "./Palette.module.css"
import { paletteShown, shortcutsShown } from "./shortcuts.ts"

interface Found {
  collection: string
  label: string
  records: { key: string | number; display: string | null }[]
}

interface Entry {
  id: string
  label: string
  note: string
  act: () => void
}

/** Finds places, actions and records by what is typed. */
export function Palette() {
  const { t } = useLingui()
  return (
    <ModalOverlay isOpen onOpenChange={paletteShown.set} isDismissable className={css.overlay ?? ""}>
      <Modal className={css.modal ?? ""}>
        <Dialog aria-label={t`Find`} className={css.dialog ?? ""}>
          <Finder />
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}

function Finder() {
  const { t } = useLingui()
  const [typed, setTyped] = useState("")
  const wanted = useDeferredValue(typed.trim())
  const { contains } = useFilter({ sensitivity: "base" })
  const places = usePlaces().filter((place) => contains(place.label, typed))
  const entries = [...places, ...useRecords(wanted)]
  return (
    <Autocomplete inputValue={typed} onInputChange={setTyped}>
      <SearchField aria-label={t`Find`} autoFocus className={css.field ?? ""}>
        <Input className={css.input} placeholder={t`A place, a record, an action`} />
      </SearchField>
      <Menu
        aria-label={t`Found`}
        className={css.list ?? ""}
        items={entries}
        renderEmptyState={() => <p className={css.none}>{t`Nothing found.`}</p>}
      >
        {(entry: Entry) => (
          <MenuItem
            id={entry.id}
            textValue={entry.label}
            className={css.item ?? ""}
            onAction={() => {
              paletteShown.set(false)
              entry.act()
            }}
          >
            <span dir="auto">{entry.label}</span>
            <span className={css.note}>{entry.note}</span>
          </MenuItem>
        )}
      </Menu>
    </Autocomplete>
  )
}

function usePlaces(): Entry[] {
  const { t, i18n } = useLingui()
  const me = useMe()
  const navigate = useNavigate()
  const go = (to: string) => () => void navigate({ to })
  const screens = [...build, ...operate].filter((place) => me.screens.includes(place.screen))
  return [
    ...me.collections
      .filter((c) => c.view !== "none" && !c.system)
      .map((c) => ({
        id: `c:${c.collection}`,
        label: c.label_plural,
        note: t`Collection`,
        act: go(`/data/${c.collection}`),
      })),
    ...me.collections
      .filter((c) => c.add !== "none" && !c.system)
      .map((c) => ({
        id: `n:${c.collection}`,
        label: t`New ${c.label}`,
        note: t`Action`,
        act: go(`/data/${c.collection}/new`),
      })),
    ...me.collections
      .filter((c) => (c.add !== "none" || c.change !== "none") && !c.system)
      .map((c) => ({
        id: `i:${c.collection}`,
        label: t`Import into ${c.label_plural}`,
        note: t`Action`,
        act: go(`/data/${c.collection}/import/new`),
      })),
    ...(me.screens.includes("schema")
      ? [
          {
            id: "new-collection",
            label: t`New collection`,
            note: t`Action`,
            act: () => void navigate({ to: "/schema", search: { new: "1" } }),
          },
        ]
      : []),
    ...screens.map(({ to, label }) => ({ id: to, label: i18n._(label), note: t`Screen`, act: go(to) })),
    { id: "me", label: t`My account`, note: t`Screen`, act: go("/me") },
    { id: "keys", label: t`Keyboard shortcuts`, note: t`Help`, act: () => shortcutsShown.set(true) },
  ]
}

function useRecords(wanted: string): Entry[] {
  const navigate = useNavigate()
  const { data } = useQuery({
    queryKey: ["search", wanted],
    queryFn: ({ signal }) =>
      client.get<{ results: Found[] }>("/api/_/search/", { query: { q: wanted }, signal }),
    enabled: wanted.length > 1,
    placeholderData: (before) => before,
  })
  if (wanted.length < 2) return []
  return (data?.results ?? []).flatMap((found) =>
    found.records.map(({ key, display }) => ({
      id: `r:${found.collection}:${key}`,
      label: display ?? String(key),
      note: found.label,
      act: () => void navigate({ to: `/data/${found.collection}/${encodeURIComponent(key)}` }),
    })),
  )
}
