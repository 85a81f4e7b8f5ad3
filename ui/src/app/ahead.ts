import { client, queries } from "./client.ts"
import { type Collection, collectionsQuery } from "./collections.ts"
import { languageFor, loadTexts } from "./i18n.ts"
import { rememberedPreferences } from "./preferences.ts"
import { router } from "./router.tsx"
import { meQuery } from "./session.ts"
import { allViewsQuery, type View } from "./views.ts"

// What is asked for by nobody yet opens no log-in over the page: who is not logged in is led to it by the shell.
const quiet = { unauthorized: "renew" } as const

/** Asks at once for all that the address needs, and not one after the other as each is found out to be wanted. */
export function askAhead(): void {
  const matches = router.matchRoutes(router.latestLocation)
  if (!matches.some(({ routeId }) => routeId === "/shell")) return
  void queries.prefetchQuery(meQuery)
  void queries.prefetchQuery({
    ...collectionsQuery,
    queryFn: ({ signal }) => client.get<Collection[]>("/api/_/collections/", { signal, ...quiet }),
    retry: false,
  })
  void queries.prefetchQuery({
    ...allViewsQuery,
    queryFn: ({ signal }) => client.get<View[]>("/api/_/views/", { signal, ...quiet }),
    retry: false,
  })
  loadTexts(languageFor(rememberedPreferences().language))
  const routes = router.routesById as Record<string, { options: { component?: unknown } }>
  for (const { routeId } of matches) {
    const page = routes[routeId]?.options.component as { preload?: () => Promise<void> } | undefined
    page?.preload?.().catch(() => undefined)
  }
}
