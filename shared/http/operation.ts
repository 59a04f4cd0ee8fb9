import * as z from 'zod';
import type { ErrorCodes, ErrorKind } from '../errors.ts';
import type { Permission } from '../permissions.ts';
import type { sharedCodes } from './error-codes.ts';
import type { LimitClass } from './rates.ts';

/**
 * Who may call an operation: anyone (`public`), the platform's operators (`operator`, by a separate token of the
 * stage), any signed-in person (`signed-in`), or a member whose role holds the named permission in the workspace of the
 * access token.
 */
export type Access = 'public' | 'operator' | 'signed-in' | Permission;

/** Whether the caller must be signed in to a workspace; API Gateway then requires an access token. */
export const asksForSignIn = (access: Access): access is 'signed-in' | Permission =>
  access !== 'public' && access !== 'operator';

/**
 * The limits that a request counts against. `standard`: those of its person and workspace, or of its address. A class
 * adds stricter ones where passwords or codes could be guessed, strangers be mailed, or one request costs as much as
 * hundreds of others (`costly`). `readers`: the public of a post, possibly thousands behind one address, limited only
 * in total, by a separate throttle of API Gateway. `none`: no limit.
 */
export type Limit = 'standard' | 'none' | 'readers' | LimitClass;

/** Groups of tags in the API description (`x-tagGroups`), in order. */
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

/** Heading of a capability's operations in the API description. */
export interface Tag {
  readonly name: string;
  readonly group: (typeof tagGroups)[number];
  readonly description: string;
}

/** Codes that an operation may return, by kind: those of its context's catalogue and the shared ones. */
type Errors<Codes extends ErrorCodes> = {
  readonly [Kind in ErrorKind]?: readonly (CodeOf<Codes, Kind> | CodeOf<typeof sharedCodes, Kind>)[];
};

type CodeOf<Codes extends ErrorCodes, Kind extends ErrorKind> = keyof NonNullable<Codes[Kind]> & string;

/** API paths are versioned; `/l/` paths appear in posts, so they are short and unversioned. */
type OperationPath = `/v1/${string}` | `/l/${string}`;

/** The single definition of an operation: route, validation, access, types, OpenAPI and client are derived from it. */
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
  /** Its capability. The API description requires one. */
  readonly tag: Tag | undefined;
  readonly summary: string;
  readonly description: string | undefined;
  readonly access: Who;
  readonly request: { readonly path: Path; readonly query: Query; readonly body: Body };
  readonly response: Reply;
  /** 302 redirects to the reply's `location`, without a body. */
  readonly status: 200 | 201 | 202 | 204 | 302;
  readonly contentType: string;
  /** The codes it returns in addition to those of every operation of its kind. */
  readonly errors: Readonly<Partial<Record<ErrorKind, readonly string[]>>>;
  /** Whether `If-Match` (RFC 9110), naming the version that the caller has seen, is ignored, optional or required. */
  readonly ifMatch: 'none' | 'optional' | 'required';
  /** The reply carries `version` and an `ETag`. */
  readonly etag: boolean;
  /**
   * For 201: where the created resource can be read, a path whose parameters are fields of the reply (`{media.id}`).
   * For 302: the target.
   */
  readonly location: string | undefined;
  /** How long anyone may cache the reply, which then has an `ETag` of its bytes; undefined: not at all. */
  readonly cacheSeconds: number | undefined;
  /**
   * `stored`: a repeated `Idempotency-Key` gets the first reply again. `inherent`: the operation is idempotent, and its
   * reply (tokens) must not be stored.
   */
  readonly idempotency: 'none' | 'stored' | 'inherent';
  /** Also allowed before the caller has enrolled the second factor that their workspace requires. */
  readonly allowedWithoutMfa: boolean;
  /**
   * Its effect in a workspace, or what it hands out, outlasts the access token, so the caller's current standing is
   * checked.
   */
  readonly outlastsToken: boolean;
  /** Checks whether the caller's sign-in has ended. */
  readonly asksWhetherSignedIn: boolean;
  /** Maximum size of the body in bytes; a larger one gets 413. */
  readonly maxBodyBytes: number;
  readonly limit: Limit;
  /** The body is ignored, because its form is not the caller's choice. */
  readonly ignoresBody: boolean;
  /**
   * Headers of a signature over the body's bytes. They are passed to the handler with the bytes (`request.signed`),
   * which parses the body itself after verifying them.
   */
  readonly signatureHeaders: readonly string[];
  /** Any query is ignored: calendars and monitors append a random number to bypass caches. */
  readonly ignoresQuery: boolean;
}

/** No path parameters, query or body; anything sent there is refused. */
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
  /** For a GET that hands out a link or a file; changes in a workspace outlast the token by default. */
  outlastsToken?: true;
  /**
   * By default true for writes by signed-in callers and for operations that outlast the token. `true` for a GET that
   * hands out a link or a file of the person; `false` for what may be repeated after the sign-in has ended.
   */
  asksWhetherSignedIn?: boolean;
  maxBodyBytes?: number;
  limit?: Limit;
  ignoresBody?: true;
  signatureHeaders?: readonly Lowercase<string>[];
  ignoresQuery?: true;
}

/** Defines an operation. Pure data, read by infra, tests and the function itself. */
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
  // The type parameters default to these schemas' types where they are left out.
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

/** Defines the operations of a capability. All have its tag, and may return the codes of its context's catalogue. */
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

/** Whether the operation takes a body. Others still accept `{}` or nothing. */
export const takesBody = ({ request }: Operation): boolean => request.body !== Nothing;

/** Returns API Gateway's key of the route: `POST /v1/posts/{postId}/schedule`. */
export const routeKey = ({ method, path }: Pick<Operation, 'method' | 'path'>): string => `${method} ${path}`;

/** Returns the key of the route that answers `HEAD` for a `GET` (RFC 9110, section 9.3.2). */
export const headRouteKey = ({ path }: Pick<Operation, 'path'>): string => `HEAD ${path}`;

/** Whether a request must have a body; not where `{}` is valid, since an empty body counts as `{}`. */
export const needsBody = ({ request }: Operation): boolean => !request.body.safeParse({}).success;
