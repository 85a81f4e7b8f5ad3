import { i18n } from "@lingui/core"

/** The interface's languages. `pseudo` stretches and marks every text, for tests. */
export const languages = { en: "English", de: "Deutsch" } as const
export type Language = keyof typeof languages

/** The language wanted: of the user, or else of the browser. */
export function languageFor(wanted: string | undefined): string {
  if (wanted === "pseudo") return wanted
  const all = wanted ? [wanted, ...navigator.languages] : navigator.languages
  for (const tag of all) {
    const base = tag.split("-", 1)[0]
    if (base && base in languages) return base
  }
  return "en"
}

/** Loads a language's texts and puts it in force; `app` says whether those of the screens behind the log-in are wanted. */
export async function activate(language: string, app: boolean): Promise<void> {
  const wanted = app ? "app" : "entry"
  if (i18n.locale === language && (loaded.get(language) === "app" || !app)) return
  const catalogs = await Promise.all([entryCatalog(language), ...(app ? [appCatalog(language)] : [])])
  for (const { messages } of catalogs) i18n.load(language, messages)
  loaded.set(language, wanted)
  i18n.activate(language)
  document.documentElement.lang = language === "pseudo" ? "en" : language
}

/** Fetches the texts of a language that will be wanted soon. */
export function loadTexts(language: string): void {
  appCatalog(language).catch(() => undefined)
}

const loaded = new Map<string, "entry" | "app">()

function entryCatalog(language: string) {
  switch (language) {
    case "de":
      return import("../locales/de/entry.po")
    case "pseudo":
      return import("../locales/pseudo/entry.po")
    default:
      return import("../locales/en/entry.po")
  }
}

function appCatalog(language: string) {
  switch (language) {
    case "de":
      return import("../locales/de/app.po")
    case "pseudo":
      return import("../locales/pseudo/app.po")
    default:
      return import("../locales/en/app.po")
  }
}
