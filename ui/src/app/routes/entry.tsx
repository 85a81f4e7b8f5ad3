import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router"
import { LoginPage } from "../../pages/LoginPage.tsx"
import { search, text } from "../search.ts"
import { enterable } from "../session.ts"
import { rootRoute, shellRoute } from "./root.tsx"

/** An address of the admin's own, to go on to after a log-in. */
const ownPath = (value: string) => (/^\/(?![/\\])/.test(value) ? text(value) : undefined)

/** What is open without a log-in. */
export const openRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: "/login",
    validateSearch: search({ next: ownPath }),
    component: LoginPage,
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: "/setup",
    validateSearch: search({}),
    component: lazyRouteComponent(() => import("../../pages/SetupPage.tsx"), "SetupPage"),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: "/reset",
    validateSearch: search({}),
    component: lazyRouteComponent(() => import("../../pages/ResetPage.tsx"), "ResetPage"),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: "/verify",
    validateSearch: search({}),
    component: lazyRouteComponent(() => import("../../pages/VerifyPage.tsx"), "VerifyPage"),
  }),
] as const

/** Where one comes in: the first collection, or the choices of an empty project. */
export const entryRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/",
    beforeLoad: ({ context }) => {
      const own = enterable(context.me)
      const first = own.find((c) => c.view !== "none") ?? own[0]
      throw first
        ? redirect({ to: "/data/$collection", params: { collection: first.collection }, replace: true })
        : redirect({ to: "/start", replace: true })
    },
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/start",
    validateSearch: search({}),
    component: lazyRouteComponent(() => import("../../pages/StartPage.tsx"), "StartPage"),
  }),
] as const
