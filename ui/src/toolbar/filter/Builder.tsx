import { Trans, useLingui } from "@lingui/react/macro"
import { FolderPlus, Plus, X } from "lucide-react"
import { useMemo, useState } from "react"
import { type Collection, useCollections } from "../../app/collections.ts"
import { Button } from "../../parts/Button.tsx"
import { Chooser, Select } from "../../parts/Field.tsx"
import { IconButton } from "../../parts/IconButton.tsx"
import {
  arity,
  type Condition,
  conditionOn,
  emptyGroup,
  type Group,
  isGroup,
  type Member,
  operatorsOf,
  replaced,
} from "./conditions.ts"
import css from "./Filter.module.css"
import { pathOptions, resolvePath } from "./paths.ts"
import { useOperatorName } from "./useOperatorName.ts"
import { ValueEditor } from "./ValueEditor.tsx"

export type ChangeGroup = (group: Group, typing?: boolean) => void

/** The conditions of a filter, in groups of which all or any must hold. */
export function Builder({
  collection,
  group,
  onChange,
}: {
  collection: Collection
  group: Group
  onChange: ChangeGroup
}) {
  const [added, setAdded] = useState<number>()
  const place = { collection, root: group, onChange, added, onAdded: setAdded }
  return <GroupEditor {...place} group={group} depth={0} />
}

interface Place {
  collection: Collection
  /** The whole of which this is a part. */
  root: Group
  onChange: ChangeGroup
  /** The condition that was added last: its value is entered next. */
  added: number | undefined
  onAdded: (id: number) => void
}

function GroupEditor({ group, depth, ...place }: Place & { group: Group; depth: number }) {
  const { t } = useLingui()
  const { root, onChange } = place
  const put = (next: Group | undefined) => {
    if (next && group === root) onChange(next)
    else onChange(replaced(root, group.id, next))
  }
  const add = (member: Member) => {
    place.onAdded(member.id)
    put({ ...group, members: [...group.members, member] })
  }
  return (
    <fieldset className={css.group} data-depth={depth}>
      <legend className={css.hidden}>{depth === 0 ? t`Conditions` : t`Group of conditions`}</legend>
      {(group.members.length > 1 || depth > 0) && (
        <div className={css.join}>
          <Select
            label={t`How the conditions are joined`}
            hideLabel
            value={group.join}
            onChange={(join) => put({ ...group, join: join as Group["join"] })}
            options={[
              { id: "and", label: t`All of these hold` },
              { id: "or", label: t`Any of these holds` },
            ]}
          />
          {depth > 0 && <IconButton icon={X} label={t`Remove the group`} onPress={() => put(undefined)} />}
        </div>
      )}
      {group.members.map((member) =>
        isGroup(member) ? (
          <GroupEditor key={member.id} {...place} group={member} depth={depth + 1} />
        ) : (
          <ConditionEditor key={member.id} {...place} condition={member} />
        ),
      )}
      <div className={css.adding}>
        <AddCondition
          key={group.members.length}
          collection={place.collection}
          onAdd={add}
          fresh={group.members.length === 0 && (depth === 0 || group.id === place.added)}
        />
        {depth < 2 && group.members.length > 0 && (
          <Button kind="quiet" icon={FolderPlus} onPress={() => add({ ...emptyGroup(), join: other(group) })}>
            <Trans>Add a group</Trans>
          </Button>
        )}
      </div>
    </fieldset>
  )
}

const other = (group: Group): Group["join"] => (group.join === "and" ? "or" : "and")

function usePathOptions(collection: Collection) {
  const all = useCollections()
  return useMemo(
    () => pathOptions(all, collection).map(({ path, label }) => ({ id: path, label })),
    [all, collection],
  )
}

function AddCondition({
  collection,
  onAdd,
  fresh,
}: {
  collection: Collection
  onAdd: (condition: Condition) => void
  fresh: boolean
}) {
  const { t } = useLingui()
  const all = useCollections()
  const options = usePathOptions(collection)
  return (
    <div className={css.add}>
      <Plus size={16} strokeWidth={1.5} aria-hidden />
      <Chooser
        label={t`Add a condition about`}
        hideLabel
        placeholder={t`Add a condition about …`}
        options={options}
        value={null}
        autoFocus={fresh}
        onChange={(path) => {
          const end = path ? resolvePath(all, collection, path.split(".")) : undefined
          if (path && end) onAdd(conditionOn(path, end))
        }}
      />
    </div>
  )
}

function ConditionEditor({ condition, collection, root, onChange, added }: Place & { condition: Condition }) {
  const { t } = useLingui()
  const all = useCollections()
  const options = usePathOptions(collection)
  const nameOf = useOperatorName()
  const end = resolvePath(all, collection, condition.path.split("."))
  const put = (next: Condition | undefined, typing = false) =>
    onChange(replaced(root, condition.id, next), typing)
  const move = (path: string | null) => {
    const to = path ? resolvePath(all, collection, path.split(".")) : undefined
    if (!path || !to || path === condition.path) return
    const same =
      to.kind === end?.kind && to.target === end?.target && to.field?.choices === end?.field?.choices
    put(same ? { ...condition, path } : { ...conditionOn(path, to), id: condition.id })
  }
  const label = end?.labels.join(" › ") ?? condition.path
  return (
    <fieldset className={css.condition}>
      <legend className={css.hidden}>{t`Condition about ${label}`}</legend>
      <div className={css.field}>
        <Chooser
          label={t`Field`}
          hideLabel
          options={options}
          value={condition.path}
          onChange={move}
          menuTrigger="input"
        />
      </div>
      {end && (
        <Select
          label={t`Test`}
          hideLabel
          value={condition.op}
          autoFocus={condition.id === added && arity(condition.op, end.kind) === "none"}
          onChange={(op) => put({ ...condition, op: op as Condition["op"] })}
          options={operatorsOf(end).map((op) => ({ id: op, label: nameOf(op, end.kind) }))}
        />
      )}
      <div className={css.value}>
        {end && (
          <ValueEditor
            condition={condition}
            end={end}
            fresh={condition.id === added}
            onChange={(values, typing) => put({ ...condition, values }, typing)}
          />
        )}
      </div>
      <IconButton icon={X} label={t`Remove the condition about ${label}`} onPress={() => put(undefined)} />
    </fieldset>
  )
}
