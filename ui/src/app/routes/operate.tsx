import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { oneOf, search, text, whole } from "../search.ts"
import { only, shellRoute } from "./root.tsx"

const getParentRoute = () => shellRoute

export const operateRoutes = [
  createRoute({
    getParentRoute,
    path: "/operate/jobs",
    beforeLoad: only("jobs"),
    validateSearch: search({ job: text, run: text }),
    component: lazyRouteComponent(() => import("../../operate/JobsPage.tsx"), "JobsPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/operate/webhooks",
    beforeLoad: only("webhooks"),
    validateSearch: search({}),
    component: lazyRouteComponent(() => import("../../operate/WebhooksPage.tsx"), "WebhooksPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/operate/webhooks/new",
    beforeLoad: only("webhooks"),
    validateSearch: search({}),
    component: lazyRouteComponent(() => import("../../operate/NewWebhookPage.tsx"), "NewWebhookPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/operate/webhooks/$id",
    beforeLoad: only("webhooks"),
    validateSearch: search({
      tab: oneOf("deliveries", "settings"),
      state: oneOf("all", "waiting", "delivered", "failed"),
      run: text,
    }),
    component: lazyRouteComponent(() => import("../../operate/WebhookPage.tsx"), "WebhookPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/operate/logs",
    beforeLoad: only("logs"),
    validateSearch: search({
      tab: oneOf("requests", "lines"),
      q: text,
      status: whole(1, 599),
      method: oneOf("all", "GET", "POST", "PUT", "PATCH", "DELETE"),
      level: oneOf("debug", "info", "warn", "error"),
      follow: oneOf("0", "1"),
      run: text,
    }),
    component: lazyRouteComponent(() => import("../../operate/LogsPage.tsx"), "LogsPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/operate/metrics",
    beforeLoad: only("metrics"),
    validateSearch: search({ range: oneOf("1h", "1d"), tab: oneOf("charts", "table") }),
    component: lazyRouteComponent(() => import("../../operate/MetricsPage.tsx"), "MetricsPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/operate/live",
    beforeLoad: only("live"),
    validateSearch: search({}),
    component: lazyRouteComponent(() => import("../../operate/LivePage.tsx"), "LivePage"),
  }),
  createRoute({
    getParentRoute,
    path: "/operate/backups",
    beforeLoad: only("backups"),
    validateSearch: search({ tab: oneOf("backups", "doctor") }),
    component: lazyRouteComponent(() => import("../../operate/BackupsPage.tsx"), "BackupsPage"),
  }),
  createRoute({
    getParentRoute,
    path: "/about",
    validateSearch: search({ tab: oneOf("server", "licences"), q: text }),
    component: lazyRouteComponent(() => import("../../operate/AboutPage.tsx"), "AboutPage"),
  }),
] as const
