import type { Author } from '#shared/actor.ts';
import { unlessOvertaken } from '#shared/entities.ts';
import { dayMs } from '#shared/time.ts';
import type { Deps } from '../deps.ts';
import type { InsightAnswer, InsightSubject } from '../domain/insight.ts';
import type { InsightMetric } from '../domain/insight-details.ts';
import { type KeptInsight, type KeptKind, seenAfter, subjectIdOf } from '../domain/kept-insight.ts';

/** A finding that comes back within this time is not new. */
const rememberedMs = 28 * dayMs;

/** A question and its current answer. */
export interface Asked {
  workspaceId: string;
  subject: InsightSubject;
  kind: KeptKind;
  metric: InsightMetric;
  answer: InsightAnswer;
}

/** Returns what to store of an answer, given what was stored before. */
const keptAs = (before: KeptInsight | undefined, asked: Asked, now: Date) => ({
  ...asked,
  seen: seenAfter(before?.seen ?? [], asked.answer, now, rememberedMs),
});

/**
 * Stores the current answer; the stream publishes what is new in it.
 * @param first runs before the write, with what was stored before; it runs again when a failed write is retried
 */
export const keepInsight = async (
  { insights, now }: Pick<Deps, 'insights' | 'now'>,
  asked: Asked,
  author: Author,
  first: (before: KeptInsight | undefined) => Promise<void>,
): Promise<void> => {
  const before = await insights.find(asked.workspaceId, subjectIdOf(asked.subject), asked.kind, asked.metric);
  await first(before);
  const next = keptAs(before, asked, now());
  // A schedule can start two executions at the same time: the other one has just stored its answer.
  await unlessOvertaken(before ? insights.save({ ...before, ...next }, author) : insights.create(next, author));
};
