import type { PartOutcome, PartToPublish, PermitOutcome } from '#events/publishing.ts';
import type { Author } from '#shared/actor.ts';
import { instantAfter } from '#shared/time.ts';
import type { Deps } from '../deps.ts';
import type { Account } from '../domain/account.ts';
import { type Blocker, blockerOf } from '../domain/blocker.ts';
import { type Sought, type Verdict, verdictOn } from '../domain/look.ts';
import { fingerprintOf, type ShownPost, wordprintOf } from '../domain/post-match.ts';
import {
  abandon,
  intend,
  isOwnDuplicate,
  lookedAtFrom,
  nextStep,
  type Publication,
  publishedOutcome,
  type Send,
  unsent,
  unsettled,
  withdraw,
  withPost,
} from '../domain/publication.ts';
import { provesNothingDone, XError } from '../domain/x-failure.ts';
import { type AccountSession, type CallState, openSession, readCallState } from '../session/account-session.ts';
import { noteAcceptance } from '../session/record-health.ts';
import { usableAccount } from '../session/usable-account.ts';
import {
  billReads,
  countPost,
  type PostToPay,
  type PostWithinBudget,
  refundPost,
  reservePost,
  SkippedByBudget,
} from '../usage/meter.ts';
import type { PostToCreate } from '../x/port.ts';
import { readyUpload } from './upload-media.ts';

export interface PartInput extends PartToPublish {
  workspaceId: string;
  accountId: string;
  postId: string;
  campaignId: string | null;
  /** Only look for what may be on X; nothing may be sent any longer. */
  isWithheld?: boolean | undefined;
  /** Permit of the campaign that the post belongs to. */
  permit?: PermitOutcome | undefined;
}

interface PartToSend extends PartInput, PostWithinBudget {
  /** Read just now. */
  callState?: CallState;
}

/** Whether the right to send has ended, that of the claim or of the campaign's permit. */
const isExpired = ({ sendBy, permit }: Pick<PartInput, 'sendBy' | 'permit'>, now: Date): boolean =>
  [sendBy, permit?.permittedUntil].some((end) => end !== undefined && now.getTime() >= Date.parse(end));

/**
 * Publishes one part of a post on X exactly once, however often it is called. X has no idempotency key, so the intent
 * is written before the call and the X id after it. An intent without an id has an unknown outcome: once its call can
 * no longer reach X, the account's own timeline decides, and only what is not there is sent again.
 */
export const publishPart = async (deps: Deps, input: PartInput, author: Author): Promise<PartOutcome> => {
  const { workspaceId, accountId } = input;
  const [found, account, budgetMicros, callState] = await Promise.all([
    deps.publications.find(workspaceId, input.postId, input.part),
    usableAccount(deps, workspaceId, accountId),
    deps.budgets.get(workspaceId),
    readCallState(deps, { workspaceId, id: accountId }, 'create_post'),
  ]);
  const toSend = { ...input, budgetMicros };
  const publication = found ?? unsent(input);
  const step = nextStep(publication, deps.now(), deps.pace.settleMs);
  if (step.do === 'answer') return step.outcome;
  const own = { ...publication, accountId: input.accountId, campaignId: input.campaignId };
  if (step.do === 'send' && input.isWithheld === true) return lookForUnknown(deps, input, own, author);
  if (step.do === 'send') return send(deps, { ...toSend, callState }, own, account, author);

  const onAccount = await usableAccount(deps, publication.workspaceId, publication.accountId);
  if ('outcome' in onAccount) return onAccount;
  try {
    const { sends } = publication;
    const adopted = await look(deps, onAccount, publication, { ...input, sends, since: step.since }, author);
    if (adopted) return adopted;
  } catch (error) {
    return afterBlindLook(deps, error);
  }
  if (input.isWithheld === true) return release(deps, publication);
  // The post has since been moved to another account, for which nothing was sent.
  const isMoved = publication.accountId !== input.accountId;
  const unsentNow = isMoved ? { ...own, sends: [] } : publication;
  return send(deps, toSend, unsentNow, await usableAccount(deps, input.workspaceId, input.accountId), author);
};

/**
 * Looks for a part that has no recorded send but may have been on X since `lookSince`, because this table or that of
 * posts was restored to an earlier state. Sends nothing.
 */
