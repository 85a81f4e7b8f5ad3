import type { QueryClient } from "@tanstack/react-query"
import {
  createRootRouteWithContext,
  createRoute,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router"
import { ApiError } from "couplet-client"
import { AloneFailed, NoSuchPage } from "../../pages/FailedPages.tsx"
import { applyPreferences } from "../preferences.ts"
import { NotForYou } from "../refusal.ts"
import { type Me, meQuery, type Screen } from "../session.ts"

export const rootRoute = createRootRouteWithContext<{ queries: QueryClient }>()({
  component: Outlet,
  errorComponent: AloneFailed,
})

/** Everything that somebody must be logged in for. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "shell",
  errorComponent: AloneFailed,
  component: lazyRouteComponent(() => import("../../shell/Shell.tsx"), "Shell"),
  beforeLoad: async ({ context, location }): Promise<{ me: Me }> => {
    try {
      const me = await context.queries.ensureQueryData(meQuery)
      await applyPreferences(me.preferences)
      return { me }
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error
      throw redirect({ to: "/login", search: { next: location.href } })
    }
  },
})

/** Every other address, as seen by who is logged in. */
export const otherRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "$",
  component: NoSuchPage,
})

/** Lets only those in who may open a screen. */
export function only(screen: Screen) {
  return ({ context }: { context: { me: Me } }) => {
    if (!context.me.screens.includes(screen)) throw new NotForYou(screen)
  }
}
