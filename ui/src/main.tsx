import "./styles/fonts.css"
import "./styles/tokens.css"
import "./styles/base.css"
import "./styles/forced.css"
import { i18n } from "@lingui/core"
import { I18nProvider, useLingui } from "@lingui/react"
import { QueryClientProvider } from "@tanstack/react-query"
import { RouterProvider } from "@tanstack/react-router"
import { ApiError } from "couplet-client"
import { StrictMode } from "react"
import { I18nProvider as AriaI18n } from "react-aria-components"
import { createRoot } from "react-dom/client"
import { askAhead } from "./app/ahead.ts"
import { queries } from "./app/client.ts"
import { applyPreferences, rememberedPreferences } from "./app/preferences.ts"
import { NotForYou } from "./app/refusal.ts"
import { router } from "./app/router.tsx"
import { formatLocale } from "./parts/Time.tsx"

function App() {
  const { i18n } = useLingui()
  return (
    <AriaI18n locale={formatLocale(i18n.locale)}>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </AriaI18n>
  )
}

/** What the server refused is said on the page; what is wrong in the page itself is also told to the console. */
function note(error: unknown): void {
  if (!(error instanceof ApiError || error instanceof NotForYou)) console.error(error)
}

const root = document.getElementById("root")
if (!root) throw new Error("The page has no #root.")
askAhead()
await applyPreferences(rememberedPreferences(), false)
createRoot(root, { onCaughtError: note }).render(
  <StrictMode>
    <I18nProvider i18n={i18n}>
      <App />
    </I18nProvider>
  </StrictMode>,
)
