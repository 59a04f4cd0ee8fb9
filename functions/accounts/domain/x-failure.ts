import * as z from 'zod';
import { Instant, instantAfter } from '#shared/time.ts';

/** X's response in place of the requested data. `status` is null if no complete response arrived. */
export interface XAnswer {
  status: number | null;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed JSON, or a string if it was not JSON. */
  body: unknown;
}

/** Every way in which a call to X fails, as far as the platform distinguishes them. */
export type XFailure =
  /** `resetAt`: when X accepts calls again; null if X gave no time. */
  | { kind: 'rate_limited'; resetAt: string | null }
  /** The next four affect the entire app, not one account. */
  | { kind: 'usage_capped' }
  | { kind: 'credits_spent' }
  | { kind: 'spend_capped'; resetDate: string | null }
  | { kind: 'app_not_enrolled' }
  /** X was not called: a failure of the entire app is known to last until then. */
  | {
      kind: 'circuit_open';
      cause: 'usage_capped' | 'credits_spent' | 'spend_capped' | 'app_not_enrolled';
      until: string;
    }
  /** X was not called: the rest of a limit is reserved for more urgent calls. */
  | { kind: 'yielded'; resetAt: string }
  /** The account recently posted the same text. */
  | { kind: 'duplicate' }
  | { kind: 'suspended' }
  | { kind: 'locked' }
  /** The token is no longer valid. */
  | { kind: 'unauthorized' }
  | { kind: 'forbidden'; reason: string }
  | { kind: 'invalid'; reason: string }
  | { kind: 'not_found' }
  /** It is unknown whether X did it: timeout, lost connection, 5xx, or an unreadable response. */
  | { kind: 'unknown_outcome' };

/** A failed call to X. Contains neither request nor response, since both can hold tokens. */
export class XError extends Error {
  override readonly name = 'XError';
  readonly failure: XFailure;

  constructor(failure: XFailure) {
    super(`X: ${failure.kind}`);
    this.failure = failure;
  }
}

/**
 * X's problem details: at the top level, or in the members of `errors`. Version 1.1's `errors[].code` and
 * `errors[].message` still occur, and a gateway sends strings in `errors`.
 */
const Body = z
  .object({
    title: z.string().catch(''),
    detail: z.string().catch(''),
    type: z.string().catch(''),
    error_description: z.string().catch(''),
    reset_date: z.string().nullable().catch(null),
    errors: z
      .array(
        z
          .object({
            code: z.number().nullable().catch(null),
            message: z.string().catch(''),
            detail: z.string().catch(''),
          })
          .catch(noError()),
      )
      .catch([]),
  })
  .nullable()
  .catch(null);
type Body = NonNullable<z.infer<typeof Body>>;

function noError() {
  return { code: null, message: '', detail: '' };
}

/** Returns the last segment of a problem type, which may be under api.twitter.com or api.x.com. */
const problemOf = ({ type }: Body): string | undefined =>
  /^https:\/\/api\.(?:twitter|x)\.com\/2\/problems\/([a-z-]+)$/.exec(type)?.[1];

/**
 * Classifies X's response as a failure (X API: response codes and errors; and the bodies that X sends in practice).
 * Pure.
 */
export const classify = (answer: XAnswer): XFailure => {
  const { status } = answer;
  if (status === null || status < 400 || status === 408 || status >= 500) return { kind: 'unknown_outcome' };
  const body = Body.parse(answer.body);
  if (status === 429) {
    const capped = body && (problemOf(body) === 'usage-capped' || body.title === 'UsageCapExceeded');
    return capped ? { kind: 'usage_capped' } : { kind: 'rate_limited', resetAt: exhaustedUntil(answer.headers) };
  }
  if (status === 401) return { kind: 'unauthorized' };
  if (status === 402) return { kind: 'credits_spent' };
  if (status === 404) return { kind: 'not_found' };
  if (status === 413) return { kind: 'invalid', reason: 'X says that the file is too large.' };
  // Not from X's API but from something in front of it (edge, proxy), so the outcome is unknown.
  if (!body) return { kind: 'unknown_outcome' };
  return status === 403 ? forbidden(body) : { kind: 'invalid', reason: reasonOf(body) };
};

