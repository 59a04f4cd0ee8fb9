import type { Author } from '#shared/actor.ts';
import { unlessOvertaken } from '#shared/entities.ts';
import { dayMs } from '#shared/time.ts';
import type { Deps } from '../deps.ts';
import type { InsightAnswer, InsightSubject } from '../domain/insight.ts';
import type { InsightMetric } from '../domain/insight-details.ts';
import { type KeptInsight, type KeptKind, seenAfter, subjectIdOf } from '../domain/kept-insight.ts';

/** A finding that is gone and comes back within this is no news. */
const rememberedMs = 28 * dayMs;

/** What was asked, and the answer of now. */
export interface Asked {
  workspaceId: string;
  subject: InsightSubject;
  kind: KeptKind;
  metric: InsightMetric;
  answer: InsightAnswer;
}

/** The answer as it is kept, after what was kept before. */
const keptAs = (before: KeptInsight | undefined, asked: Asked, now: Date) => ({
  ...asked,
  seen: seenAfter(before?.seen ?? [], asked.answer, now, rememberedMs),
});

/**
 * Keeps the answer of now; the stream tells what is new in it.
 * @param first runs before it is kept, with what was kept before: what it does is done again when keeping fails
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
  // A schedule may start two executions at once: the other has then just kept its answer.
  await unlessOvertaken(before ? insights.save({ ...before, ...next }, author) : insights.create(next, author));
};
