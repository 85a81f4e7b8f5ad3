// Forms that ask for a few texts and send them by one button.
import type { Locator, Page } from "playwright-core"
import type { Answer, Windows } from "./faults.ts"
import { people } from "./harness.ts"

/** A form, how it is filled and sent, and what a success is seen by. */
export interface Form {
  path: string
  /** The windows it is tried in; the administrator's where absent. */
  windows?: Windows
  /** Forms of one turn are about the same thing: one comes after the other. */
  turn?: string
  /** What is sent, below /api/. */
  main: string
  /** Opens the form. */
  act?: (page: Page) => Promise<unknown>
  fields: { [label: string]: string }
  /** What else must be as it was. */
  kept?: (page: Page) => Promise<unknown>
  /** Sends it: a button's name, or another way, that may depend on what came of it last. */
  send: string | ((page: Page, last: Answer | undefined) => Promise<unknown>)
  /** Refusals that are told in words of the admin's own. */
  own?: { [status: number]: string }
  /** The place of the words, where there is but one that counts. */
  place?: (page: Page) => Locator
  /** What a success is seen by. */
  done: (page: Page) => Promise<unknown>
}

export const goes = (path: RegExp) => (page: Page) => page.waitForURL(path)
export const says = (text: string | RegExp) => (page: Page) => page.getByText(text).first().waitFor()
export const press = (name: string) => (page: Page) => page.getByRole("button", { name }).first().click()

export interface Forms {
  [name: string]: Form
}

/** Windows without a log-in, windows of another person, an invitation's path, and what stands for what in a path. */
export interface Given {
  open: Windows
  other: Windows
  invitation: string
  at: (path: string) => string
}

export const plainForms = ({ open, other, invitation, at }: Given): Forms => ({
  "log in": {
    path: "/login",
    windows: open,
    main: "POST auth/login/",
    fields: { Username: "admin", Password: people.admin },
    send: "Log in",
    done: goes(/\/data\//),
  },
  "forgotten password": {
    path: "/reset",
    windows: open,
    main: "POST _/password/reset/",
    fields: { "E-mail address": "somebody@example.org" },
    send: "Send a link",
    done: says("a link is on its way"),
  },
  invitation: {
    path: invitation,
    windows: open,
    main: "POST _/invitations/accept/",
    fields: { "First name": "Dilek", "Last name": "Ak", Password: "dilek-Pass-123" },
    send: "Accept invitation",
    done: goes(/\/admin\/(data|start)/),
  },
  "new record": {
    path: "/data/tags/new",
    main: "POST _/records/tags/",
    fields: { Slug: "a-name-that-is-kept", Name: "A name that is kept" },
    send: "Create tag",
    done: goes(/\/data\/tags\/(?!new)[^/]+$/),
  },
  record: {
    path: "/data/articles/2",
    main: "PATCH _/records/articles/2/",
    fields: { Title: "A title that is kept" },
    send: "Save",
    done: (page) => page.getByRole("button", { name: "Save", exact: true }).waitFor({ state: "detached" }),
  },
  "record in the panel": {
    path: "/data/articles?rec=3",
    main: "PATCH _/records/articles/3/",
    fields: { Title: "A title that is kept too" },
    send: "Save",
    done: (page) => page.getByRole("button", { name: "Save", exact: true }).waitFor({ state: "detached" }),
  },
  "an invitation to somebody": {
    path: "/people?new=1",
    main: "POST _/people/invite/",
    fields: { Username: "bo", "E-mail": "bo@example.org" },
    send: "Invite",
    done: says("bo is invited."),
  },
  person: {
    path: "/people/2",
    main: "PATCH _/records/users/2/",
    fields: { "First name": "Bo", "Last name": "Li" },
    send: "Save account",
    own: { 412: "Somebody else has changed the account since it was read." },
    done: (page) => page.getByRole("button", { name: "Save account" }).waitFor({ state: "detached" }),
  },
  "my names": {
    path: "/me",
    main: "PATCH auth/user/",
    fields: { "First name": "Ada", "Last name": "Admin" },
    send: "Save names",
    done: says("Your names are saved."),
  },
  "API key": {
    path: "/me",
    act: async (page) => {
      await press("New API key")(page)
      await page.getByText("May do all that I may do").click()
    },
    main: "POST auth/keys/",
    fields: { Name: "a key that is kept" },
    send: "Make API key",
    done: says("It is not shown again."),
  },
  "new webhook": {
    path: "/operate/webhooks/new",
    main: "POST _/webhooks/",
    fields: { Name: "kept", Address: "https://example.org/kept" },
    send: "Make the webhook",
    done: press("Go to the webhook"),
  },
  "webhook, settings": {
    path: at("/operate/webhooks/{webhook}?tab=settings"),
    main: "PATCH _/webhooks/[^/]+/",
    fields: { Name: "a name that is kept" },
    send: "Save the webhook",
    done: (page) => page.getByRole("heading", { level: 1, name: "a name that is kept" }).waitFor(),
  },
  "a setting": {
    path: "/settings/mail",
    main: "PATCH _/settings/",
    fields: { mail_from: "kept@example.org" },
    send: "Store mail_from",
    done: says("mail_from is stored"),
  },
  "a test mail": {
    path: "/settings/mail",
    main: "POST _/settings/mail/test/",
    fields: { To: "kept@example.org", "Mail server to try": "smtp://localhost:1" },
    send: "Send test mail",
    done: says("did not take the mail"),
  },
  "a view": {
    path: "/data/articles?filter=views%20%3E%20500",
    act: press("Save as view"),
    main: "POST _/views/",
    fields: { Name: "A view that is kept" },
    send: "Save the view",
    own: { 412: "Somebody else has changed this view." },
    done: (page) => page.getByRole("link", { name: "A view that is kept" }).first().waitFor(),
  },
  "my password": {
    path: "/me",
    windows: other,
    main: "POST auth/password/change/",
    fields: {
      "Old password": people.user,
      "New password": "seven-Green-Lamps",
      "Once more": "seven-Green-Lamps",
    },
    send: "Change password",
    done: says("Your password is changed."),
  },
  "my address": {
    path: "/me",
    main: "POST auth/email/change/",
    fields: { "New address": "ada@example.org", "Your password": people.admin },
    send: "Change address",
    done: says("Confirmation e-mail has been sent."),
  },
})
