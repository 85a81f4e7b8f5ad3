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

/** Loads a language's texts and puts it in force. */
export async function activate(language: string): Promise<void> {
  if (i18n.locale === language) return
  const { messages } = await catalog(language)
  i18n.loadAndActivate({ locale: language, messages })
  document.documentElement.lang = language === "pseudo" ? "en" : language
}

function catalog(language: string) {
  switch (language) {
    case "de":
      return import("../locales/de.po")
    case "pseudo":
      return import("../locales/pseudo.po")
    default:
      return import("../locales/en.po")
  }
}
