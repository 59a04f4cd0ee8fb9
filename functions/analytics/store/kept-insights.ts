import type { Author } from '#shared/actor.ts';
import { entityOf, entityWriter, firstVersion } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import type { Page } from '#shared/page.ts';
import type { Item, Key, PageRequest, Table } from '#shared/table.ts';
import { daySeconds, timeToLive } from '#shared/time.ts';
import { InsightAnswer } from '../domain/insight.ts';
import { KeptInsight, type KeptKind, subjectIdOf } from '../domain/kept-insight.ts';
import { pack, unpack } from './packed.ts';

/** The latest answers about accounts and campaigns: one item for each kind and metric. */
export interface KeptInsightStore {
  find(workspaceId: string, subjectId: string, kind: KeptKind, metric: string): Promise<KeptInsight | undefined>;
  create(insight: New<KeptInsight>, author: Author): Promise<KeptInsight>;
  /** @throws DomainError `changed_meanwhile` */
  save(insight: KeptInsight, author: Author): Promise<KeptInsight>;
  /** Returns the wanted insights of a workspace, or of one subject, in no particular order. */
  list(
    workspaceId: string,
    filter: { subjectId?: string | undefined; kind?: KeptKind | undefined },
    page: PageRequest,
    isWanted: (insight: KeptInsight) => boolean,
  ): Promise<Page<KeptInsight>>;
}

/** How long an answer is stored that is no longer updated, such as that of a campaign that has ended. */
const keptSeconds = 400 * daySeconds;

const prefix = 'INSIGHT#';

const keyOf = (workspaceId: string, subjectId: string, kind: KeptKind, metric: string): Key => ({
  pk: workspaceId,
  sk: `${prefix}${subjectId}#${kind}#${metric}`,
});

const itemOf = ({ answer, ...insight }: KeptInsight): Item & Key => ({
  ...insight,
  ...keyOf(insight.workspaceId, subjectIdOf(insight.subject), insight.kind, insight.metric),
  type: 'insight',
  packed: pack(answer),
  ttl: timeToLive(new Date(insight.updatedAt), keptSeconds),
});

/** Returns the insight in an item; also for the events of the stream. */
export const insightOf = (item: Item): KeptInsight =>
  entityOf(KeptInsight, { ...item, answer: unpack(InsightAnswer, item.packed) });

export const keptInsightStore = (table: Table): KeptInsightStore => {
  const save = entityWriter(table, itemOf);
  return {
    async find(workspaceId, subjectId, kind, metric) {
      const item = await table.get(keyOf(workspaceId, subjectId, kind, metric));
      return item && insightOf(item);
    },
    create: (insight, author) => save(firstVersion(insight, table.now(), author), author),
    save,
    list: (workspaceId, { subjectId, kind }, page, isWanted) =>
      table.queryPage(
        {
          KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :prefix)',
          ExpressionAttributeValues: {
            ':workspace': workspaceId,
            ':prefix': subjectId === undefined ? prefix : `${prefix}${subjectId}#`,
          },
        },
        page,
        (item) => {
          if (kind !== undefined && item.kind !== kind) return undefined;
          const insight = insightOf(item);
          return isWanted(insight) ? insight : undefined;
        },
      ),
  };
};
