import type { LinguiConfig } from "@lingui/conf"
import { formatter } from "@lingui/format-po"

const config: LinguiConfig = {
  sourceLocale: "en",
  locales: ["en", "de", "pseudo"],
  pseudoLocale: "pseudo",
  fallbackLocales: { pseudo: "en" },
  catalogs: [{ path: "src/locales/{locale}", include: ["src"] }],
  format: formatter({ origins: false, lineNumbers: false }),
}

export default config
