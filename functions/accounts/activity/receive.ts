import { type Author, systemAuthor } from '#shared/actor.ts';
import { DomainError } from '#shared/errors.ts';
import { dayOf } from '#shared/time.ts';
import { billingMonthOf, priceOf } from '#shared/x-prices.ts';
import type { Deps } from '../deps.ts';
import type { Account } from '../domain/account.ts';
import { findingOf } from '../domain/health.ts';
import { isSignedByX } from '../domain/x-signature.ts';
import { noteFinding } from '../session/record-health.ts';
import { activityApp } from './app.ts';
import { kindOf, readDelivery, readPostIds, readRevocation, type XDelivery } from './delivery.ts';

/** The error where the stage has no webhook at X. */
export const webhookOff = (): DomainError =>
  new DomainError('not-found', 'x_webhook_off', 'This deployment does not receive activity from X.');

/**
 * Receives a delivery from X: verifies the signature over its bytes, then stores or applies it before X gets the
 * response. Unusable deliveries are counted and acknowledged, because X would only send them again.
 * @throws DomainError `x_signature_invalid`, `x_webhook_off`
 */
export const receive = async (
  deps: Deps,
  signed: { bytes: Uint8Array; signature: string },
  correlationId: string,
): Promise<void> => {
  const app = await activityApp(deps);
  if (!app) throw webhookOff();
  if (!isSignedByX(app.consumerSecret, signed)) {
    deps.count('XDeliveriesRefused');
    throw new DomainError('forbidden', 'x_signature_invalid', 'The signature is missing, or does not match the body.');
  }
  const delivery = readDelivery(jsonIn(signed.bytes));
  const isUsed = delivery !== undefined && (await use(deps, delivery, systemAuthor('accounts', { correlationId })));
  deps.count(isUsed ? 'XDeliveriesUsed' : 'XDeliveriesIgnored');
};

const jsonIn = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
};

/** Applies a delivery; returns whether it contained anything new. */
const use = (deps: Deps, delivery: XDelivery, author: Author): Promise<boolean> =>
  delivery.eventType === 'oauth.revoke' ? noteRevocation(deps, delivery, author) : noteActivity(deps, delivery, author);

/** Returns the connected account of an X user, who is connected to at most one workspace. */
const accountOf = async (deps: Deps, xUserId: string): Promise<Account | undefined> => {
  const holder = await deps.accounts.holderOf(xUserId);
  const account = holder && (await deps.accounts.find(holder.workspaceId, holder.accountId));
  return account?.status === 'connected' ? account : undefined;
};

/** X states times to the second. */
const toTheSecond = (instant: string): number => Math.floor(Date.parse(instant) / 1000) * 1000;

/** Records a revocation, unless consent was given again since: deliveries can be late or repeated. */
const noteRevocation = async (deps: Deps, { payload }: XDelivery, author: Author): Promise<boolean> => {
  const revocation = readRevocation(payload);
  const account = revocation && (await accountOf(deps, revocation.xUserId));
  if (!account || revocation.revokedAt.getTime() < toTheSecond(account.connectedAt)) return false;
  if (account.health === 'reconnect_needed') return false;
  await noteFinding(deps, account, findingOf('reconnect_needed'), author);
  return true;
};

const noteActivity = async (
  deps: Deps,
  { eventUuid, eventType, userId, payload }: XDelivery,
  author: Author,
): Promise<boolean> => {
  const kind = Object.hasOwn(kindOf, eventType) ? kindOf[eventType] : undefined;
  const post = readPostIds(payload);
  if (kind === undefined || post === undefined) return false;
  const account = await accountOf(deps, kind === 'post_deleted' ? post.xAuthorId : (userId ?? ''));
  if (!account) return false;
  const { workspaceId, id: accountId } = account;
  await bill(deps, account, eventUuid);
  // What the account does itself is not activity of others.
  if (kind !== 'post_deleted' && post.xAuthorId === account.xUserId) return false;
  const own = kind === 'post_deleted' ? [post.xPostId] : post.refersTo;
  const [publication] = await deps.publications.ofXPosts(workspaceId, own);
  if (kind === 'post_deleted' && !publication) return false;
  const { xPostId, xAuthorId, conversationId } = post;
  const ids = { xPostId, xAuthorId, conversationId, postId: publication?.postId ?? null };
  return deps.activities.record(eventUuid, { workspaceId, accountId, kind, ...ids }, author);
};

/** Bills an event like a post read, once a UTC day however often it is delivered (X API: pricing). */
const bill = async ({ usage, now }: Deps, { workspaceId, id }: Account, eventUuid: string): Promise<void> => {
  const at = now();
  const charge = { kind: 'post_read', quantity: 1, micros: priceOf('post_read', at), month: billingMonthOf(at) };
  const to = { workspaceId, accountId: id, campaignId: null, postId: null };
  await usage.billOnce(to, charge, `x-event-${dayOf(at)}-${eventUuid}`);
};
