import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { oneOf, search, text } from "../search.ts"
import { only, shellRoute } from "./root.tsx"

export const settingsRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/settings",
    beforeLoad: only("settings"),
    validateSearch: search({}),
    component: lazyRouteComponent(() => import("../../settings/SettingsPage.tsx"), "SettingsPage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/settings/$section",
    beforeLoad: only("settings"),
    validateSearch: search({}),
    component: lazyRouteComponent(() => import("../../settings/SettingsPage.tsx"), "SettingsPage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/api",
    beforeLoad: only("api"),
    validateSearch: search({ q: text }),
    component: lazyRouteComponent(() => import("../../apipages/ResourcesPage.tsx"), "ResourcesPage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/api/$resource",
    beforeLoad: only("api"),
    validateSearch: search({ op: text, tab: oneOf("curl", "typescript") }),
    component: lazyRouteComponent(() => import("../../apipages/ResourcePage.tsx"), "ResourcePage"),
  }),
] as const
