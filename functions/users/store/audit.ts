import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { entityOf } from '#shared/entities.ts';
import { errorName } from '#shared/errors.ts';
import type { Page } from '#shared/page.ts';
import { type Condition, isNew, type Item, type Key, type PageRequest, type Table } from '#shared/table.ts';
import { daySeconds, timeToLive } from '#shared/time.ts';
import { AuditLink, type AuditRow, ChainPosition, linkAfter, origin } from '../domain/audit-chain.ts';
import type { AuditEvent } from '../domain/audit-event.ts';

export interface AuditFilter {
  /** `from` is inclusive, `to` exclusive; UTC. */
  from?: string | undefined;
  to?: string | undefined;
  entityId?: string | undefined;
  eventType?: string | undefined;
  /** Who caused the event or attempted the action. */
  actorId?: string | undefined;
  /** Omitted: newest first. */
  isOldestFirst?: true;
}

export interface AuditStore {
  /** Appends an event to the workspace's chain; false if it is already there. */
  append(workspaceId: string, event: AuditEvent): Promise<boolean>;
  /** Lists events by time. */
  list(workspaceId: string, filter: AuditFilter, page: PageRequest): Promise<Page<AuditLink>>;
  /** Returns the end of the chain. */
  head(workspaceId: string): Promise<ChainPosition>;
  /** Reads the rows after a sequence in order, page by page. */
  rows(workspaceId: string, afterSequence: number): AsyncIterable<AuditRow>;
  /** Deletes at most `limit` of the oldest rows up to a sequence; returns how many it deleted. */
  removeUpTo(workspaceId: string, sequence: number, limit: number): Promise<number>;
  /** Lists the workspaces that have a chain. */
  workspaces(page: PageRequest): Promise<Page<string>>;
}

/**
 * Concurrent writers of a chain compete through a condition on its head: one wins each round. Fifty of them finish well
 * before this many rounds; otherwise the queue delivers the event again. The time limit is shorter than that of the
 * invocation, whose timeout would redeliver the entire batch.
 */
const maxRounds = 80;
const appendMs = 8_000;

/**
 * How long a duplicate event is recognized: longer than the event archive can be replayed, or a queue keeps messages.
 */
const seenSeconds = 400 * daySeconds;

const pageOfRows = 500;

const pkOf = (workspaceId: string): string => `${workspaceId}#AUDIT`;
const headKey = (workspaceId: string): Key => ({ pk: pkOf(workspaceId), sk: 'HEAD' });
const seenKey = (workspaceId: string, eventId: string): Key => ({ pk: pkOf(workspaceId), sk: `SEEN#${eventId}` });
const rowKey = (workspaceId: string, sequence: number): Key => ({
  pk: pkOf(workspaceId),
  sk: `EVENT#${String(sequence).padStart(12, '0')}`,
});

/** Rows have no `version`: they are written once, and their writes are not published. */
const rowItem = (workspaceId: string, link: AuditLink): Item & Key => {
  const time = `${link.occurredAt}#${link.id}`;
  return {
    ...link,
    ...rowKey(workspaceId, link.sequence),
    type: 'audit',
    workspaceId,
    byAuditTimePk: pkOf(workspaceId),
    byAuditTimeSk: time,
    byEntityPk: `${workspaceId}#${link.entityId}`,
    byEntitySk: time,
    byEventTypePk: `${workspaceId}#${link.eventType}`,
    byEventTypeSk: time,
    byActorPk: `${workspaceId}#${link.actor.id}`,
    byActorSk: time,
  };
};

const headItem = (workspaceId: string, { sequence, hash }: AuditLink): Item & Key => ({
  ...headKey(workspaceId),
  type: 'audit_head',
  workspaceId,
  sequence,
  hash,
  byTrailPk: 'TRAILS',
  byTrailSk: workspaceId,
});

const stillEndsAt = ({ sequence }: ChainPosition): Condition =>
  sequence === 0
    ? isNew
    : {
        ConditionExpression: '#sequence = :sequence',
        ExpressionAttributeNames: { '#sequence': 'sequence' },
        ExpressionAttributeValues: { ':sequence': sequence },
      };

/** Parses the sequence in a row's key; undefined for a malformed key. */
const sequenceOf = (item: Item): number | undefined => {
  const [, digits] = /^EVENT#(\d{12})$/.exec(String(item.sk)) ?? [];
  return digits === undefined ? undefined : Number(digits);
};

/** Parses a row. `link` is only defined if all attributes are exactly as the platform writes them. */
const rowOf = (workspaceId: string, item: Item): AuditRow => {
  const link = AuditLink.safeParse(item).data;
  const isWhole = link && isDeepStrictEqual({ ...rowItem(workspaceId, link), sk: item.sk }, item);
  return { sequence: sequenceOf(item) ?? NaN, link: isWhole ? link : undefined };
};

/** Normalizes a bound for sort keys. `#` sorts before all digits, so a bound precedes all events of its instant. */
const bound = (instant: string | undefined): string | undefined => instant && new Date(instant).toISOString();

