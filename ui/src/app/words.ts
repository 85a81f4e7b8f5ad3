import { i18n } from "@lingui/core"

/** A label as it stands within a sentence: in small letters, but for abbreviations, and in German, where nouns are capitalised. */
export function inSentence(label: string): string {
  if (i18n.locale === "de" || /^.\p{Lu}/u.test(label)) return label
  return label.toLowerCase()
}
