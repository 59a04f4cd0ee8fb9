import {
  type AutomationOrder,
  isTooLate,
  mayHaveDone,
  notPermittedStep,
  type PostStep,
  refusedStep,
  type StepOutcome,
} from '#events/automation-steps.ts';
import type { Chain } from '#shared/actor.ts';
import { isLostUpdate } from '#shared/entities.ts';
import { DomainError, notFound } from '#shared/errors.ts';
import { derivedId } from '#shared/ids.ts';
import { overriding } from '#shared/lazy.ts';
import { beginningOf } from '#shared/text.ts';
import { submitForApproval } from '../approval/approve.ts';
import { prepareWrite, requireReady } from '../checks/readiness.ts';
import type { Deps } from '../deps.ts';
import { draft, type Post, schedule } from '../domain/post.ts';
import { inWords } from '../domain/refusal-in-words.ts';
import { repostOf, repostsPerDay } from '../domain/repost.ts';
import { assertNotStopped, noStops } from '../domain/stops.ts';
import type { Template, VariableValue } from '../domain/template.ts';
import { mayReschedule, type Writer } from '../may-change.ts';
import { queuePost } from '../queue/enqueue.ts';
import { fill } from '../templates/fill.ts';

/**
 * Carries out a step of an automation. What it creates has an id derived from the run and the step, so that a retry
 * creates nothing twice. Refusals are returned as an outcome, not thrown.
 * @throws DomainError `changed_meanwhile`: the workflow retries
 */
export const actForAutomation = async (
  deps: Deps,
  order: AutomationOrder,
  step: PostStep,
  correlationId: string,
): Promise<StepOutcome> => {
  if (!mayHaveDone(order.by.role, step.kind)) return notPermittedStep;
  try {
    const made = await carryOut(inTime(deps, order), order, step, writerFor(order, correlationId));
    return { outcome: 'done', made, facts: null, message: null };
  } catch (error) {
    if (error instanceof TooLate) return { outcome: 'too_late' };
    if (!(error instanceof DomainError) || isLostUpdate(error)) throw error;
    const { code, message } = inWords(error);
    return refusedStep(code, message);
  }
};

/** It is too late to begin anything: the automation may have been switched off since. */
class TooLate extends Error {}

/** Refuses writes once it is too late for the step: the reads before them may have taken long. */
const inTime = (deps: Deps, order: AutomationOrder): Deps => {
  const { posts, queues, reposts, comments, now } = deps;
  const timely = <Written>(write: () => Promise<Written>): Promise<Written> => {
    if (isTooLate(order, now())) throw new TooLate();
    return write();
  };
  return {
    ...deps,
    posts: overriding(posts, {
      create: async (...given) => timely(() => posts.create(...given)),
      save: async (...given) => timely(() => posts.save(...given)),
    }),
    queues: overriding(queues, { take: async (...given) => timely(() => queues.take(...given)) }),
    reposts: overriding(reposts, { create: async (...given) => timely(() => reposts.create(...given)) }),
    comments: overriding(comments, { create: async (...given) => timely(() => comments.create(...given)) }),
  };
};

/** The automation writes, in the name of whoever switched it on. */
const writerFor = (
  { workspaceId, automationId, chain, by: { personId, people, role } }: AutomationOrder,
  correlationId: string,
): Writer & { chain: Chain } => ({
  ...{ workspaceId, personId, people, role, chain, correlationId },
  actor: { type: 'automation', id: automationId },
});

type Made = Extract<StepOutcome, { outcome: 'done' }>['made'];

const carryOut = async (deps: Deps, order: AutomationOrder, step: PostStep, writer: Writer): Promise<Made> => {
  const { workspaceId } = order;
  switch (step.kind) {
    case 'draft_post':
      return { kind: 'post', id: (await written(deps, order, step, writer)).id };
    case 'schedule_post': {
      const post = await written(deps, order, step, writer);
      const now = deps.now();
      // A retry: the post already has its time.
      if (post.status !== 'draft') return { kind: 'post', id: post.id };
      const scheduled = { ...schedule(post, step.publishAt, null, now), scheduledBy: writer.personId };
      return { kind: 'post', id: (await deps.posts.save(await requireReady(deps, scheduled), writer)).id };
    }
    case 'queue_post': {
      const post = await written(deps, order, step, writer);
      return { kind: 'post', id: post.status === 'draft' ? (await queuePost(deps, post, writer)).id : post.id };
    }
    case 'submit_post': {
      const post = await deps.posts.get(workspaceId, step.postId);
      const submittedInStep = `${order.runId}/${order.step}`;
      // A retry: reviewers have it, or have already decided.
      if (post.submittedInStep === submittedInStep) return { kind: 'post', id: post.id };
      const submitted = { ...post, submittedInStep };
      return { kind: 'post', id: (await submitForApproval(deps, submitted, writer, step.comment ?? undefined)).id };
    }
    case 'repost_post':
      return { kind: 'repost', id: await repost(deps, order, step.postId, writer) };
  }
};

type Writing = Extract<PostStep, { templateId: string }>;

/** The draft of this step: a new one, or that of an earlier attempt. */
const written = async (
  deps: Deps,
  order: AutomationOrder,
  { accountId, templateId, values }: Writing,
  writer: Writer,
): Promise<Post> => {
  const { workspaceId, automationId, runId, step, triggeredAt } = order;
  const id = derivedId('pst', triggeredAt, `${runId}/${step}`);
  const standing = await deps.posts.find(workspaceId, id);
  if (standing?.status === 'deleted') throw notFound('post');
  if (standing) return standing;
  const template = (await deps.templates.findAll(workspaceId, [templateId])).get(templateId);
  if (!template) throw notFound('template');
  const made = draft({
    ...{ id, workspaceId, accountId, parts: fill(template, typed(template, values)) },
    ...{ writtenBy: writer.personId, writers: writer.people },
  });
  const post = { ...made, writerSchedules: mayReschedule(writer), madeBy: { automationId, runId } };
  return deps.posts.create(await prepareWrite(deps, post), writer);
};

/**
 * Converts values of an event, which are texts of any length: number variables get a number, text variables a text cut
 * to their maximum, and empty values are left out.
 */
const typed = ({ variables }: Template, values: Readonly<Record<string, string>>): Record<string, VariableValue> =>
  Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== '')
      .map(([name, value]): [string, VariableValue] => {
        const variable = variables.find((each) => each.name === name);
        if (variable?.type === 'number' && /^-?\d+(\.\d+)?$/.test(value)) return [name, Number(value)];
        return [name, variable?.type === 'text' ? cut(value, variable.maxLength) : value];
      }),
  );

/** Cuts a text that is too long, never within a character. */
const cut = (value: string, longest: number): string =>
  value.length <= longest ? value : `${beginningOf(value, longest - 1).trimEnd()}…`;

const repost = async (deps: Deps, order: AutomationOrder, postId: string, writer: Writer): Promise<string> => {
  const { posts, reposts, stops, dailyLimits } = deps;
  const { workspaceId, runId, step, triggeredAt } = order;
  const id = derivedId('rps', triggeredAt, `${runId}/${step}`);
  if (await reposts.find(workspaceId, postId, id)) return id;
  const wanted = repostOf(id, await posts.get(workspaceId, postId));
  assertNotStopped((await stops.find(workspaceId)) ?? noStops(workspaceId), wanted.accountId);
  await dailyLimits.count(workspaceId, `REPOSTS#${wanted.accountId}`, repostsPerDay);
  return (await reposts.create(wanted, writer)).id;
};
