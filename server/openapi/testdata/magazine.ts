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

export interface Author {
  id: number;
  user: number;
  username: string;
  bio: string;
  email: string;
  website: string;
  birth_date: DateText | null;
  rating: Decimal;
  articles_count: number;
}

export interface AuthorCreate {
  user: number;
  bio?: string;
  email: string;
  website?: string;
  birth_date?: DateText | null;
  rating?: Decimal | number;
}

export type AuthorPatch = Partial<AuthorCreate>;

export interface AuthorsQuery extends ListQuery {
  birth_date?: DateText;
  email?: string;
  ordering?: Ordering<"id" | "rating" | "birth_date" | "email">;
  page?: number;
  page_size?: number;
  rating?: Decimal | number;
  search?: string;
  user?: number;
  user__username?: string;
}

export interface Tag {
  id: number;
  slug: string;
  name: string;
}

export interface TagCreate {
  slug: string;
  name: string;
}

export type TagPatch = Partial<TagCreate>;

export interface TagsQuery extends ListQuery {
  name?: string;
  ordering?: Ordering<"id" | "slug" | "name">;
  page?: number;
  page_size?: number;
  search?: string;
  slug?: string;
}

export interface Article {
  id: number;
  title: string;
  slug: string;
  body: string;
  status: "draft" | "published" | "archived";
  author: number;
  author_name: string;
  tags: number[];
  views: number;
  price: Decimal | null;
  featured: boolean;
  published_at: DateTimeText | null;
  meta: Json;
  cover: string | null;
  created_at: DateTimeText;
  updated_at: DateTimeText;
}

export interface ArticleCreate {
  title: string;
  slug: string;
  body: string;
  status?: "draft" | "published" | "archived";
  author: number;
  tags?: readonly number[];
  views?: number;
  price?: Decimal | number | null;
  featured?: boolean;
  published_at?: DateTimeText | null;
  meta?: Json;
  cover?: Upload | null;
}

export type ArticlePatch = Partial<ArticleCreate>;

export interface ArticlesQuery extends ListQuery {
  all_tags?: string | readonly string[];
  author?: number;
  author__in?: readonly number[];
  author__rating__gte?: Decimal | number;
  author__rating__lte?: Decimal | number;
  author__user__username?: string;
  author__user__username__icontains?: string;
  created_after?: DateText;
  created_at__date?: DateText;
  created_at__date__range?: readonly DateText[];
  created_at__gte?: DateTimeText;
  created_at__lte?: DateTimeText;
  created_at__range?: readonly DateTimeText[];
  created_before?: DateText;
  featured?: boolean;
  has_cover?: boolean;
  id?: number;
  id__in?: readonly number[];
  ordering?: Ordering<"id" | "title" | "views" | "price" | "created_at" | "published_at" | "author__rating">;
  page?: number;
  page_size?: number;
  price__gte?: Decimal | number;
  price__isnull?: boolean;
  price__lte?: Decimal | number;
  price_max?: Decimal | number;
  price_min?: Decimal | number;
  published_at?: DateTimeText;
  published_at__date?: DateText;
  published_at__date__gte?: DateText;
  published_at__day?: number;
  published_at__gt?: DateTimeText;
  published_at__gte?: DateTimeText;
  published_at__hour?: number;
  published_at__isnull?: boolean;
  published_at__lt?: DateTimeText;
  published_at__lte?: DateTimeText;
  published_at__month?: number;
  published_at__week_day?: number;
  published_at__year?: number;
  published_at__year__gte?: number;
  search?: string;
  slug?: string;
  slug__in?: readonly string[];
  status?: "draft" | "published" | "archived";
  status__in?: readonly ("draft" | "published" | "archived")[];
  status_any?: "draft" | "published" | "archived" | readonly ("draft" | "published" | "archived")[];
  tag?: string | readonly string[];
  tags?: number | readonly number[];
  tags__slug?: string;
  tags__slug__icontains?: string;
  tags__slug__in?: readonly string[];
  title?: string;
  title__contains?: string;
  title__endswith?: string;
  title__icontains?: string;
  title__iendswith?: string;
  title__iexact?: string;
  title__iregex?: string;
  title__istartswith?: string;
  title__regex?: string;
  title__startswith?: string;
  views?: number;
  views__gt?: number;
  views__gte?: number;
  views__in?: readonly number[];
  views__lt?: number;
  views__lte?: number;
  views__range?: readonly number[];
}

export interface AuthorBrief {
  id: number;
  username: string;
  rating: Decimal;
}

export interface AuthorBriefCreate {
  rating?: Decimal | number;
}

export type AuthorBriefPatch = Partial<AuthorBriefCreate>;

export interface NestedComment {
  id: number;
  author_name: string;
  body: string;
  approved: boolean;
}

export interface NestedCommentCreate {
  author_name: string;
  body: string;
  approved?: boolean;
}