/** Returns the index and partition to query for a filter. */
const placeOf = (workspaceId: string, { entityId, actorId, eventType }: AuditFilter) => {
  if (entityId !== undefined) return { index: 'byEntity', pk: `${workspaceId}#${entityId}` };
  if (actorId !== undefined) return { index: 'byActor', pk: `${workspaceId}#${actorId}` };
  if (eventType !== undefined) return { index: 'byEventType', pk: `${workspaceId}#${eventType}` };
  return { index: 'byAuditTime', pk: pkOf(workspaceId) };
};

export const auditStore = (table: Table): AuditStore => {
  const head = async (workspaceId: string): Promise<ChainPosition> => {
    const item = await table.get(headKey(workspaceId));
    return item ? entityOf(ChainPosition, item) : origin;
  };
  /**
   * Returns the position to append after: the end of the chain, or rows that someone planted after it. Those break the
   * chain, which verification detects; but no event is lost.
   */
  const lastPlace = async (workspaceId: string, end: ChainPosition): Promise<ChainPosition> => {
    const [last] = await table.queryFirst(
      {
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: {
          ':pk': pkOf(workspaceId),
          ':from': rowKey(workspaceId, end.sequence + 1).sk,
          ':to': 'EVENT#:',
        },
        ConsistentRead: true,
        ScanIndexForward: false,
      },
      1,
    );
    const sequence = last && sequenceOf(last);
    return sequence === undefined ? end : { sequence, hash: String(last?.hash) };
  };
  /** Writes the event, its duplicate marker and the new head atomically. */
  const carryOn = async (
    workspaceId: string,
    end: ChainPosition,
    place: ChainPosition,
    event: AuditEvent,
  ): Promise<boolean> => {
    const link = linkAfter(place, event);
    const seen = { ...seenKey(workspaceId, event.id), type: 'audit_seen', ttl: timeToLive(table.now(), seenSeconds) };
    try {
      return await table.transact([
        { put: rowItem(workspaceId, link), condition: isNew },
        { put: seen, condition: isNew },
        { put: headItem(workspaceId, link), condition: stillEndsAt(end) },
      ]);
    } catch (error) {
      // Another writer held the head during all retries: the caller reads the current state again.
      if (errorName(error) === 'TransactionCanceledException') return false;
      throw error;
    }
  };

  return {
    head,
    async append(workspaceId, event) {
      const until = table.now().getTime() + appendMs;
      let before: ChainPosition | undefined;
      for (let round = 1; round <= maxRounds && table.now().getTime() < until; round += 1) {
        const end = await head(workspaceId);
        // The head did not change, and yet the write failed: a row that the head does not know has its position.
        const place = before?.sequence === end.sequence ? await lastPlace(workspaceId, end) : end;
        if (await carryOn(workspaceId, end, place, event)) return true;
        if (await table.get(seenKey(workspaceId, event.id))) return false;
        before = end;
        await sleep(Math.random() * Math.min(200, 5 * 2 ** round));
      }
      throw new Error(`Too many write to the audit trail of ${workspaceId} at once`);
    },
    list: (workspaceId, filter, page) => {
      const { index, pk } = placeOf(workspaceId, filter);
      const { eventType, actorId } = filter;
      return table.queryPage(
        {
          IndexName: index,
          KeyConditionExpression: `${index}Pk = :place AND ${index}Sk BETWEEN :from AND :to`,
          ExpressionAttributeValues: {
            ':place': pk,
            ':from': bound(filter.from) ?? '0',
            ':to': bound(filter.to) ?? ':',
          },
          ScanIndexForward: filter.isOldestFirst ?? false,
        },
        page,
        (item) => {
          const link = entityOf(AuditLink, item);
          const isOfType = eventType === undefined || link.eventType === eventType;
          return isOfType && (actorId === undefined || link.actor.id === actorId) ? link : undefined;
        },
      );
    },
    async *rows(workspaceId, afterSequence) {
      const query = {
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: {
          ':pk': pkOf(workspaceId),
          ':from': rowKey(workspaceId, afterSequence + 1).sk,
          ':to': 'EVENT#:',
        },
        ConsistentRead: true,
      };
      let cursor: string | undefined;
      do {
        const page = { limit: pageOfRows, cursor, scope: {} };
        const { items, nextCursor } = await table.queryPage(query, page, (item) => rowOf(workspaceId, item));
        yield* items;
        cursor = nextCursor ?? undefined;
      } while (cursor !== undefined);
    },
    async removeUpTo(workspaceId, sequence, limit) {
      const oldest = await table.queryFirst(
        {
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
          ExpressionAttributeValues: {
            ':pk': pkOf(workspaceId),
            ':from': 'EVENT#',
            ':to': rowKey(workspaceId, sequence).sk,
          },
        },
        limit,
      );
      // Oldest first, in small batches.
      for (let from = 0; from < oldest.length; from += 25) {
        await Promise.all(
          oldest.slice(from, from + 25).map(({ pk, sk }) => table.delete({ pk: String(pk), sk: String(sk) })),
        );
      }
      return oldest.length;
    },
    workspaces: (page) =>
      table.queryPage(
        {
          IndexName: 'byTrail',
          KeyConditionExpression: 'byTrailPk = :trails',
          ExpressionAttributeValues: { ':trails': 'TRAILS' },
          keysOnly: true,
        },
        page,
        (item) => String(item.workspaceId),
      ),
  };
};
