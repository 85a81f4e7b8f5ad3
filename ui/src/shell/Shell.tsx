import { Trans, useLingui } from "@lingui/react/macro"
import { Outlet } from "@tanstack/react-router"
import { Suspense, useEffect, useState } from "react"
import { refreshCollections } from "../app/collections.ts"
import { useLiveState, useLogInWatch, useTopic } from "../app/live.ts"
import { loginAsked } from "../app/relogin.ts"
import { droppedParameters } from "../app/search.ts"
import { refreshMe, useMe } from "../app/session.ts"
import { useStore } from "../app/store.ts"
import { Button } from "../parts/Button.tsx"
import { onDemand } from "../parts/onDemand.tsx"
import { Loading } from "../parts/States.tsx"
import { Toasts } from "../parts/Toasts.tsx"
import { Palette } from "./Palette.tsx"
import { PhoneDock } from "./PhoneDock.tsx"
import css from "./Shell.module.css"
import { Sidebar } from "./Sidebar.tsx"
import { isTyping, paletteShown, shortcutsShown } from "./shortcuts.ts"

const Shortcuts = onDemand(() => import("./Shortcuts.tsx").then((m) => m.Shortcuts))
const LoginAgain = onDemand(() => import("./LoginAgain.tsx").then((m) => m.LoginAgain))

/** The frame around every screen: where one can go, what one is told, and the keys that work everywhere. */
export function Shell() {
  const { t } = useLingui()
  useKeys()
  useSchemaMoves()
  useLogInWatch()
  return (
    <div className={css.shell}>
      <a href="#main" className={css.skip}>
        <Trans>Skip to the content</Trans>
      </a>
      <Sidebar />
      <main id="main" className={css.main} tabIndex={-1} aria-label={t`Content`}>
        <Notes />
        <Suspense fallback={<Loading />}>
          <Outlet />
        </Suspense>
      </main>
      <PhoneDock />
      <Overlays />
      <Toasts />
    </div>
  )
}

/** What lies over a screen when it is asked for: what can be found (Ctrl+K), the keys, and a log-in that is due again. */
function Overlays() {
  return (
    <>
      {useStore(paletteShown) && <Palette />}
      {useStore(shortcutsShown) && <Shortcuts />}
      {useStore(loginAsked) && <LoginAgain />}
    </>
  )
}

/** What is told at the top of a screen: a lost connection, an address that was not understood in all parts. */
function Notes() {
  const dropped = useStore(droppedParameters)
  const live = useLiveState()
  const lost = useLasting(live === "waiting", 2_000)
  return (
    <>
      {lost && (
        <div className={css.note} data-kind="warn" role="status">
          <Trans>
            The connection to the server is lost. What others change is not shown until it is back.
          </Trans>
        </div>
      )}
      {dropped.length > 0 && (
        <div className={css.note} role="status">
          <Trans>This page could not take these parts of its address: {dropped.join(", ")}.</Trans>
          <Button kind="quiet" onPress={() => droppedParameters.set([])}>
            <Trans>Close</Trans>
          </Button>
        </div>
      )}
    </>
  )
}

/** Whether something has been so for a while. */
function useLasting(so: boolean, milliseconds: number): boolean {
  const [lasting, setLasting] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLasting(so), so ? milliseconds : 0)
    return () => clearTimeout(timer)
  }, [so, milliseconds])
  return lasting
}

/** What one may do is asked anew when another schema comes into force. */
function useSchemaMoves() {
  const { schema } = useMe()
  useTopic<{ version: string }>("schema", ({ version }) => {
    if (version === schema) return
    void refreshMe()
    void refreshCollections()
  })
}

function useKeys() {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault()
        paletteShown.set(true)
      } else if (event.key === "F6") {
        event.preventDefault()
        nextRegion(event.shiftKey)
      } else if (event.key === "?" && !isTyping(event)) {
        shortcutsShown.set(true)
      }
    }
    document.addEventListener("keydown", onKey)
    return () => document.removeEventListener("keydown", onKey)
  }, [])
}

/** Puts the focus into the next of the sidebar, the content and whatever calls itself a region. */
function nextRegion(back: boolean) {
  const regions = [...document.querySelectorAll<HTMLElement>("aside, main, [data-region]")].filter((r) =>
    r.checkVisibility(),
  )
  if (back) regions.reverse()
  const innermost = regions.filter((r) => r.contains(document.activeElement)).at(back ? 0 : -1)
  const next = regions[(innermost ? regions.indexOf(innermost) + 1 : 0) % regions.length]
  const first = next?.querySelector<HTMLElement>("a[href], button:not([disabled]), input, [tabindex='0']")
  ;(first ?? next)?.focus()
}
