import type { Author } from '#shared/actor.ts';
import { entityOf, entityWriter } from '#shared/entities.ts';
import type { Page } from '#shared/page.ts';
import type { Item, Key, PageRequest, Table } from '#shared/table.ts';
import { daySeconds, timeToLive } from '#shared/time.ts';
import { SecurityEvent } from '../domain/security-event.ts';

/** Where an actor was seen before: in this network, only in others, or nowhere. */
type Seen = 'before' | 'elsewhere' | 'never';

export interface SecurityStore {
  find(workspaceId: string, securityEventId: string): Promise<SecurityEvent | undefined>;
  /** Saves the next version. @throws DomainError `changed_meanwhile` */
  save(event: SecurityEvent, author: Author): Promise<SecurityEvent>;
  /** Newest first. */
  list(workspaceId: string, page: PageRequest): Promise<Page<SecurityEvent>>;
  /** Adds to the denied requests of an actor in a five-minute window, and returns their sum. */
  countDenials(workspaceId: string, actorId: string, window: string, attempts: number): Promise<number>;
  whereWas(workspaceId: string, actorId: string, network: string): Promise<Seen>;
  /** Records that an actor was seen in a network. */
  noteNetwork(workspaceId: string, actorId: string, network: string): Promise<void>;
}

/** Partition of a workspace's security events, failed sign-ins and known networks. */
export const securityPartition = (workspaceId: string): string => `${workspaceId}#SECURITY`;
const eventKey = (workspaceId: string, id: string): Key => ({ pk: securityPartition(workspaceId), sk: id });
const networkKey = (workspaceId: string, actorId: string, network: string): Key => ({
  pk: securityPartition(workspaceId),
  sk: `SEEN#${actorId}#${network}`,
});

/** Partition and prefix of an actor's networks. */
export const placeOfNetworks = (workspaceId: string, actorId: string) => ({
  pk: securityPartition(workspaceId),
  prefix: `SEEN#${actorId}#`,
});

const eventItem = (event: SecurityEvent): Item & Key => ({
  ...event,
  ...eventKey(event.workspaceId, event.id),
  type: 'security_event',
  byAuditTimePk: securityPartition(event.workspaceId),
  byAuditTimeSk: `${event.at}#${event.id}`,
});

/** A network not used for this long counts as new again. */
const networkSeconds = 180 * daySeconds;
const windowSeconds = 60 * 60;

export const securityStore = (table: Table): SecurityStore => ({
  async find(workspaceId, securityEventId) {
    const item = await table.get(eventKey(workspaceId, securityEventId));
    return item && entityOf(SecurityEvent, item);
  },
  save: entityWriter(table, eventItem),
  list: (workspaceId, page) =>
    table.queryPage(
      {
        IndexName: 'byAuditTime',
        KeyConditionExpression: 'byAuditTimePk = :place',
        ExpressionAttributeValues: { ':place': securityPartition(workspaceId) },
        ScanIndexForward: false,
      },
      page,
      (item) => entityOf(SecurityEvent, item),
    ),
  async countDenials(workspaceId, actorId, window, attempts) {
    const item = await table.update(
      { pk: securityPartition(workspaceId), sk: `DENIALS#${actorId}#${window}` },
      {
        UpdateExpression: 'SET #ttl = :ttl ADD denials :attempts',
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: { ':attempts': attempts, ':ttl': timeToLive(table.now(), windowSeconds) },
      },
    );
    return Number(item?.denials ?? attempts);
  },
  async whereWas(workspaceId, actorId, network) {
    if (await table.get(networkKey(workspaceId, actorId, network))) return 'before';
    const others = await table.queryFirst(
      {
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :seen)',
        ExpressionAttributeValues: { ':pk': securityPartition(workspaceId), ':seen': `SEEN#${actorId}#` },
      },
      1,
    );
    return others.length > 0 ? 'elsewhere' : 'never';
  },
  async noteNetwork(workspaceId, actorId, network) {
    const ttl = timeToLive(table.now(), networkSeconds);
    await table.put({ ...networkKey(workspaceId, actorId, network), type: 'network_seen', ttl });
  },
});