const lookForUnknown = async (
  deps: Deps,
  input: PartInput,
  publication: Publication,
  author: Author,
): Promise<PartOutcome> => {
  const { lookSince: at, part, text } = input;
  if (at === undefined) return { outcome: 'withheld' };
  const replyTo = await parentOf(deps, input);
  if (part > 0 && replyTo === null) return { outcome: 'not_reached' };
  const account = await usableAccount(deps, input.workspaceId, input.accountId);
  if ('outcome' in account) return account;
  const mediaCount = input.mediaIds.length;
  const sends = [{ at, ...printsOf(text, replyTo), replyTo, mediaCount }];
  try {
    const since = lookedAtFrom(at);
    return (await look(deps, account, publication, { ...input, sends, since }, author)) ?? { outcome: 'withheld' };
  } catch (error) {
    return afterBlindLook(deps, error);
  }
};

/** Returns the digests by which a text is recognised. */
const printsOf = (text: string, replyTo: string | null): Pick<Send, 'fingerprint' | 'words'> => ({
  fingerprint: fingerprintOf(text, replyTo !== null),
  words: wordprintOf(text, replyTo !== null),
});

/**
 * Returns the X post that a part replies to, the previous part; null for the first part, and while the previous one is
 * not published.
 */
const parentOf = async (
  { publications }: Deps,
  { workspaceId, postId, part }: Pick<PartInput, 'workspaceId' | 'postId' | 'part'>,
): Promise<string | null> => {
  const before = part === 0 ? undefined : await publications.find(workspaceId, postId, part - 1);
  return before?.published?.xPostId ?? null;
};

/** Refunds a part that did not reach X and will no longer be sent. */
const release = async (deps: Deps, publication: Publication): Promise<PartOutcome> => {
  const abandoned = await deps.publications.save(abandon(publication));
  if (!abandoned) return unsettled(instantAfter(deps.now(), deps.pace.settleMs));
  if (publication.charge) await refundPost(deps, publication, publication.charge);
  return { outcome: 'withheld' };
};

/** What to look for: the sends that may have reached X, the current text, its price, and since when (UTC). */
interface LookFor extends PostToPay {
  sends: Publication['sends'];
  text: string;
  since: string;
}

/**
 * Looks for an open send on X and adopts the post it made; undefined if it made none. Fails closed: a post that may be
 * it, but that X shows only in part, is looked up by its id, and if that is inconclusive too, nothing is sent.
 */
const look = async (
  deps: Deps,
  account: Account,
  publication: Publication,
  { sends, text, since, ...priced }: LookFor,
  author: Author,
): Promise<PartOutcome | undefined> => {
  const session = openSession(deps, account, author);
  const { workspaceId, postId, part } = publication;
  const first = part === 0 ? undefined : await deps.publications.find(workspaceId, postId, 0);
  const sought: Sought = {
    sends,
    text,
    ownUserId: account.xUserId,
    firstXPostId: first?.published?.xPostId,
  };
  const shown = await session.call('timeline', (token) => deps.x.timeline(token, account.xUserId, since));
  await billReads(deps, publication, 'post_read', idsOf(shown));
  const found = await weigh(deps, publication, shown, sought);
  const adopted = await adoptFirst(deps, publication, found.same, priced);
  if (adopted || found.unclear.length === 0) return adopted;

  const ids = idsOf(found.unclear).slice(0, maxLookedUp);
  const closer = await session.call('lookup', (token) => deps.x.showPosts(token, ids));
  await billReads(deps, publication, 'post_read', idsOf(closer.posts));
  const judged = await weigh(deps, publication, closer.posts, sought);
  const told = new Set([...closer.gone, ...idsOf(closer.posts)]);
  const isOpen = judged.unclear.length > 0 || found.unclear.some(({ xPostId }) => !told.has(xPostId));
  return (await adoptFirst(deps, publication, judged.same, priced)) ?? (isOpen ? unclear : undefined);
};

/** Maximum number of posts per lookup at X (X API: GET /2/tweets). */
const maxLookedUp = 100;

const idsOf = (shown: readonly ShownPost[]): string[] => shown.map(({ xPostId }) => xPostId);

const unclear: PartOutcome = {
  outcome: 'unclear',
  code: 'x_unclear',
  reason:
    'The post may already be on X, but X does not show enough to be sure. Check the account on X: if the post is there ' +
    'as you want it, cancel this one; otherwise delete what is there and schedule this one again.',
};