export type NestedCommentPatch = Partial<NestedCommentCreate>;

export interface NestedArticle {
  id: number;
  title: string;
  slug: string;
  body: string;
  status: "draft" | "published" | "archived";
  author: AuthorBrief;
  tags: Tag[];
  comments: NestedComment[];
}

export interface NestedArticleCreate {
  title: string;
  slug: string;
  body: string;
  status?: "draft" | "published" | "archived";
  author_id: number;
  comments?: readonly NestedCommentCreate[];
}

export type NestedArticlePatch = Partial<NestedArticleCreate>;

export interface ArticlesNestedQuery extends ListQuery {
  page?: number;
  page_size?: number;
}

export interface Comment {
  id: number;
  article: number;
  article_title: string;
  author_name: string;
  body: string;
  parent: number | null;
  approved: boolean;
  created_at: DateTimeText;
  replies: number[];
}

export interface CommentCreate {
  article: number;
  author_name: string;
  body: string;
  parent?: number | null;
  approved?: boolean;
}

export type CommentPatch = Partial<CommentCreate>;

export interface CommentsQuery extends ListQuery {
  approved?: boolean;
  article?: number;
  article__author__user__username?: string;
  article__status?: "draft" | "published" | "archived";
  article__tags__slug?: string;
  ordering?: Ordering<"id" | "article" | "author_name" | "body" | "parent" | "approved" | "created_at">;
  page?: number;
  page_size?: number;
  parent?: number;
  parent__isnull?: boolean;
  search?: string;
}

export interface Event {
  url: string;
  id: string;
  title: string;
  code: string;
  kind: 1 | 2 | 3;
  venue: string;
  starts_on: DateText;
  starts_at: TimeText | null;
  duration: DurationText | null;
  registration_opens: DateTimeText | null;
  website: string;
  contact: string;
  ip: string | null;
  reference: string | null;
  capacity: number | null;
  score: number | null;
  external_id: BigInteger | null;
  is_public: boolean | null;
  extra: Json;
  host: string | null;
  tags: string[];
  articles: string[];
}

export interface EventCreate {
  title: string;
  code: string;
  kind?: 1 | 2 | 3;
  venue: string;
  starts_on: DateText;
  starts_at?: TimeText | null;
  duration?: DurationText | null;
  registration_opens?: DateTimeText | null;
  website?: string;
  contact?: string;
  ip?: string | null;
  reference?: string | null;
  capacity?: number | null;
  score?: number | null;
  external_id?: BigInteger | null;
  is_public?: boolean | null;
  access_code?: string;
  extra?: Json;
  host?: string | null;
  tags?: readonly string[];
  articles: readonly string[];
}

export type EventPatch = Partial<EventCreate>;

export interface EventsQuery extends ListQuery {
  duration?: DurationText;
  duration__gte?: DurationText;
  external_id?: BigInteger;
  host?: number;
  host__isnull?: boolean;
  id?: string;
  id__in?: readonly string[];
  ip?: string;
  is_public?: boolean;
  kind?: 1 | 2 | 3;
  kind__in?: readonly (1 | 2 | 3)[];
  limit?: number;
  offset?: number;
  ordering?: Ordering<"starts_on" | "capacity" | "score" | "title">;
  reference?: string;
  score?: number;
  score__gt?: number;
  score__lt?: number;
  search?: string;
  starts_at?: TimeText;
  starts_at__gte?: TimeText;
  starts_on?: DateText;
  starts_on__gte?: DateText;
  starts_on__lte?: DateText;
  starts_on__month?: number;
  starts_on__year?: number;
}

