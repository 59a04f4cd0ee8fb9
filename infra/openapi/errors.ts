import type { ZodOpenApiResponseObject } from 'zod-openapi';
import type { ErrorCodes, ErrorKind } from '#shared/errors.ts';
import { internalError, sharedCodes } from '#shared/http/error-codes.ts';
import { asksForSignIn, type Operation } from '#shared/http/operation.ts';
import { statusOf, titleOf } from '#shared/http/problem.ts';
import { type RefusalName, refusals } from './answers.ts';
import type { Schema } from './schemas.ts';

type CodesByKind = Readonly<Partial<Record<ErrorKind, readonly string[]>>>;

const byKind: Readonly<Record<Exclude<ErrorKind, 'unauthenticated' | 'method-not-allowed'>, RefusalName>> = {
  invalid: 'Invalid',
  forbidden: 'Forbidden',
  'not-found': 'NotFound',
  conflict: 'Conflict',
  'precondition-failed': 'PreconditionFailed',
  'too-large': 'TooLarge',
  'unsupported-media-type': 'UnsupportedMediaType',
  unprocessable: 'Unprocessable',
  'precondition-required': 'PreconditionRequired',
  'rate-limited': 'RateLimited',
  unavailable: 'Unavailable',
};

/**
 * Codes for malformed requests, listed for all operations, since each sentence says when it applies. Operations name
 * the others explicitly.
 */
const malformed = Object.keys(sharedCodes.invalid).filter(
  (code) => !['invalid_time_zone', 'invalid_schedule', 'address_refused'].includes(code),
);

/** Returns the codes that every operation of a kind can return in addition to its own. */
const commonCodes = ({ access, ...operation }: Operation): CodesByKind => ({
  invalid: malformed,
  'rate-limited': ['rate_limited'],
  unavailable: ['limits_unreachable'],
  'too-large': ['body_too_large'],
  'unsupported-media-type': ['not_json'],
  ...(access === 'operator' && { unauthenticated: ['not_an_operator'] }),
  ...(asksForSignIn(access) && {
    unauthenticated: ['not_signed_in', 'session_ended'],
    forbidden: [
      ...(access === 'signed-in' ? [] : ['role_lacks_permission']),
      ...['only_for_people', 'not_a_member', 'mfa_required'],
    ],
  }),
  ...(operation.ifMatch !== 'none' && { 'precondition-failed': ['precondition_failed'] }),
  ...(operation.ifMatch === 'required' && { 'precondition-required': ['if_match_missing'] }),
  ...(operation.idempotency === 'stored' && {
    conflict: ['idempotency_key_in_flight'],
    unprocessable: ['idempotency_key_reused'],
  }),
});

/** Returns all codes that an operation can return, by kind, its own first. */
export const codesOf = (operation: Operation): CodesByKind => {
  const common = commonCodes(operation);
  const kinds = [...new Set([...Object.keys(common), ...Object.keys(operation.errors)])] as ErrorKind[];
  return Object.fromEntries(
    kinds.map((kind) => [kind, [...new Set([...(operation.errors[kind] ?? []), ...(common[kind] ?? [])])]]),
  );
};

const pascal = (text: string): string => text.replace(/(^|[_-])(\w)/g, (_, __, letter: string) => letter.toUpperCase());

/**
 * Returns the meaning of a code, from its context's catalogue or the shared one. @throws Error for a code in neither
 */
const meaningOf = (catalogue: ErrorCodes, kind: ErrorKind, code: string): string => {
  const shared: ErrorCodes = sharedCodes;
  const meaning = catalogue[kind]?.[code] ?? shared[kind]?.[code];
  if (meaning === undefined) throw new Error(`No catalogue of error codes says what ${kind} ${code} means`);
  return meaning;
};

/** Returns the schema of the codes, with the sentence of each. */
const codeSchema = (meanings: Readonly<Record<string, string>>): Schema => ({
  type: 'string',
  enum: Object.keys(meanings),
  description: Object.entries(meanings)
    .map(([code, meaning]) => `- \`${code}\`: ${meaning}`)
    .join('\n'),
});

