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

export interface Maker {
  id: string;
  name: string;
  state: "on" | "off" | "";
  things: number[];
}

export interface MakerCreate {
  name: string;
  state?: "on" | "off" | "";
}

export type MakerPatch = Partial<MakerCreate>;

export interface MakersQuery extends ListQuery {
  ordering?: Ordering<"id" | "name" | "state">;
  search?: string;
}

export interface Thing {
  id: number;
  name: string;
  note: string;
  state: "new" | "old";
  grade: 1 | 2 | null;
  level: number;
  big: BigInteger;
  ratio: number;
  cost: Decimal | null;
  wide: Decimal;
  flag: boolean;
  born: DateText | null;
  woke: TimeText | null;
  seen: DateTimeText;
  took: DurationText | null;
  code: string;
  mail: string;
  site: string;
  path: string;
  host: string | null;
  data: Json;
  blob: string | null;
  pict: string | null;
  maker: string | null;
  friends: string[];
  maker_name: string | null;
  maker_state: "on" | "off" | "" | null;
}

export interface ThingCreate {
  name: string;
  note?: string;
  state?: "new" | "old";
  grade?: 1 | 2 | null;
  level?: number;
  big?: BigInteger;
  ratio?: number;
  cost?: Decimal | number | null;
  wide?: Decimal | number;
  flag?: boolean;
  born?: DateText | null;
  woke?: TimeText | null;
  took?: DurationText | null;
  code?: string;
  mail?: string;
  site?: string;
  path?: string;
  host?: string | null;
  data?: Json;
  blob?: Upload;
  pict?: Upload | null;
  maker?: string | null;
  friends?: readonly string[];
}

export type ThingPatch = Partial<ThingCreate>;

export interface ThingsQuery extends ListQuery {
  big_max?: BigInteger;
  big_min?: BigInteger;
  friends?: string | readonly string[];
  grade?: 1 | 2;
  grade__isnull?: boolean;
  maker?: string;
  maker__in?: readonly string[];
  ordering?: Ordering<"id" | "name" | "note" | "state" | "grade" | "level" | "big" | "ratio" | "cost" | "wide" | "flag" | "born" | "woke" | "seen" | "took" | "code" | "mail" | "site" | "path" | "host" | "blob" | "pict" | "maker" | "maker__name" | "maker__state">;
  page?: number;
  page_size?: number;
  search?: string;
  seen__date?: DateText;
  seen__year__gte?: number;
  took__gte?: DurationText;
}

export interface MakerInThing {
  id: string;
  state: "on" | "off" | "";
}

export interface MakerInThingCreate {
  state?: "on" | "off" | "";
}

export type MakerInThingPatch = Partial<MakerInThingCreate>;

export interface ThingsBrief {
  id: number;
  maker: MakerInThing | null;
}

export type ThingsBriefCreate = Record<string, never>;

export type ThingsBriefPatch = Partial<ThingsBriefCreate>;

export interface ThingsBriefQuery extends ListQuery {
  cursor?: string;
  ordering?: Ordering<"id" | "maker">;
  search?: string;
}

export interface UsersRecord {
  id: number;
  last_login: DateTimeText | null;
  is_superuser: boolean;
  username: string;
  first_name: string;
  last_name: string;
  email: string;
  is_staff: boolean;
  is_active: boolean;
  date_joined: DateTimeText;
  roles: Json;
  permissions: Json;
  token_epoch: BigInteger;
  _v: string;
}

export interface UsersRecordCreate {
  is_superuser?: boolean;
  username: string;
  first_name?: string;
  last_name?: string;
  email?: string;
  is_staff?: boolean;
  is_active?: boolean;
  roles?: Json;
  permissions?: Json;
}

export type UsersRecordPatch = Partial<UsersRecordCreate>;

export interface MakersRecord {
  id: string;
  name: string;
  state: "on" | "off" | "";
  _v: string;
}

export interface MakersRecordCreate {
  name: string;
  state?: "on" | "off" | "";
}

export type MakersRecordPatch = Partial<MakersRecordCreate>;

export interface ThingsRecord {
  id: number;
  name: string;
  note: string;
  state: "new" | "old";
  grade: 1 | 2 | null;
  level: number;
  big: BigInteger;
  ratio: number;
  cost: Decimal | null;
  wide: Decimal;
  flag: boolean;
  born: DateText | null;
  woke: TimeText | null;
  seen: DateTimeText;
  took: DurationText | null;
  code: string;
  mail: string;
  site: string;
  path: string;
  host: string | null;
  data: Json;
  blob: string | null;
  pict: string | null;
  maker: string | null;
  friends: string[];
  _v: string;
}

export interface ThingsRecordCreate {
  name: string;
  note?: string;
  state?: "new" | "old";
  grade?: 1 | 2 | null;
  level?: number;
  big?: BigInteger;
  ratio?: number;
  cost?: Decimal | number | null;
  wide?: Decimal | number;
  flag?: boolean;
  born?: DateText | null;
  woke?: TimeText | null;
  took?: DurationText | null;
  code?: string;
  mail?: string;
  site?: string;
  path?: string;
  host?: string | null;
  data?: Json;
  blob?: Upload;
  pict?: Upload | null;
  maker?: string | null;
  friends?: readonly string[];
}

export type ThingsRecordPatch = Partial<ThingsRecordCreate>;

/** The resources of the project by name, as createClient<Project>() takes them. */
export interface Project {
  /** /api/{name}/ */
  resources: {
    makers: {
      key: string;
      read: Maker;
      create: MakerCreate;
      patch: MakerPatch;
      query: MakersQuery;
      pagination: "none";
    };
    things: {
      key: number;
      read: Thing;
      create: ThingCreate;
      patch: ThingPatch;
      query: ThingsQuery;
      pagination: "page_number";
    };
    "things-brief": {
      key: number;
      read: ThingsBrief;
      create: never;
      patch: never;
      query: ThingsBriefQuery;
      pagination: "cursor";
    };
  };
  /** /api/_/records/{name}/ */
  records: {
    users: {
      key: number;
      read: UsersRecord;
      create: UsersRecordCreate;
      patch: UsersRecordPatch;
      query: RecordQuery<"id" | "last_login" | "is_superuser" | "username" | "first_name" | "last_name" | "email" | "is_staff" | "is_active" | "date_joined" | "roles" | "permissions" | "token_epoch">;
    };
    makers: {
      key: string;
      read: MakersRecord;
      create: MakersRecordCreate;
      patch: MakersRecordPatch;
      query: RecordQuery<"id" | "name" | "state">;
    };
    things: {
      key: number;
      read: ThingsRecord;
      create: ThingsRecordCreate;
      patch: ThingsRecordPatch;
      query: RecordQuery<"id" | "name" | "note" | "state" | "grade" | "level" | "big" | "ratio" | "cost" | "wide" | "flag" | "born" | "woke" | "seen" | "took" | "code" | "mail" | "site" | "path" | "host" | "data" | "blob" | "pict" | "maker">;
    };
  };
}
