import { DomainError } from '../errors.ts';
import { visitorDigest } from '../network.ts';
import { loggable, MetricUnit, type Observability } from '../observability.ts';
import type { Clock } from '../time.ts';
import { type BucketKey, type BucketStore, type Lease, lease } from './lease.ts';
import type { Operation } from './operation.ts';
import type { LimitClass, Rate, RateLimits } from './rates.ts';
import type { Caller } from './route.ts';
import { type Bucket, exactBucket, leasedBucket, nextTokenAt, tokensLeft } from './token-bucket.ts';

/** Name of a limit in the headers. A class has one policy for the person or address, and another for the workspace. */
type Policy = 'person' | 'workspace' | 'address' | LimitClass | `${LimitClass}-workspace`;

/** A limit that applies to a request. */
interface Applied {
  policy: Policy;
  key: BucketKey;
  bucket: Bucket;
  isStrict: boolean;
}

/** The headers that report a request's limits, and the refusal, if any. */
export interface Verdict {
  headers: Readonly<Record<string, string>>;
  refusal?: DomainError;
}

export type RateLimiter = (operation: Operation, caller: Caller | undefined, address: string) => Promise<Verdict>;

interface Needs {
  limits: RateLimits;
  buckets: BucketStore;
  now: Clock;
  observability: Pick<Observability, 'logger' | 'metrics'>;
}

/** Maximum number of buckets that a container remembers; the state of others is read from the table again. */
const maxRemembered = 1000;

/**
 * Limits requests by token buckets. A container leases tokens in batches, so that a request costs a fraction of a
 * write. When the table is unreachable, requests pass, since availability comes first, except those of a class: an
 * outage must not make guessing or heavy work free.
 */
export const rateLimiter = ({ limits, buckets, now, observability }: Needs): RateLimiter => {
  const { logger, metrics } = observability;
  const remembered = new Map<string, Lease>();

  const remember = (id: string, state: Lease): void => {
    remembered.delete(id);
    remembered.set(id, state);
    const [oldest] = remembered.keys();
    if (remembered.size > maxRemembered && oldest !== undefined) remembered.delete(oldest);
  };

  /** Spends a token of the bucket; undefined when the table could not be reached. */
  const spend = async ({ key, bucket }: Applied, at: number): Promise<Spent | undefined> => {
    const id = `${key.pk} ${key.sk}`;
    let held = remembered.get(id);
    const hasToken = held !== undefined && held.tokens > 0 && at < held.until;
    // Others can only have taken more since: an empty bucket is not asked again before it has a token.
    const isEmpty = held !== undefined && nextTokenAt(bucket, held.fullAt) > at;
    if (!hasToken && !isEmpty) {
      try {
        held = await lease(buckets, key, bucket, at, held?.fullAt);
      } catch (error) {
        logger.error('a rate limit could not be looked at', { error: loggable(error) });
        metrics.addMetric('RateLimitsUnreachable', MetricUnit.Count, 1);
        return undefined;
      }
    }
    const { tokens, until, fullAt } = held ?? nothing;
    const isAllowed = tokens > 0 && (hasToken || !isEmpty);
    const rest = isAllowed ? tokens - 1 : 0;
    remember(id, { tokens: rest, until, fullAt });
    return { isAllowed, left: rest + tokensLeft(bucket, fullAt, at), fullAt };
  };

  return async (operation, caller, address) => {
    const applied = appliedTo(limits, operation, caller, address);
    if (applied.length === 0) return { headers: {} };
    const at = now().getTime();
    const standing: Standing[] = [];
    let refused: Standing | undefined;
    // In sequence, so that a caller who is refused takes nothing from the buckets shared with others.
    for (const each of applied) {
      const spent = await spend(each, at);
      if (!spent && each.isStrict) return { headers: {}, refusal: unreachable() };
      if (spent) standing.push({ ...each, spent });
      if (spent?.isAllowed === false) {
        refused = { ...each, spent };
        break;
      }
    }
    const headers = { ...policyHeader(applied), ...standingHeader(standing, at) };
    if (!refused) return { headers };
    metrics.addMetric('RateLimited', MetricUnit.Count, 1);
    const waitMs = nextTokenAt(refused.bucket, refused.spent.fullAt) - at;
    return { headers, refusal: rateLimited(Math.max(1, Math.ceil(waitMs / 1000))) };
  };
};

interface Spent {
  isAllowed: boolean;
  left: number;
  fullAt: number;
}
type Standing = Applied & { spent: Spent };

const nothing: Lease = { tokens: 0, until: 0, fullAt: 0 };

/**
 * Returns the limits of a request in the order they are checked: the caller's own first, so that a caller who is
 * refused there takes nothing from what others share.
 */
const appliedTo = (
  limits: RateLimits,
  { limit }: Operation,
  caller: Caller | undefined,
  address: string,
): Applied[] => {
  if (limit === 'none' || limit === 'readers') return [];
  const named = limit === 'standard' ? undefined : { limit, rates: limits[limit] };
  const leased = (policy: 'person' | 'workspace' | 'address', key: BucketKey): Applied => ({
    policy,
    key,
    bucket: leasedBucket(limits[policy]),
    isStrict: false,
  });
  const exact = (policy: Policy, key: BucketKey, rate: Rate): Applied => ({
    policy,
    key,
    bucket: exactBucket(rate),
    isStrict: true,
  });
  if (!caller) {
    const pk = `LIMIT#${visitorDigest(address)}`;
    return [
      named
        ? exact(named.limit, { pk, sk: named.limit }, named.rates.address)
        : leased('address', { pk, sk: 'address' }),
    ];
  }
  const pk = `${caller.workspaceId}#LIMIT`;
  return [
    leased('person', { pk, sk: caller.personId }),
    ...(named ? [exact(named.limit, { pk, sk: `${named.limit}#${caller.personId}` }, named.rates.person)] : []),
    leased('workspace', { pk, sk: 'workspace' }),
    ...(named ? [exact(`${named.limit}-workspace`, { pk, sk: named.limit }, named.rates.workspace)] : []),
  ];
};

/** draft-ietf-httpapi-ratelimit-headers-10: a burst of `q` requests, replenished within `w` seconds. */
const policyHeader = (applied: readonly Applied[]) => ({
  'ratelimit-policy': applied
    .map(
      ({ policy, bucket: { size, intervalMs } }) => `"${policy}";q=${size};w=${Math.ceil((size * intervalMs) / 1000)}`,
    )
    .join(', '),
});

/** The same draft: `r` requests left, and `t` seconds until the bucket is full again. */
const standingHeader = (standing: readonly Standing[], at: number) =>
  standing.length > 0 && {
    ratelimit: standing
      .map(({ policy, spent: { left, fullAt } }) => {
        const seconds = Math.max(0, Math.ceil((fullAt - at) / 1000));
        return `"${policy}";r=${left};t=${seconds}`;
      })
      .join(', '),
  };

const rateLimited = (seconds: number): DomainError =>
  new DomainError('rate-limited', 'rate_limited', `Too many requests. Retry in ${seconds} seconds.`, {
    headers: { 'retry-after': String(seconds) },
  });

const unreachable = (): DomainError =>
  new DomainError('unavailable', 'limits_unreachable', 'The rate limits could not be checked. Retry in a moment.', {
    headers: { 'retry-after': '5' },
  });
