import { useLingui } from "@lingui/react/macro"
import { bytes, formatLocale } from "../parts/Time.tsx"

/** What a phase of a backup or of a job's run is called, and how what it counts is written. */
export function usePhases(): (phase: string) => { label: string; written: (amount: number) => string } {
  const { t, i18n } = useLingui()
  const locale = formatLocale(i18n.locale)
  const labels: { [phase: string]: string } = {
    copying: t`Copying the database`,
    tables: t`Copying the tables`,
    packing: t`Packing the archive`,
  }
  const inBytes = (amount: number) => bytes(amount, locale)
  const inNumbers = (amount: number) => amount.toLocaleString(locale)
  return (phase) => ({
    label: labels[phase] ?? phase,
    written: phase === "copying" || phase === "packing" ? inBytes : inNumbers,
  })
}
