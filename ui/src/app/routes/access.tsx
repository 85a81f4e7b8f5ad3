import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { type Check, oneOf, search, text, whole } from "../search.ts"
import { only, shellRoute } from "./root.tsx"

const actions = ["view", "add", "change", "delete", "read", "write"]

/** What is open in the panel; without one, nothing is. */
const action: Check = (value) => (actions.includes(value) ? value : undefined)

export const accessRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/access",
    beforeLoad: only("access"),
    validateSearch: search({
      tab: oneOf("matrix", "fields", "try"),
      role: text,
      collection: text,
      field: text,
      action,
      as: text,
      record: text,
      resource: text,
    }),
    component: lazyRouteComponent(() => import("../../access/AccessPage.tsx"), "AccessPage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/people",
    beforeLoad: only("people"),
    validateSearch: search({
      tab: oneOf("users", "invites", "log-ins", "keys", "log"),
      q: text,
      role: text,
      state: oneOf("any", "active", "inactive", "invited"),
      order: oneOf(
        "username",
        "-username",
        "last_login",
        "-last_login",
        "date_joined",
        "-date_joined",
        "email",
      ),
      offset: whole(0, 100_000_000),
      new: oneOf("0", "1"),
    }),
    component: lazyRouteComponent(() => import("../../people/PeoplePage.tsx"), "PeoplePage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/people/$id",
    beforeLoad: only("people"),
    validateSearch: search({ tab: oneOf("account", "log-ins", "keys", "log") }),
    component: lazyRouteComponent(() => import("../../people/PersonPage.tsx"), "PersonPage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/me",
    validateSearch: search({}),
    component: lazyRouteComponent(() => import("../../people/MePage.tsx"), "MePage"),
  }),
] as const
