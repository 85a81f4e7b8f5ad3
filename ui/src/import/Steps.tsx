import { useLingui } from "@lingui/react/macro"
import css from "./Import.module.css"

/** Where one is on the way through a wizard. */
export function Steps({ names, current }: { names: readonly string[]; current: number }) {
  const { t } = useLingui()
  return (
    <ol className={css.steps} aria-label={t`Steps`}>
      {names.map((name, index) => (
        <li
          key={name}
          className={css.stepName}
          aria-current={index === current ? "step" : undefined}
          data-done={index < current}
        >
          <span className={css.number}>{index + 1}</span>
          {name}
        </li>
      ))}
    </ol>
  )
}

/** The steps of an import. */
export function ImportSteps({ current }: { current: number }) {
  const { t } = useLingui()
  return <Steps names={[t`File`, t`Columns`, t`Check`, t`Import`]} current={current} />
}
