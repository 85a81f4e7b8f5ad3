import { i18n } from "@lingui/core"
import { QueryClient } from "@tanstack/react-query"
import { ApiError, createClient } from "couplet-client"
import { askForLogin } from "./relogin.ts"

/** The server, as who is logged in sees it. The admin has no other way to it. */
export const client = createClient({
  language: () => i18n.locale || undefined,
  onUnauthorized: askForLogin,
})

/** What was read is fresh for a while; what others change comes by live updates. A refusal is not asked for again. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      retry: (failures, error) =>
        failures < 2 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 502),
      refetchOnWindowFocus: false,
    },
  },
})
