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
  /** From (inclusive) and to (exclusive), UTC. */
  from?: string | undefined;
  to?: string | undefined;
  entityId?: string | undefined;
  eventType?: string | undefined;
  /** Who did it, or tried to. */
  actorId?: string | undefined;
  /** Left out: the newest first. */
  isOldestFirst?: true;
}

export interface AuditStore {
  /** Adds an event to the end of the workspace's chain; false for one that is there already. */
  append(workspaceId: string, event: AuditEvent): Promise<boolean>;
  /** By time. */
  list(workspaceId: string, filter: AuditFilter, page: PageRequest): Promise<Page<AuditLink>>;
  /** The end of the chain. */
  head(workspaceId: string): Promise<ChainPosition>;
  /** What lies behind that sequence, in order, read page by page as it is asked for. */
  rows(workspaceId: string, afterSequence: number): AsyncIterable<AuditRow>;
  /** Deletes at most `limit` of the oldest rows up to a sequence; returns how many it deleted. */
  removeUpTo(workspaceId: string, sequence: number, limit: number): Promise<number>;
  /** A page of the workspaces that have a chain. */
  workspaces(page: PageRequest): Promise<Page<string>>;
}

/**
 * Writers of one chain take turns by the condition on its head: in each round one wins. Fifty at once are through well
 * before this many rounds; who is not is delivered again by the queue. The time ends before that of the invocation, with
 * which the whole batch would be delivered again.
 */
const maxRounds = 80;
const appendMs = 8_000;

/** An event is known again this long: longer than the archive of events can be replayed, or a queue keeps anything. */
const seenSeconds = 400 * daySeconds;

const pageOfRows = 500;

const pkOf = (workspaceId: string): string => `${workspaceId}#AUDIT`;
const headKey = (workspaceId: string): Key => ({ pk: pkOf(workspaceId), sk: 'HEAD' });
const seenKey = (workspaceId: string, eventId: string): Key => ({ pk: pkOf(workspaceId), sk: `SEEN#${eventId}` });
const rowKey = (workspaceId: string, sequence: number): Key => ({
  pk: pkOf(workspaceId),
  sk: `EVENT#${String(sequence).padStart(12, '0')}`,
});

/** The trail has no `version`: it is written once, and its writes are not published. */
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

/** The sequence in the key of a row; undefined for a key that is not ours. */
const sequenceOf = (item: Item): number | undefined => {
  const [, digits] = /^EVENT#(\d{12})$/.exec(String(item.sk)) ?? [];
  return digits === undefined ? undefined : Number(digits);
};

/** What lies there, attribute by attribute as this platform would have written it, or no link. */
const rowOf = (workspaceId: string, item: Item): AuditRow => {
  const link = AuditLink.safeParse(item).data;
  const isWhole = link && isDeepStrictEqual({ ...rowItem(workspaceId, link), sk: item.sk }, item);
  return { sequence: sequenceOf(item) ?? NaN, link: isWhole ? link : undefined };
};

/** An instant as sort keys have it; `#` sorts before every digit, so that a bound is before all of its instant. */
const bound = (instant: string | undefined): string | undefined => instant && new Date(instant).toISOString();

/** The index that holds what a filter asks for side by side. */
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
   * Where the next event goes: behind the end, and behind what somebody has planted there. That breaks the chain, and is
   * found by whoever verifies it; no event is lost for it.
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
  /** The event, the mark that it is there, and the new end of the chain: all of it, or nothing. */
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
      // Another writer held the head for as long as the table tried: the caller reads the current state again.
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
        // Nobody else was quicker, and yet it failed: the place is taken by what the end of the chain does not know.
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
      // The oldest first, a few at a time.
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
