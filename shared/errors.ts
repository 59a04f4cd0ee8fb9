/** The kind of an error. `shared/http/problem.ts` maps each kind to its HTTP status. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'method-not-allowed'
  | 'conflict'
  | 'precondition-failed'
  | 'precondition-required'
  | 'too-large'
  | 'unsupported-media-type'
  | 'unprocessable'
  | 'rate-limited'
  | 'unavailable';

/** Error codes by kind, each with one sentence on when it is returned. Pure data, for the API description. */
export type ErrorCodes = Readonly<Partial<Record<ErrorKind, Readonly<Record<string, string>>>>>;

/**
 * A refused field of the input. `path` is dotted (`parts.0.text`), `message` a sentence for a developer. `start` and
 * `end` (exclusive) locate the problem within a text, in UTF-16 units of the text as sent.
 */
export interface FieldError {
  path: string;
  code: string;
  message: string;
  start?: number;
  end?: number;
}

interface ErrorDetails {
  fields?: readonly FieldError[];
  /** HTTP headers that the response must carry, such as `Allow` (RFC 9110, section 15.5.6) or `Retry-After`. */
  headers?: Readonly<Record<string, string>>;
  cause?: unknown;
}

/**
 * The only error whose message reaches a caller. Everything else is a fault and returns 500 without its cause. `code`
 * is stable and meant for programs, `message` for people; neither may contain a secret or personal data.
 */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly kind: ErrorKind;
  readonly code: string;
  readonly fields: readonly FieldError[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(kind: ErrorKind, code: string, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.kind = kind;
    this.code = code;
    this.fields = details.fields ?? [];
    this.headers = details.headers ?? {};
  }
}

/** The error for something that does not exist or belongs to another workspace; the caller cannot tell which. */
export const notFound = (what: string, said = `There is no such ${what} in this workspace.`): DomainError =>
  new DomainError('not-found', `${what.replaceAll(' ', '_')}_not_found`, said);

/**
 * Returns the name of an AWS error (`ConditionalCheckFailedException`) or any other error; undefined for other values.
 */
export const errorName = (error: unknown): string | undefined => (error instanceof Error ? error.name : undefined);
