// Written by `couplet gen ts` from the schema: change the schema and write it again.
//
// In a query, a list under ordering, order, fields, omit, expand or a name that ends in __in or __range is joined by
// commas; any other list repeats the parameter.

/** A decimal as text, no digit lost: "12.50". */
export type Decimal = string;

/**
 * A whole number of 64 bits: a number up to 2^53, beyond that its digits as text. Both are accepted when written, so
 * what was read can be sent back as it is.
 */
export type BigInteger = number | string;

/** "2026-01-31" */
export type DateText = string;

/** "13:45:00" */
export type TimeText = string;

/** "2026-01-31T13:45:00Z" */
export type DateTimeText = string;

/** "3 04:05:06": days, hours, minutes, seconds. */
export type DurationText = string;

/** Any JSON. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** A file to upload. What is read in its place is a URL. */
export type Upload = Blob;

/** Names to order by, with - before those that descend. */
export type Ordering<Name extends string> = Name | `-${Name}` | readonly (Name | `-${Name}`)[];

/** What every list takes. */
export interface ListQuery {
  fields?: string | readonly string[];
  omit?: string | readonly string[];
  expand?: string | readonly string[];
}

/** What every list of full records takes; filter is an expression. */
export interface RecordQuery<Name extends string> {
  filter?: string;
  order?: Ordering<Name>;
  q?: string;
  after?: string;
  offset?: number;
  limit?: number;
  fields?: string | readonly string[];
  omit?: string | readonly string[];
}
