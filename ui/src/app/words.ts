import { i18n } from "@lingui/core"

const rightToLeft = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u

/** A name as it stands within a sentence of another direction: neither turns the other's signs around. */
export function isolated(name: string): string {
  if (name === "") return name
  return document.dir === "rtl" || rightToLeft.test(name) ? `\u2068${name}\u2069` : name
}

/** A label as it stands within a sentence: in small letters, but for abbreviations, and in German, where nouns are capitalised. */
export function inSentence(label: string): string {
  if (i18n.locale === "de" || /^.\p{Lu}/u.test(label)) return label
  return label.toLowerCase()
}
