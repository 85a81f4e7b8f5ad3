import type { LinguiConfig } from "@lingui/conf"
import { formatter } from "@lingui/format-po"

const entry = [
  "src/parts/States.tsx",
  "src/pages/{Entry,FailedPages,LoginForm,LoginPage,Refused,ResetPage,SetupPage,VerifyPage}.tsx",
]

const config: LinguiConfig = {
  sourceLocale: "en",
  locales: ["en", "de", "pseudo"],
  pseudoLocale: "pseudo",
  fallbackLocales: { pseudo: "en" },
  // What is read before anybody is logged in is a catalogue of its own, so that the log-in stays light.
  catalogs: [
    { path: "src/locales/{locale}/entry", include: entry },
    { path: "src/locales/{locale}/app", include: ["src"], exclude: entry },
  ],
  format: formatter({ origins: false, lineNumbers: false }),
}

export default config
