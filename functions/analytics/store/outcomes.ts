import type { Table } from '#shared/table.ts';
import { dayOf, daySeconds, timeToLive } from '#shared/time.ts';
import { PublishingOutcome } from '../domain/outcome.ts';

/** Posts that were not published when they were due, by day. */
export interface OutcomeStore {
  add(outcome: PublishingOutcome, keptDays: number): Promise<void>;
  /** Returns those from `from` (inclusive) to `to` (exclusive), in ms since the epoch. */
  between(workspaceId: string, from: number, to: number): Promise<PublishingOutcome[]>;
}

export const outcomeStore = (table: Table): OutcomeStore => ({
  async add(outcome, keptDays) {
    const { workspaceId, postId, kind } = outcome;
    const at = new Date(outcome.at);
    const sk = `OUTCOME#${dayOf(at)}#${postId}#${kind}`;
    const ttl = timeToLive(at, keptDays * daySeconds);
    await table.put({ ...outcome, pk: workspaceId, sk, type: 'outcome', ttl });
  },
  async between(workspaceId, from, to) {
    const items = await table.queryAll({
      KeyConditionExpression: 'pk = :workspace AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: {
        ':workspace': workspaceId,
        ':first': `OUTCOME#${dayOf(new Date(from))}#`,
        ':last': `OUTCOME#${dayOf(new Date(to))}$`,
      },
    });
    return items
      .map((item) => PublishingOutcome.parse(item))
      .filter(({ at }) => Date.parse(at) >= from && Date.parse(at) < to);
  },
});