/** Returns the posts that are the part and those that may be, oldest first, without those of other parts. */
const weigh = async (
  { publications }: Deps,
  { workspaceId }: Publication,
  shown: readonly ShownPost[],
  sought: Sought,
): Promise<Record<Exclude<Verdict, 'other'>, ShownPost[]>> => {
  const found: Record<Exclude<Verdict, 'other'>, ShownPost[]> = { same: [], unclear: [] };
  for (const post of shown.toSorted((a, b) => timeOf(a) - timeOf(b))) {
    const verdict = verdictOn(post, sought);
    if (verdict === 'other' || (await publications.isTaken(workspaceId, post.xPostId))) continue;
    found[verdict].push(post);
  }
  return found;
};

const timeOf = ({ createdAt = '' }: ShownPost): number => Date.parse(createdAt) || 0;

/** Adopts the oldest post that is the part; undefined when there is none. */
const adoptFirst = async (
  deps: Deps,
  publication: Publication,
  [first]: readonly ShownPost[],
  priced: PostToPay,
): Promise<PartOutcome | undefined> => {
  if (first?.createdAt === undefined) return undefined;
  const { xPostId, createdAt } = first;
  const ageMs = deps.now().getTime() - Date.parse(createdAt);
  // Another publication that has just sent the same text may not have recorded this post as its own yet.
  if (ageMs < deps.pace.functionMs) return unsettled(instantAfter(deps.now(), deps.pace.functionMs));
  // A post without a recorded send has not been counted yet.
  const charge = publication.charge ?? (await countPost(deps, publication, priced));
  const paid = { ...publication, charge };
  const outcome = await keep(deps, paid, xPostId, createdAt, (found) => deps.publications.adopt(found, xPostId));
  const isKept = outcome.outcome === 'published';
  if (!isKept && publication.charge === null) await refundPost(deps, publication, charge);
  return outcome;
};

/** Records the X id. If the publication was written meanwhile, the next attempt reads it. */
const keep = async (
  deps: Deps,
  publication: Publication,
  xPostId: string,
  at: string,
  write: (published: Publication) => Promise<Publication | undefined>,
): Promise<PartOutcome> => {
  const publishedAt = instantAfter(at, 0);
  const kept = await write(withPost(publication, xPostId, publishedAt));
  if (!kept) return unsettled(instantAfter(deps.now(), deps.pace.settleMs));
  return publishedOutcome(kept, { xPostId, publishedAt });
};

/** Sends the part once the previous part and its media are on X. */
const send = async (
  deps: Deps,
  input: PartToSend,
  publication: Publication,
  account: Account | Blocker,
  author: Author,
): Promise<PartOutcome> => {
  const { workspaceId, part, text, accountId } = input;
  const replyTo = await parentOf(deps, input);
  if (part > 0 && replyTo === null) return { outcome: 'not_reached' };
  // Checked again right before the call; this check saves writing the intent and its charge.
  if (isExpired(input, deps.now())) return notInTime(deps, publication);
  if ('outcome' in account) return account;
  const uploads = await Promise.all(
    input.mediaIds.map((mediaId) => readyUpload(deps, workspaceId, accountId, mediaId)),
  );
  const xMediaIds = uploads.flatMap((upload) => upload?.xMediaId ?? []);
  if (xMediaIds.length < uploads.length) return { outcome: 'not_reached' };

  const session = openSession(deps, account, author, { state: input.callState });
  const attempt = new Attempt(deps, session, account, publication);
  try {
    const xPostId = await attempt.make({ text, replyTo, xMediaIds, ...labelsOf(input) }, input);
    const at = deps.now().toISOString();
    const outcome = await keep(deps, attempt.publication, xPostId, at, (sent) => deps.publications.save(sent));
    await noteAcceptance(deps, account, author);
    return outcome;
  } catch (error) {
    return await attempt.outcomeOf(error, input, author);
  }
};

const labelsOf = ({ poll, replySettings, madeWithAi, paidPartnership }: PartInput) => ({
  poll,
  replySettings,
  madeWithAi,
  paidPartnership,
});

/** Another process is sending this part at the same time. */
class LostRace extends Error {}

/** The right to send ended while the call was being prepared. */
class TooLate extends Error {}

