import { Trans, useLingui } from "@lingui/react/macro"
import { ListFilter, X } from "lucide-react"
import { Button as AriaButton, Group } from "react-aria-components"
import { useCollections } from "../../app/collections.ts"
import type { Store } from "../../app/store.ts"
import { useStore } from "../../app/store.ts"
import { isolated } from "../../app/words.ts"
import type { GridModel } from "../../grid/model.ts"
import { Button } from "../../parts/Button.tsx"
import { PopoverButton } from "../../parts/Dialog.tsx"
import { onDemand } from "../../parts/onDemand.tsx"
import { completeOnly } from "./completeOnly.ts"
import { type Condition, type Group as Conditions, isGroup, type Member, replaced } from "./conditions.ts"
import css from "./Filter.module.css"
import type { FilterMode } from "./FilterPopover.tsx"
import { resolvePath } from "./paths.ts"
import { type FilterState, useFilter } from "./useFilter.ts"
import { useOperatorName } from "./useOperatorName.ts"
import { useValueTexts } from "./values.ts"

const FilterPopover = onDemand(() => import("./FilterPopover.tsx").then((m) => m.FilterPopover))

/** What the list is filtered by, and where that is changed. `mode` says whether that is open, and how it is written there. */
export function FilterBar({ model, mode }: { model: GridModel; mode: Store<FilterMode> }) {
  const { t } = useLingui()
  const filter = useFilter(model)
  const open = useStore(mode)
  const edit = () => mode.set(filter.group ? "conditions" : "text")
  return (
    <Group className={css.bar ?? ""} aria-label={t`Filter`}>
      <PopoverButton
        label={t`Filter ${model.collection.label_plural}`}
        placement="bottom start"
        isOpen={open !== undefined}
        onOpenChange={(shown) => (shown ? edit() : close(model, mode))}
        trigger={
          <Button kind="quiet" icon={ListFilter}>
            <Trans>Filter</Trans>
          </Button>
        }
      >
        {open && <FilterPopover model={model} filter={filter} mode={open} onMode={mode.set} />}
      </PopoverButton>
      <Chips model={model} filter={filter} onEdit={edit} />
    </Group>
  )
}

/** What was asked for is in the list: the focus goes there. */
function close(model: GridModel, mode: Store<FilterMode>): void {
  mode.set(undefined)
  model.view?.focus()
}

function Chips({ model, filter, onEdit }: { model: GridModel; filter: FilterState; onEdit: () => void }) {
  const all = useCollections()
  const { text } = filter
  const group = filter.group && completeOnly(all, model.collection, filter.group)
  if (!text.trim()) return null
  if (!group || group.join === "or") {
    const wrong = filter.mistakes.length > 0
    return (
      <Chip name={text} wrong={wrong} onEdit={onEdit} onClear={() => filter.setText("")}>
        {group ? <MemberText model={model} member={group} /> : <span className={css.mono}>{text}</span>}
      </Chip>
    )
  }
  const whole = filter.group ?? group
  return group.members.map((member) => (
    <MemberChip
      key={member.id}
      model={model}
      member={member}
      onEdit={onEdit}
      onClear={() => filter.setGroup(replaced(whole, member.id, undefined))}
    />
  ))
}

function MemberChip({
  model,
  member,
  onEdit,
  onClear,
}: {
  model: GridModel
  member: Member
  onEdit: () => void
  onClear: () => void
}) {
  const all = useCollections()
  const first = isGroup(member) ? undefined : resolvePath(all, model.collection, member.path.split("."))
  return (
    <Chip name={first?.labels.join(" › ")} onEdit={onEdit} onClear={onClear}>
      <MemberText model={model} member={member} />
    </Chip>
  )
}

function Chip({
  name,
  wrong = false,
  onEdit,
  onClear,
  children,
}: {
  name: string | undefined
  wrong?: boolean
  onEdit: () => void
  onClear: () => void
  children: React.ReactNode
}) {
  const { t } = useLingui()
  return (
    <span className={css.chip} data-wrong={wrong}>
      <AriaButton className={css.chipText ?? ""} onPress={onEdit}>
        {children}
      </AriaButton>
      <AriaButton
        className={css.chipClear ?? ""}
        aria-label={name ? t`Remove the condition: ${name}` : t`Remove the group of conditions`}
        onPress={onClear}
      >
        <X size={14} strokeWidth={1.5} aria-hidden />
      </AriaButton>
    </span>
  )
}

function MemberText({ model, member }: { model: GridModel; member: Member }) {
  return isGroup(member) ? (
    <GroupText model={model} group={member} />
  ) : (
    <ConditionText model={model} condition={member} />
  )
}

function GroupText({ model, group }: { model: GridModel; group: Conditions }) {
  return group.members.map((member, index) => (
    <span key={member.id}>
      {index > 0 && (
        <span className={css.chipField}>
          {" "}
          {group.join === "and" ? <Trans>and</Trans> : <Trans>or</Trans>}{" "}
        </span>
      )}
      <MemberText model={model} member={member} />
    </span>
  ))
}

function ConditionText({ model, condition }: { model: GridModel; condition: Condition }) {
  const { t } = useLingui()
  const all = useCollections()
  const nameOf = useOperatorName()
  const end = resolvePath(all, model.collection, condition.path.split("."))
  const values = useValueTexts(end, condition.values)
  if (!end) return condition.path
  const joined = values
    .map(isolated)
    .join(t({ message: " or ", comment: "between values, in the text of a filter" }))
  return (
    <>
      <span className={css.chipField}>{end.labels.join(" › ")} </span>
      {condition.op === "last" ? (
        <Trans>in the last {joined} days</Trans>
      ) : (
        `${nameOf(condition.op, end.kind)} ${joined}`
      )}
    </>
  )
}
