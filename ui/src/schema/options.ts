import type { MessageDescriptor } from "@lingui/core"
import { msg } from "@lingui/core/macro"
import type { FieldType } from "../app/collections.ts"
import { files, numbers, relations, texts, times } from "./fieldTypes.ts"

/** How an option is written. `value` is one of the field's own type. */
export type Kind =
  | "text"
  | "mono"
  | "number"
  | "value"
  | "flag"
  | "choices"
  | "words"
  | "expression"
  | "collection"
  | "json"
  | readonly string[]

/** One option of a field, a collection or a resource. Its help is the JSON Schema's description. */
export interface OptionSpec {
  key: string
  label: MessageDescriptor
  kind: Kind
  /** Types that have it; all where absent. */
  types?: readonly FieldType[]
  /** What a flag is where it is absent. */
  otherwise?: boolean
}

export interface OptionGroup {
  label: MessageDescriptor
  options: readonly OptionSpec[]
}

const bounded = [...numbers, ...times, "duration"] as const
const many = "many_to_many"
const allTypes: readonly FieldType[] = [
  ...texts,
  ...numbers,
  ...times,
  ...files,
  "uuid",
  "ip",
  "boolean",
  "duration",
  "json",
  "foreign_key",
  "one_to_one",
]
const actions = ["cascade", "protect", "restrict", "set_null", "set_default"]

/** The options of a field in the order of the inspector. Their help is the JSON Schema's own. */
export const fieldOptions: readonly OptionGroup[] = [
  {
    label: msg`Relation`,
    options: [
      { key: "to", label: msg`Leads to`, kind: "collection", types: relations },
      {
        key: "on_delete",
        label: msg`When the target is deleted`,
        kind: actions,
        types: ["foreign_key", "one_to_one"],
      },
      { key: "related_name", label: msg`Name of the way back`, kind: "mono", types: relations },
      { key: "through", label: msg`Pairs are in`, kind: "collection", types: [many] },
      { key: "through_fields", label: msg`Fields of the pairs`, kind: "words", types: [many] },
    ],
  },
  {
    label: msg`Values`,
    options: [
      {
        key: "choices",
        label: msg`Choices`,
        kind: "choices",
        types: [...texts, ...bounded, "uuid", "ip", "boolean"],
      },
      { key: "max_digits", label: msg`Digits in all`, kind: "number", types: ["decimal"] },
      { key: "decimal_places", label: msg`Digits after the point`, kind: "number", types: ["decimal"] },
      { key: "min_value", label: msg`Least`, kind: "value", types: bounded },
      { key: "max_value", label: msg`Greatest`, kind: "value", types: bounded },
      { key: "min_length", label: msg`Fewest characters`, kind: "number", types: texts },
      { key: "max_length", label: msg`Most characters`, kind: "number", types: [...texts, ...files] },
      { key: "regex", label: msg`Pattern`, kind: "mono", types: texts },
      { key: "regex_message", label: msg`Message of the pattern`, kind: "text", types: texts },
      { key: "auto_now", label: msg`Set at every save`, kind: "flag", types: times },
      { key: "auto_now_add", label: msg`Set when it is made`, kind: "flag", types: times },
      { key: "upload_to", label: msg`Folder`, kind: "mono", types: files },
      { key: "max_size", label: msg`Most bytes`, kind: "number", types: files },
      { key: "accept", label: msg`Allowed types`, kind: "words", types: files },
      { key: "check", label: msg`Check`, kind: "expression", types: allTypes },
    ],
  },
  {
    label: msg`Names`,
    options: [
      { key: "label", label: msg`Label`, kind: "text" },
      { key: "verbose_name", label: msg`Name in messages`, kind: "text" },
    ],
  },
  {
    label: msg`Behaviour`,
    options: [
      { key: "editable", label: msg`May be written`, kind: "flag", otherwise: true },
      { key: "index", label: msg`Has an index`, kind: "flag", types: allTypes },
      { key: "secret", label: msg`Secret`, kind: "flag", types: allTypes },
      { key: "primary_key", label: msg`Is the key`, kind: "flag", types: ["big_integer", "uuid"] },
      {
        key: "auto",
        label: msg`Key given out by Couplet`,
        kind: "flag",
        types: ["big_integer", "uuid"],
        otherwise: true,
      },
    ],
  },
  {
    label: msg`Who may`,
    options: [
      { key: "rules.read", label: msg`Read it where`, kind: "expression" },
      { key: "rules.write", label: msg`Write it where`, kind: "expression" },
    ],
  },
  {
    label: msg`In the database and the admin`,
    options: [
      { key: "column", label: msg`Column`, kind: "mono", types: allTypes },
      { key: "table", label: msg`Table of pairs`, kind: "mono", types: [many] },
      { key: "from_column", label: msg`Column of this key`, kind: "mono", types: [many] },
      { key: "to_column", label: msg`Column of the target's key`, kind: "mono", types: [many] },
      { key: "ui", label: msg`Presentation`, kind: "json" },
    ],
  },
]