/**
 * Returns the outcome when this call sent nothing. While an earlier send is open, that must not mean "nothing was
 * published".
 */
const notInTime = (deps: Deps, { sends }: Publication): PartOutcome =>
  sends.length > 0 ? unsettled(deps.now().toISOString()) : { outcome: 'expired' };

/** One attempt to send a part: the intent, the call, and the meaning of its failure. */
class Attempt {
  readonly #deps: Deps;
  readonly #session: AccountSession;
  readonly #account: Account;
  publication: Publication;
  /** X rejected a later send as a duplicate, so an earlier one went through. */
  #isDuplicate = false;

  constructor(deps: Deps, session: AccountSession, account: Account, publication: Publication) {
    this.#deps = deps;
    this.#session = session;
    this.#account = account;
    this.publication = publication;
  }

  /**
   * Creates the post and returns its X id. Each call gets its own intent, including the repetition after a refused
   * token.
   */
  async make(post: PostToCreate, priced: PartToSend): Promise<string> {
    const created = await this.#session.call('create_post', async (token) => {
      // The charge of an earlier send pays for this one, because that send did not reach X.
      const charge = this.publication.charge ?? (await reservePost(this.#deps, this.publication, priced));
      const send = {
        at: this.#deps.now().toISOString(),
        ...printsOf(post.text, post.replyTo),
        replyTo: post.replyTo,
        mediaCount: post.xMediaIds.length,
      };
      await this.#write(intend(this.publication, send, charge));
      try {
        // After everything that can take long: nothing is awaited between this check and X's call.
        if (isExpired(priced, this.#deps.now())) throw new TooLate();
        return await this.#deps.x.createPost(token, post);
      } catch (error) {
        if (error instanceof TooLate || (error instanceof XError && provesNothingDone(error.failure))) {
          this.#isDuplicate =
            error instanceof XError && error.failure.kind === 'duplicate' && isOwnDuplicate(this.publication);
          await this.#write(withdraw(this.publication));
          if (this.publication.charge === null) await refundPost(this.#deps, this.publication, charge);
        }
        throw error;
      }
    });
    return created.xPostId;
  }

  async #write(publication: Publication): Promise<void> {
    const written = await this.#deps.publications.save(publication);
    if (!written) throw new LostRace();
    this.publication = written;
  }

  async outcomeOf(error: unknown, part: PartToPublish, author: Author): Promise<PartOutcome> {
    if (error instanceof LostRace) return unsettled(instantAfter(this.#deps.now(), this.#deps.pace.settleMs));
    if (error instanceof SkippedByBudget) return error.outcome;
    if (error instanceof TooLate) return notInTime(this.#deps, this.publication);
    if (!(error instanceof XError)) throw error;
    if (this.#isDuplicate) return this.#lookAgain(part, author);
    const step = nextStep(this.publication, this.#deps.now(), this.#deps.pace.settleMs);
    if (step.do === 'answer') return step.outcome;
    const blocker = blockerOf(error.failure, this.#deps.now(), this.#deps.random(), this.#deps.pace);
    // While an earlier send is open, a retryable failure must not mean "nothing was published".
    return step.do === 'look' && blocker.outcome === 'rate_limited' ? unsettled(blocker.retryAt) : blocker;
  }

  async #lookAgain(part: PartToPublish, author: Author): Promise<PartOutcome> {
    const step = nextStep(this.publication, this.#deps.now(), this.#deps.pace.settleMs);
    const later = unsettled(instantAfter(this.#deps.now(), this.#deps.pace.settleMs));
    if (step.do !== 'look') return later;
    try {
      const sought = { ...part, sends: this.publication.sends, since: step.since };
      return (await look(this.#deps, this.#account, this.publication, sought, author)) ?? later;
    } catch (error) {
      return afterBlindLook(this.#deps, error);
    }
  }
}

/** X did not show the timeline: whether the part was published stays unknown, and it is looked for later. */
const afterBlindLook = (deps: Deps, error: unknown): PartOutcome => {
  if (!(error instanceof XError)) throw error;
  const blocker = blockerOf(error.failure, deps.now(), deps.random(), deps.pace);
  if (blocker.outcome === 'account_unwell') return blocker;
  return unsettled('retryAt' in blocker ? blocker.retryAt : instantAfter(deps.now(), deps.pace.settleMs));
};
