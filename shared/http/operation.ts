import * as z from 'zod';
import type { ErrorCodes, ErrorKind } from '../errors.ts';
import type { Permission } from '../permissions.ts';
import type { sharedCodes } from './error-codes.ts';
import type { LimitClass } from './rates.ts';

/**
 * Who may call an operation: anyone (`public`), who runs the platform (`operator`, by a token of the stage's own), any
 * signed-in person (`signed-in`), or a member whose role holds the named permission in the workspace of the access token.
 */
export type Access = 'public' | 'operator' | 'signed-in' | Permission;

/** Whether the caller has to be signed in to a workspace: API Gateway then asks for an access token. */
export const asksForSignIn = (access: Access): access is 'signed-in' | Permission =>
  access !== 'public' && access !== 'operator';

/**
 * Which limit a request counts against: the `standard` ones of its person and workspace, or of its address; besides
 * them that of a class where passwords or codes could be guessed, mails be sent to strangers, or where one request is as
 * much work as hundreds of others (`costly`); or `none`. `readers`: the public of a post, who may be thousands behind one
 * address, and are limited as a whole, by a throttle of API Gateway of their own.
 */
export type Limit = 'standard' | 'none' | 'readers' | LimitClass;

/** The groups that the description's tags are shown in (`x-tagGroups`), in their order. */
export const tagGroups = [
  'Identity',
  'Workspace',
  'Accounts',
  'Content',
  'Publishing',
  'Campaigns',
  'Automations',
  'Analytics',
  'Integrations',
  'Compliance',
  'Platform',
] as const;

/** What a capability is called in the description: its operations stand together under it. */
export interface Tag {
  readonly name: string;
  readonly group: (typeof tagGroups)[number];
  readonly description: string;
}

/** Codes that an operation may answer, by kind: those of its context's catalogue and the shared ones. */
type Errors<Codes extends ErrorCodes> = {
  readonly [Kind in ErrorKind]?: readonly (CodeOf<Codes, Kind> | CodeOf<typeof sharedCodes, Kind>)[];
};

type CodeOf<Codes extends ErrorCodes, Kind extends ErrorKind> = keyof NonNullable<Codes[Kind]> & string;

/** The API has versions; an address that stands in posts has none, and is short. */
type OperationPath = `/v1/${string}` | `/l/${string}`;

/** The one truth about an operation: route, validation, access, types, OpenAPI and client are read from it. */
export interface Operation<
  Path extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Reply extends z.ZodType = z.ZodType,
  Who extends Access = Access,
> {
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: OperationPath;
  /** Its capability. The description refuses an operation without one. */
  readonly tag: Tag | undefined;
  readonly summary: string;
  readonly description: string | undefined;
  readonly access: Who;
  readonly request: { readonly path: Path; readonly query: Query; readonly body: Body };
  readonly response: Reply;
  /** 302 leads to the reply's `location`, without a body. */
  readonly status: 200 | 201 | 202 | 204 | 302;
  readonly contentType: string;
  /** The codes that it answers besides those that every operation of its kind can answer. */
  readonly errors: Readonly<Partial<Record<ErrorKind, readonly string[]>>>;
  /**
   * How `If-Match` (RFC 9110) is used: not at all; or it names the version that the caller has seen, where it is sent,
   * or always.
   */
  readonly ifMatch: 'none' | 'optional' | 'required';
  /** The reply carries `version` and an `ETag`. */
  readonly etag: boolean;
  /**
   * Of a reply 201, where what was made can be read: a path whose parameters are fields of the reply (`{media.id}`). Of
   * a reply 302, where it leads.
   */
  readonly location: string | undefined;
  /**
   * How long the reply may be cached by anybody, in which case it has an `ETag` of its bytes; undefined: not at all.
   */
  readonly cacheSeconds: number | undefined;
  /**
   * `stored`: an `Idempotency-Key` makes the first reply come again. `inherent`: the operation is repeatable by
   * itself and its reply (tokens) must not be stored.
   */
  readonly idempotency: 'none' | 'stored' | 'inherent';
  /** Also allowed for those who must first enrol a second factor, because their workspace demands one. */
  readonly allowedWithoutMfa: boolean;
  /**
   * What it changes in a workspace, or hands out of it, is still there when the access token has expired: how the caller
   * stands is looked up again.
   */
  readonly outlastsToken: boolean;
  /** Who calls it must still be signed in: whether their sign-in has ended is looked up as well. */
  readonly asksWhetherSignedIn: boolean;
  /** Largest body in bytes; a larger one answers 413. */
  readonly maxBodyBytes: number;
  readonly limit: Limit;
  /** The body is ignored: the caller does not choose its form. */
  readonly ignoresBody: boolean;
  /**
   * Headers of a signature over the bytes of the body: they go to the handler with the bytes (`request.signed`), which
   * reads the body itself once it has verified them.
   */
  readonly signatureHeaders: readonly string[];
  /**
   * Any query is ignored: calendars and monitors append a number of their own to an address, so that caches on the way
   * do not keep the reply.
   */
  readonly ignoresQuery: boolean;
}

