import { createRouter } from "@tanstack/react-router"
import { PageFailed } from "../pages/FailedPages.tsx"
import { queries } from "./client.ts"
import { accessRoutes } from "./routes/access.tsx"
import { activityRoutes } from "./routes/activity.tsx"
import { dataRoutes } from "./routes/data.tsx"
import { entryRoutes, openRoutes } from "./routes/entry.tsx"
import { importRoutes } from "./routes/import.tsx"
import { operateRoutes } from "./routes/operate.tsx"
import { recordRoutes } from "./routes/record.tsx"
import { otherRoute, rootRoute, shellRoute } from "./routes/root.tsx"
import { schemaRoutes } from "./routes/schema.tsx"
import { settingsRoutes } from "./routes/settings.tsx"
import { parseSearch, stringifySearch } from "./search.ts"

const inShell = shellRoute.addChildren([
  ...entryRoutes,
  ...dataRoutes,
  ...importRoutes,
  ...recordRoutes,
  ...schemaRoutes,
  ...accessRoutes,
  ...activityRoutes,
  ...operateRoutes,
  ...settingsRoutes,
  otherRoute,
])

export const router = createRouter({
  routeTree: rootRoute.addChildren([inShell, ...openRoutes]),
  basepath: "/admin",
  context: { queries },
  parseSearch,
  stringifySearch,
  defaultErrorComponent: PageFailed,
  defaultPreload: false,
  scrollRestoration: true,
  trailingSlash: "never",
})

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router
  }
}