const forbidden = (body: Body): XFailure => {
  const codes = body.errors.map(({ code }) => code);
  const problem = problemOf(body);
  if (body.title === 'SpendCapReached') return { kind: 'spend_capped', resetDate: body.reset_date };
  if (problem === 'user-suspended' || codes.includes(64)) return { kind: 'suspended' };
  if (codes.includes(326)) return { kind: 'locked' };
  if (problem === 'client-forbidden') return { kind: 'app_not_enrolled' };
  if (codes.includes(187) || /duplicate content/i.test(wordsOf(body).join(' '))) return { kind: 'duplicate' };
  return { kind: 'forbidden', reason: reasonOf(body) };
};

/** X's messages, and what they mean for a marketer. */
const wordings: readonly (readonly [RegExp, string])[] = [
  [
    /only reply to or quote posts|not been mentioned or otherwise engaged/i,
    'X lets apps reply only if the author of the post has mentioned the account.',
  ],
  [/reply to a (tweet|post) that is deleted/i, 'The post it replies to is deleted on X, or hidden from the account.'],
  [/video longer than/i, 'The video is longer than X allows for this account.'],
  [
    /not permitted to perform this action/i,
    'X does not permit this account to do that. The text may be too long for it, or the connection lacks a permission: reconnect the account.',
  ],
];

/** Turns X's message into one sentence, short enough for an event. */
const sentence = (said: string): string => `${said.slice(0, 300).replace(/[.\s]+$/, '')}.`;

/**
 * Returns X's messages in a response, most specific first: `errors` describe one thing, the rest the entire request.
 */
const wordsOf = ({ error_description, errors, detail }: Body): string[] =>
  [error_description, ...errors.flatMap((error) => [error.detail, error.message]), detail].filter(
    (words) => words !== '',
  );

const reasonOf = (body: Body): string => {
  const words = wordsOf(body);
  const [said = ''] = words;
  const meaning = wordings.find(([wording]) => wording.test(words.join(' ')))?.[1];
  if (meaning !== undefined) return meaning;
  return said === '' ? 'X refused it without giving a reason.' : `X refused it: ${sentence(said)}`;
};

/** X counts calls per 15 minutes, and some per 24 hours (those headers are undocumented and can be missing). */
const windows = ['x-rate-limit', 'x-user-limit-24hour', 'x-app-limit-24hour'];

/** A limit that is used up or nearly so; work that can wait leaves the rest to work that cannot. */
export const ScarceLimit = z.object({
  remaining: z.int().min(0),
  /** When X's count resets (UTC). */
  resetAt: Instant,
});
export type ScarceLimit = z.infer<typeof ScarceLimit>;

/** Below this share of a limit, the rest is reserved for posts. */
const scarceShare = 0.2;

/**
 * Returns the limit that the response headers show as used up or nearly so (`-reset` is in Unix seconds); null while
 * enough is left. A used-up limit takes precedence over a scarce one, then the one that resets last.
 */
export const scarceLimit = (headers: XAnswer['headers']): ScarceLimit | null => {
  const number = (name: string): number => (headers[name] === undefined ? NaN : Number(headers[name]));
  const found = windows
    .map((window) => ({
      remaining: number(`${window}-remaining`),
      limit: number(`${window}-limit`),
      reset: number(`${window}-reset`),
    }))
    .filter(({ remaining, reset }) => Number.isSafeInteger(remaining) && Number.isSafeInteger(reset) && reset > 0)
    .filter(({ remaining, limit }) => remaining === 0 || remaining < limit * scarceShare)
    .sort((one, other) => Math.sign(one.remaining) - Math.sign(other.remaining) || other.reset - one.reset)
    .map(({ remaining, reset }) => ({ remaining, resetAt: instantAfter(new Date(reset * 1000), 0) }));
  return found[0] ?? null;
};

/** Returns when a limit that the headers show as used up resets; null while some of it is left. */
const exhaustedUntil = (headers: XAnswer['headers']): string | null => {
  const scarce = scarceLimit(headers);
  return scarce?.remaining === 0 ? scarce.resetAt : null;
};

/** Whether the failure proves that X did not carry out the call. */
export const provesNothingDone = ({ kind }: XFailure): boolean => kind !== 'unknown_outcome';
