import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { oneOf, search, text } from "../search.ts"
import { only, shellRoute } from "./root.tsx"

const day = (value: string) =>
  /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined

export const activityRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/activity",
    beforeLoad: only("activity"),
    validateSearch: search({
      collection: text,
      actor: text,
      from: day,
      to: day,
      op: oneOf("", "create", "update", "delete", "schema", "rewritten", "erased"),
      via: oneOf("", "rest", "import", "revert", "cli", "accounts", "fixture", "migration"),
    }),
    component: lazyRouteComponent(() => import("../../activity/ActivityPage.tsx"), "ActivityPage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/activity/$changeset",
    beforeLoad: only("activity"),
    validateSearch: search({}),
    component: lazyRouteComponent(() => import("../../activity/ChangesetPage.tsx"), "ChangesetPage"),
  }),
] as const
