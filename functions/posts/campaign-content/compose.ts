import { type CompositionOrder, type CompositionOutcome, longestMessage } from '#events/campaign-content.ts';
import { isLostUpdate } from '#shared/entities.ts';
import { DomainError, notFound } from '#shared/errors.ts';
import { findReference, patienceFor } from '#shared/events/reference.ts';
import type { TaskOrigin } from '#shared/lambda/task.ts';
import { inLanes } from '#shared/lanes.ts';
import { prepareWrite } from '../checks/readiness.ts';
import type { Deps } from '../deps.ts';
import { isSameContent } from '../domain/content-hash.ts';
import { draft, type Post } from '../domain/post.ts';
import { inWords } from '../domain/refusal-in-words.ts';
import { mayReschedule, type Writer } from '../may-change.ts';
import { fill } from '../templates/fill.ts';
import { batchOf } from '../transfer/batch.ts';
import { markParts, rewritePost } from '../writing/write-post.ts';
import { writerOf } from './writer.ts';

type Slot = CompositionOrder['slots'][number];

/** Number of posts written concurrently. */
const lanes = 5;

/**
 * Creates a draft from each slot's template and values, under the given id, with links tagged as the campaign requires.
 * An existing draft is edited, unless somebody else has edited it since. A refusal is returned as the slot's problem,
 * not thrown. Repeating the call changes nothing.
 * @throws DomainError `campaign_not_found` until an event of the campaign has arrived, `changed_meanwhile`: the
 *   workflow retries
 */
export const composeForCampaign = async (
  deps: Deps,
  { workspaceId, campaignId, by, slots }: CompositionOrder,
  origin: TaskOrigin,
): Promise<CompositionOutcome> => {
  const patience = patienceFor(campaignId, deps.now(), deps.patience);
  const [campaign, templates, standing] = await Promise.all([
    findReference(() => deps.campaigns.find(workspaceId, campaignId), patience),
    deps.templates.findAll(
      workspaceId,
      slots.map(({ templateId }) => templateId),
    ),
    deps.posts.findAll(
      workspaceId,
      slots.map(({ postId }) => postId),
    ),
  ]);
  if (!campaign) throw notFound('campaign');
  const { utm } = campaign;
  const batch = batchOf(deps);
  const writer = writerOf(workspaceId, by, origin);
  const posts = await inLanes(slots, lanes, async (slot) => {
    const { slotKey, postId, templateId, values } = slot;
    const problem = await problemOf(async () => {
      const template = templates.get(templateId);
      if (!template) throw notFound('template');
      const filled = fill(template, values);
      const parts = utm ? await markParts(filled, utm) : filled;
      await write(batch, writer, { ...slot, campaignId, parts }, standing.get(postId));
    });
    return { slotKey, postId, problem };
  });
  return { posts };
};

type Composition = Pick<Slot, 'postId' | 'accountId'> & Pick<Post, 'parts'> & { campaignId: string };

const write = async (
  deps: Deps,
  writer: Writer,
  { postId: id, accountId, parts, campaignId }: Composition,
  standing: Post | undefined,
): Promise<void> => {
  if (!standing) {
    const { workspaceId, personId, people } = writer;
    const made = draft({ id, workspaceId, accountId, parts, writtenBy: personId, writers: people });
    const composed = { campaignId, contentVersion: made.contentVersion };
    const post = { ...made, writerSchedules: mayReschedule(writer), composed };
    await deps.posts.create(await prepareWrite(deps, post), writer);
    return;
  }
  const { status, contentVersion } = standing;
  if (status === 'deleted') throw changed('post_deleted', 'The post was deleted.');
  const isOurs = standing.composed?.campaignId === campaignId;
  if (isOurs && isSameContent({ ...standing, accountId, parts }, standing)) return;
  if (!isOurs || status !== 'draft' || standing.composed?.contentVersion !== contentVersion) {
    throw changed('post_changed', 'The post was edited or scheduled since the campaign created it.');
  }
  const composed = { campaignId, contentVersion: contentVersion + 1 };
  await rewritePost(deps, writer, { ...standing, composed }, { accountId, parts });
};

const changed = (code: string, message: string): DomainError => new DomainError('conflict', code, message);

type Problem = CompositionOutcome['posts'][number]['problem'];

/** Returns why a piece of work was refused, in words; null if it was done. */
const problemOf = async (work: () => Promise<void>): Promise<Problem> => {
  try {
    await work();
    return null;
  } catch (error) {
    if (!(error instanceof DomainError) || isLostUpdate(error)) throw error;
    const { code, message } = inWords(error);
    return { code, message: message.slice(0, longestMessage) };
  }
};
