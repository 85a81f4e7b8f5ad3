import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { oneOf, search, text } from "../search.ts"
import { shellRoute } from "./root.tsx"

const plain = search({ from: text })

/** A new record may begin with the values of another one (`from`), and with some of its own (`set.author=3`). */
export function newSearch(raw: Record<string, unknown>): { [name: string]: string | undefined } {
  const rest = Object.entries(raw).filter(([name]) => !/^set\.\w+$/.test(name))
  const sets = Object.entries(raw).filter(([name, value]) => /^set\.\w+$/.test(name) && text(String(value)))
  return {
    ...plain(Object.fromEntries(rest)),
    ...Object.fromEntries(sets.map(([name, value]) => [name, String(value)])),
  }
}

export const recordTabs = ["fields", "related", "history", "api"] as const

export const recordRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/data/$collection/new",
    validateSearch: newSearch,
    component: lazyRouteComponent(() => import("../../pages/NewRecordPage.tsx"), "NewRecordPage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/data/$collection/deleted",
    validateSearch: search({}),
    component: lazyRouteComponent(() => import("../../pages/DeletedPage.tsx"), "DeletedPage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/data/$collection/$id",
    validateSearch: search({ tab: oneOf(...recordTabs) }),
    component: lazyRouteComponent(() => import("../../pages/RecordPage.tsx"), "RecordPage"),
  }),
] as const
