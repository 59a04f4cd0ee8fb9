import * as z from 'zod';
import { Instant, instantAfter } from '#shared/time.ts';

/** X's answer in place of the requested data. `status` is null if no complete answer came. */
export interface XAnswer {
  status: number | null;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed JSON, or a string where it was none. */
  body: unknown;
}

/** Every way in which a call of X fails, as the platform distinguishes them. */
export type XFailure =
  /** `resetAt`: when X accepts calls again, null if it gave no time. */
  | { kind: 'rate_limited'; resetAt: string | null }
  /** These four hold for the whole app, not for one account. */
  | { kind: 'usage_capped' }
  | { kind: 'credits_spent' }
  | { kind: 'spend_capped'; resetDate: string | null }
  | { kind: 'app_not_enrolled' }
  /** Nothing was asked of X: a trouble of the whole app is known to last until then. */
  | {
      kind: 'circuit_open';
      cause: 'usage_capped' | 'credits_spent' | 'spend_capped' | 'app_not_enrolled';
      until: string;
    }
  /** X was not called: the rest of a limit is kept for more urgent calls. */
  | { kind: 'yielded'; resetAt: string }
  /** The account has posted the same text lately. */
  | { kind: 'duplicate' }
  | { kind: 'suspended' }
  | { kind: 'locked' }
  /** The token does not hold any more. */
  | { kind: 'unauthorized' }
  | { kind: 'forbidden'; reason: string }
  | { kind: 'invalid'; reason: string }
  | { kind: 'not_found' }
  /** It is unknown whether X did it: time-out, cut connection, 5xx, an answer that cannot be read. */
  | { kind: 'unknown_outcome' };

/** A failed call of X. Carries neither request nor answer, since both hold tokens. */
export class XError extends Error {
  override readonly name = 'XError';
  readonly failure: XFailure;

  constructor(failure: XFailure) {
    super(`X: ${failure.kind}`);
    this.failure = failure;
  }
}

/**
 * Problem details as X writes them: at the top, or in the members of `errors`. Version 1.1's `errors[].code` and
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

/** The last part of a problem type: it lives under api.twitter.com and api.x.com alike. */
const problemOf = ({ type }: Body): string | undefined =>
  /^https:\/\/api\.(?:twitter|x)\.com\/2\/problems\/([a-z-]+)$/.exec(type)?.[1];

/** Which failure an answer is (X API: response codes and errors; the bodies that X sends in practice). Pure. */
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
  // Not X's API but something before it (an edge, a proxy): what became of the request is unknown.
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

/** X's wordings, and what they mean to a marketer. */
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

/** X's words as one sentence, of a length that fits an event. */
const sentence = (said: string): string => `${said.slice(0, 300).replace(/[.\s]+$/, '')}.`;

/** All messages of X in an answer, the most specific first: `errors` describe one thing, the rest all of it. */
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

/** X counts calls per 15 minutes, and some per 24 hours (those headers are undocumented and may be missing). */
const windows = ['x-rate-limit', 'x-user-limit-24hour', 'x-app-limit-24hour'];

/** A limit that is used up or nearly so: work that can wait leaves the rest to work that cannot. */
export const ScarceLimit = z.object({
  remaining: z.int().min(0),
  /** When X's count restarts (UTC). */
  resetAt: Instant,
});
export type ScarceLimit = z.infer<typeof ScarceLimit>;

/** Below this share of a limit the rest is kept for posts. */
const scarceShare = 0.2;

/**
 * The limit that an answer's headers say is used up or nearly so (`-reset` is Unix seconds); null while enough is left. Of
 * several that are used up the last to be reset counts, and one that is used up before one that is scarce.
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

/** Until when nothing is left of a limit, by an answer's headers; null while something is. */
const exhaustedUntil = (headers: XAnswer['headers']): string | null => {
  const scarce = scarceLimit(headers);
  return scarce?.remaining === 0 ? scarce.resetAt : null;
};

/** Whether the failure proves that X did not carry out the call. */
export const provesNothingDone = ({ kind }: XFailure): boolean => kind !== 'unknown_outcome';
