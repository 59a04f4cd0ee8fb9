/** What went wrong, by kind. `shared/http/problem.ts` gives each kind its HTTP status. */
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

/** Error codes by kind, each with one sentence on when it is answered: pure data, for the description of the API. */
export type ErrorCodes = Readonly<Partial<Record<ErrorKind, Readonly<Record<string, string>>>>>;

/**
 * One field of the input that was refused. `path` is dotted (`parts.0.text`), `message` a sentence for a developer. Within
 * a text, `start` and `end` (exclusive) name the place, in UTF-16 units of the text as it was given.
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
  /** HTTP headers the answer must carry, such as `Allow` (RFC 9110, section 15.5.6) or `Retry-After`. */
  headers?: Readonly<Record<string, string>>;
  cause?: unknown;
}

/**
 * The only error that may speak to a caller. Everything else is a fault and answers 500 without a word about its cause.
 * `code` is stable and meant for programs, `message` for people; neither may hold a secret or personal data.
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

/** A thing that does not exist, or belongs to another workspace: the caller cannot tell which. */
export const notFound = (what: string, said = `There is no such ${what} in this workspace.`): DomainError =>
  new DomainError('not-found', `${what.replaceAll(' ', '_')}_not_found`, said);

/** The name of an AWS error (`ConditionalCheckFailedException`), or of any other error; undefined for anything else. */
export const errorName = (error: unknown): string | undefined => (error instanceof Error ? error.name : undefined);