/** No path parameters, no query, no body: anything sent there is refused. */
const Nothing = z.strictObject({});
type Nothing = typeof Nothing;

interface Definition<
  Path extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Reply extends z.ZodType,
  Who extends Access,
  Codes extends ErrorCodes,
> {
  id: string;
  method: Operation['method'];
  path: Operation['path'];
  tag?: Tag;
  summary: string;
  description?: string;
  access: Who;
  request?: { path?: Path; query?: Query; body?: Body };
  response?: Reply;
  status?: Operation['status'];
  contentType?: string;
  errors?: Errors<Codes>;
  etag?: boolean;
  ifMatch?: 'optional' | 'required';
  location?: string;
  cacheSeconds?: number;
  idempotency?: 'inherent';
  allowedWithoutMfa?: true;
  /** For a GET that hands out a link or a file; whatever changes something in a workspace outlasts the token anyway. */
  outlastsToken?: true;
  /**
   * By default, writes by signed-in callers, and operations that outlast the token, ask for it. `true` for a GET that
   * hands out a link or a file of the person's own; `false` for what may be repeated after the sign-in has ended.
   */
  asksWhetherSignedIn?: boolean;
  maxBodyBytes?: number;
  limit?: Limit;
  ignoresBody?: true;
  signatureHeaders?: readonly Lowercase<string>[];
  ignoresQuery?: true;
}

/** Defines an operation. Pure data: contracts are read by infra, by tests and by the function itself. */
export const operation = <
  Path extends z.ZodType = Nothing,
  Query extends z.ZodType = Nothing,
  Body extends z.ZodType = Nothing,
  Reply extends z.ZodType = z.ZodUndefined,
  Who extends Access = Access,
  Codes extends ErrorCodes = ErrorCodes,
>(
  definition: Definition<Path, Query, Body, Reply, Who, Codes>,
): Operation<Path, Query, Body, Reply, Who> => {
  // The defaults stand in for type parameters that were left out, so that they are exactly those types.
  const { path = Nothing as z.ZodType as Path, query = Nothing as z.ZodType as Query } = definition.request ?? {};
  const { body = Nothing as z.ZodType as Body } = definition.request ?? {};
  const isWriteOfSomebody = definition.method !== 'GET' && asksForSignIn(definition.access);
  const outlastsToken = definition.outlastsToken ?? (isWriteOfSomebody && definition.access !== 'signed-in');
  return {
    id: definition.id,
    method: definition.method,
    path: definition.path,
    tag: definition.tag,
    summary: definition.summary,
    description: definition.description,
    access: definition.access,
    request: { path, query, body },
    response: definition.response ?? (z.undefined() as z.ZodType as Reply),
    status: definition.status ?? (definition.response ? (definition.method === 'POST' ? 201 : 200) : 204),
    contentType: definition.contentType ?? 'application/json',
    errors: definition.errors ?? {},
    etag: definition.etag ?? definition.ifMatch === 'required',
    ifMatch: definition.ifMatch ?? 'none',
    location: definition.location,
    cacheSeconds: definition.cacheSeconds,
    idempotency: definition.method === 'POST' ? (definition.idempotency ?? 'stored') : 'none',
    allowedWithoutMfa: definition.allowedWithoutMfa ?? false,
    outlastsToken,
    asksWhetherSignedIn: definition.asksWhetherSignedIn ?? (outlastsToken || isWriteOfSomebody),
    maxBodyBytes: definition.maxBodyBytes ?? 64 * 1024,
    limit: definition.limit ?? 'standard',
    ignoresBody: definition.ignoresBody ?? definition.signatureHeaders !== undefined,
    signatureHeaders: definition.signatureHeaders ?? [],
    ignoresQuery: definition.ignoresQuery ?? false,
  };
};

/** Defines the operations of one capability: all have its tag, and may answer the codes of its context's catalogue. */
export const capability =
  <Codes extends ErrorCodes = typeof sharedCodes>(tag: Tag) =>
  <
    Path extends z.ZodType = Nothing,
    Query extends z.ZodType = Nothing,
    Body extends z.ZodType = Nothing,
    Reply extends z.ZodType = z.ZodUndefined,
    Who extends Access = Access,
  >(
    definition: Definition<Path, Query, Body, Reply, Who, Codes>,
  ): Operation<Path, Query, Body, Reply, Who> =>
    operation<Path, Query, Body, Reply, Who, Codes>({ ...definition, tag });

/** Whether the operation takes a body: one without may still be sent `{}` or nothing. */
export const takesBody = ({ request }: Operation): boolean => request.body !== Nothing;

/** The key by which API Gateway names the route: `POST /v1/posts/{postId}/schedule`. */
export const routeKey = ({ method, path }: Pick<Operation, 'method' | 'path'>): string => `${method} ${path}`;

/** The key of the route by which what a `GET` reads is asked for without its body (RFC 9110, section 9.3.2). */
export const headRouteKey = ({ path }: Pick<Operation, 'path'>): string => `HEAD ${path}`;

/** Whether a request must bring a body: not where `{}` is one, since nothing is taken for that. */
export const needsBody = ({ request }: Operation): boolean => !request.body.safeParse({}).success;