/** Returns the schema of a problem with one of the codes. */
const problemSchema = (codesName: string): Schema => ({
  allOf: [
    { $ref: '#/components/schemas/Problem' },
    { type: 'object', properties: { code: { $ref: `#/components/schemas/${codesName}` } } },
  ],
});

/** Returns the error response with that problem as its content. */
const refusalWith = (
  refusal: ZodOpenApiResponseObject,
  problem: string,
  example: object,
): ZodOpenApiResponseObject => ({
  ...refusal,
  content: {
    ...refusal.content,
    'application/problem+json': { schema: { $ref: `#/components/schemas/${problem}` }, example },
  },
});

/** Returns an example problem with the first code, which is the operation's own if it has any. */
const exampleOf = (kind: ErrorKind | undefined, meanings: Readonly<Record<string, string>>): object => {
  const [[code, detail] = []] = Object.entries(meanings);
  return {
    type: 'about:blank',
    title: kind === undefined ? 'Internal error' : titleOf(kind),
    status: kind === undefined ? 500 : statusOf[kind],
    ...{ code, detail, correlationId: 'b8a1e0f2-6c3d-4f0a-9d5e-2f7c1b9a4e63' },
  };
};

/**
 * Collects the error responses of all operations as components; those with the same codes are shared. `of` returns an
 * operation's error responses by status, and adds their components to `responses` and `schemas`.
 */
export const refusalComponents = () => {
  const responses: Record<string, ZodOpenApiResponseObject> = {};
  const schemas: Record<string, Schema> = {};
  const known = new Map<string, string>();

  /**
   * Returns the component's name, the first free one of `names`: in two contexts one code can have different meanings.
   */
  const component = (
    kind: ErrorKind | undefined,
    base: RefusalName,
    names: readonly string[],
    meanings: Readonly<Record<string, string>>,
  ): string => {
    const key = JSON.stringify([base, meanings]);
    const existing = known.get(key);
    if (existing !== undefined) return existing;
    const name = names.find((each) => !(each in responses));
    if (name === undefined) throw new Error(`There are two refusals called ${names.join(' or ')}`);
    known.set(key, name);
    schemas[`${name}Code`] = codeSchema(meanings);
    schemas[`${name}Problem`] = problemSchema(`${name}Code`);
    responses[name] = refusalWith(refusals[base], `${name}Problem`, exampleOf(kind, meanings));
    return name;
  };

  const of = (operation: Operation, catalogue: ErrorCodes): Record<string, { $ref: string }> => {
    const codes = Object.entries(codesOf(operation)) as [ErrorKind, readonly string[]][];
    const named = codes.map(([kind, all]): [string, string] => {
      const base = refusalNameOf(operation, kind);
      const meanings = Object.fromEntries(all.map((code) => [code, meaningOf(catalogue, kind, code)]));
      const own = pascal(operation.id) + base;
      return [
        String(statusOf[kind]),
        component(kind, base, [...sharedNames(operation, kind, base, all), own], meanings),
      ];
    });
    const failed: [string, string] = ['500', component(undefined, 'InternalError', ['InternalError'], internalError)];
    return Object.fromEntries(
      [...named, failed].map(([status, name]) => [status, { $ref: `#/components/responses/${name}` }]),
    );
  };

  return { responses, schemas, of };
};

/** Returns names for an error response that several operations can share: one with at most one code of their own. */
const sharedNames = (
  { access, errors }: Operation,
  kind: ErrorKind,
  base: RefusalName,
  codes: readonly string[],
): readonly string[] => {
  const own = errors[kind] ?? [];
  if (codes.length === 1 && (own.length === 1 || access === 'operator')) return codes.map(pascal);
  if (own.length === 1) return [`${own.map(pascal).join('')}Or${base}`];
  if (own.length > 1) return [];
  return [kind === 'forbidden' && access === 'signed-in' ? `SignedIn${base}` : base];
};

const refusalNameOf = ({ access }: Operation, kind: ErrorKind): RefusalName => {
  if (kind === 'method-not-allowed') throw new Error('No operation answers 405: that is what paths without one do');
  if (kind !== 'unauthenticated') return byKind[kind];
  return asksForSignIn(access) ? 'Unauthorized' : 'Unauthenticated';
};