export const collectionOptions: readonly OptionGroup[] = [
  {
    label: msg`Names`,
    options: [
      { key: "label", label: msg`Label of one`, kind: "text" },
      { key: "label_plural", label: msg`Label of several`, kind: "text" },
      { key: "help_text", label: msg`Help`, kind: "text" },
      { key: "display", label: msg`Field that names a record`, kind: "mono" },
      { key: "ordering", label: msg`Ordering`, kind: "words" },
    ],
  },
  {
    label: msg`Who may`,
    options: [
      { key: "rules.view", label: msg`View a record where`, kind: "expression" },
      { key: "rules.add", label: msg`Add a record where`, kind: "expression" },
      { key: "rules.change", label: msg`Change a record where`, kind: "expression" },
      { key: "rules.delete", label: msg`Delete a record where`, kind: "expression" },
    ],
  },
  {
    label: msg`In the admin`,
    options: [
      { key: "ui.columns", label: msg`Columns of the list`, kind: "words" },
      { key: "ui.groups", label: msg`Groups of the form`, kind: "json" },
    ],
  },
  {
    label: msg`In the database and the API`,
    options: [
      { key: "resource", label: msg`Has a resource by default`, kind: "flag", otherwise: true },
      { key: "owned", label: msg`Only Couplet writes the table`, kind: "flag", otherwise: true },
      { key: "table", label: msg`Table`, kind: "mono" },
      { key: "model", label: msg`Django's label`, kind: "mono" },
    ],
  },
]

const paginations = ["page_number", "limit_offset", "cursor", "none"]
const permissions = [
  "roles",
  "allow_any",
  "is_authenticated",
  "is_authenticated_or_read_only",
  "is_admin",
  "django_model_permissions",
  "django_model_permissions_or_anon_read_only",
]

export const resourceOptions: readonly OptionGroup[] = [
  {
    label: msg`Lists`,
    options: [
      { key: "filter", label: msg`Only records where`, kind: "expression" },
      { key: "search_fields", label: msg`Search looks in`, kind: "words" },
      { key: "ordering", label: msg`Ordering`, kind: "words" },
      { key: "ordering_fields", label: msg`May be ordered by`, kind: "words" },
      { key: "filters", label: msg`Filters`, kind: "json" },
      { key: "filter_backends", label: msg`Kinds of narrowing`, kind: "words" },
    ],
  },
  {
    label: msg`Pages`,
    options: [
      { key: "pagination.style", label: msg`Pagination`, kind: paginations },
      { key: "pagination.page_size", label: msg`Records on a page`, kind: "number" },
      { key: "pagination.max_page_size", label: msg`Most on a page`, kind: "number" },
      { key: "pagination.ordering", label: msg`Ordering of a cursor`, kind: "words" },
    ],
  },
  {
    label: msg`Who may`,
    options: [
      { key: "permission", label: msg`Permission`, kind: permissions },
      { key: "authentication", label: msg`Ways to authenticate`, kind: "words" },
      { key: "throttle_scope", label: msg`Throttle rate`, kind: "mono" },
      { key: "read_only", label: msg`Only reading`, kind: "flag" },
    ],
  },
  {
    label: msg`Shape`,
    options: [
      { key: "lookup_field", label: msg`Field in the address`, kind: "mono" },
      { key: "hyperlinked", label: msg`Relations are links`, kind: "flag" },
      { key: "serializer", label: msg`Shares the fields of`, kind: "mono" },
      { key: "checks", label: msg`Checks of what is written`, kind: "json" },
    ],
  },
  {
    label: msg`Names and descriptions`,
    options: [
      { key: "name", label: msg`Name`, kind: "text" },
      { key: "description", label: msg`Description`, kind: "text" },
      { key: "component", label: msg`Name of the serializer`, kind: "mono" },
      { key: "component_description", label: msg`Description of the serializer`, kind: "text" },
    ],
  },
]