export interface FeedQuery extends ListQuery {
  cursor?: string;
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

export interface AuthorsRecord {
  id: number;
  user: number;
  bio: string;
  email: string;
  website: string;
  birth_date: DateText | null;
  rating: Decimal;
  _v: string;
}

export interface AuthorsRecordCreate {
  user: number;
  bio?: string;
  email: string;
  website?: string;
  birth_date?: DateText | null;
  rating?: Decimal | number;
}

export type AuthorsRecordPatch = Partial<AuthorsRecordCreate>;

export interface TagsRecord {
  id: number;
  slug: string;
  name: string;
  _v: string;
}

export interface TagsRecordCreate {
  slug: string;
  name: string;
}

export type TagsRecordPatch = Partial<TagsRecordCreate>;

export interface ArticlesRecord {
  id: number;
  title: string;
  slug: string;
  body: string;
  status: "draft" | "published" | "archived";
  author: number;
  tags: number[];
  views: number;
  price: Decimal | null;
  featured: boolean;
  published_at: DateTimeText | null;
  meta: Json;
  cover: string | null;
  created_at: DateTimeText;
  updated_at: DateTimeText;
  _v: string;
}

export interface ArticlesRecordCreate {
  title: string;
  slug: string;
  body: string;
  status?: "draft" | "published" | "archived";
  author: number;
  tags?: readonly number[];
  views?: number;
  price?: Decimal | number | null;
  featured?: boolean;
  published_at?: DateTimeText | null;
  meta?: Json;
  cover?: Upload | null;
}

export type ArticlesRecordPatch = Partial<ArticlesRecordCreate>;

export interface CommentsRecord {
  id: number;
  article: number;
  author_name: string;
  body: string;
  parent: number | null;
  approved: boolean;
  created_at: DateTimeText;
  _v: string;
}

export interface CommentsRecordCreate {
  article: number;
  author_name: string;
  body: string;
  parent?: number | null;
  approved?: boolean;
}

export type CommentsRecordPatch = Partial<CommentsRecordCreate>;

export interface EventsRecord {
  id: string;
  title: string;
  code: string;
  kind: 1 | 2 | 3;
  venue: string;
  starts_on: DateText;
  starts_at: TimeText | null;
  duration: DurationText | null;
  registration_opens: DateTimeText | null;
  website: string;
  contact: string;
  ip: string | null;
  reference: string | null;
  capacity: number | null;
  score: number | null;
  external_id: BigInteger | null;
  is_public: boolean | null;
  access_code: string;
  extra: Json;
  host: number | null;
  tags: number[];
  articles: number[];
  _v: string;
}

export interface EventsRecordCreate {
  title: string;
  code: string;
  kind?: 1 | 2 | 3;
  venue: string;
  starts_on: DateText;
  starts_at?: TimeText | null;
  duration?: DurationText | null;
  registration_opens?: DateTimeText | null;
  website?: string;
  contact?: string;
  ip?: string | null;
  reference?: string | null;
  capacity?: number | null;
  score?: number | null;
  external_id?: BigInteger | null;
  is_public?: boolean | null;
  access_code?: string;
  extra?: Json;
  host?: number | null;
  tags?: readonly number[];
  articles: readonly number[];
}

export type EventsRecordPatch = Partial<EventsRecordCreate>;

/** The resources of the project by name, as createClient<Project>() takes them. */
export interface Project {
  /** /api/{name}/ */
  resources: {
    authors: {
      key: number;
      read: Author;
      create: AuthorCreate;
      patch: AuthorPatch;
      query: AuthorsQuery;
      pagination: "page_number";
    };
    tags: {
      key: string;
      read: Tag;
      create: TagCreate;
      patch: TagPatch;
      query: TagsQuery;
      pagination: "page_number";
    };
    articles: {
      key: number;
      read: Article;
      create: ArticleCreate;
      patch: ArticlePatch;
      query: ArticlesQuery;
      pagination: "page_number";
    };
    "articles-nested": {
      key: number;
      read: NestedArticle;
      create: NestedArticleCreate;
      patch: NestedArticlePatch;
      query: ArticlesNestedQuery;
      pagination: "page_number";
    };
    comments: {
      key: number;
      read: Comment;
      create: CommentCreate;
      patch: CommentPatch;
      query: CommentsQuery;
      pagination: "page_number";
    };
    events: {
      key: string;
      read: Event;
      create: EventCreate;
      patch: EventPatch;
      query: EventsQuery;
      pagination: "limit_offset";
    };
    feed: {
      key: number;
      read: Article;
      create: never;
      patch: never;
      query: FeedQuery;
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
    authors: {
      key: number;
      read: AuthorsRecord;
      create: AuthorsRecordCreate;
      patch: AuthorsRecordPatch;
      query: RecordQuery<"id" | "user" | "bio" | "email" | "website" | "birth_date" | "rating">;
    };
    tags: {
      key: number;
      read: TagsRecord;
      create: TagsRecordCreate;
      patch: TagsRecordPatch;
      query: RecordQuery<"id" | "slug" | "name">;
    };
    articles: {
      key: number;
      read: ArticlesRecord;
      create: ArticlesRecordCreate;
      patch: ArticlesRecordPatch;
      query: RecordQuery<"id" | "title" | "slug" | "body" | "status" | "author" | "views" | "price" | "featured" | "published_at" | "meta" | "cover" | "created_at" | "updated_at">;
    };
    comments: {
      key: number;
      read: CommentsRecord;
      create: CommentsRecordCreate;
      patch: CommentsRecordPatch;
      query: RecordQuery<"id" | "article" | "author_name" | "body" | "parent" | "approved" | "created_at">;
    };
    events: {
      key: string;
      read: EventsRecord;
      create: EventsRecordCreate;
      patch: EventsRecordPatch;
      query: RecordQuery<"id" | "title" | "code" | "kind" | "venue" | "starts_on" | "starts_at" | "duration" | "registration_opens" | "website" | "contact" | "ip" | "reference" | "capacity" | "score" | "external_id" | "is_public" | "access_code" | "extra" | "host">;
    };
  };
}
