import * as z from 'zod';
import type { Author } from '#shared/actor.ts';
import { createWithin, oneLess } from '#shared/counts.ts';
import { dueAt, dueBy } from '#shared/due.ts';
import { entityOf, firstVersion, lostUpdate, nextVersion, stillAt } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import { notFound } from '#shared/errors.ts';
import { AutomationId, PersonId } from '#shared/ids.ts';
import type { Page } from '#shared/page.ts';
import { isNew, type Item, type Key, type PageRequest, type Table, type TransactWrite } from '#shared/table.ts';
import { daySeconds, timeToLive } from '#shared/time.ts';
import { Automation, AutomationVersion, type Definition, maxAutomations, Trigger } from '../domain/automation.ts';
import { Condition } from '../domain/automation-step.ts';

/** What decides whether an event triggers an automation that is on. */
export const Listener = z.object({
  automationId: AutomationId,
  liveVersion: z.int(),
  trigger: Trigger,
  condition: Condition.nullable(),
  personId: PersonId,
});
export type Listener = z.infer<typeof Listener>;

export interface AutomationStore {
  /** @throws DomainError `automation_not_found` */
  get(workspaceId: string, automationId: string): Promise<Automation>;
  find(workspaceId: string, automationId: string): Promise<Automation | undefined>;
  /** @throws DomainError `too_many_automations` */
  create(automation: New<Automation>, author: Author): Promise<Automation>;
  /** Writes the next version, and the definition if it is new. @throws DomainError `changed_meanwhile` */
  save(automation: Automation, author: Author, isNewDefinition?: boolean): Promise<Automation>;
  /** @throws DomainError `changed_meanwhile` */
  delete(automation: Automation, author: Author): Promise<void>;
  /** Newest first. */
  list(workspaceId: string, page: PageRequest): Promise<Page<Automation>>;
  version(workspaceId: string, automationId: string, version: number): Promise<AutomationVersion | undefined>;
  /** Newest first. */
  versions(workspaceId: string, automationId: string, page: PageRequest): Promise<Page<AutomationVersion>>;
  /** Counts the changes to the workspace's automations; 0 if it never had one. */
  turn(workspaceId: string): Promise<number>;
  /** Automations that are on and triggered by events. */
  listeners(workspaceId: string): Promise<Listener[]>;
  /** Automations that are on and act for this person or service account. */
  onOf(workspaceId: string, personId: string): Promise<Automation[]>;
  /** Automations of all workspaces whose schedule is due, longest overdue first. */
  due(now: Date, limit: number): Promise<Automation[]>;
}

export const automationKey = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `AUTOMATION#${id}` });
const versionPrefix = (id: string): string => `AUTOMATION_VERSION#${id}#`;
const versionKey = (workspaceId: string, id: string, version: number): Key => ({
  pk: workspaceId,
  sk: versionPrefix(id) + String(version).padStart(6, '0'),
});
const listenerKey = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `AUTOMATION_LISTENER#${id}` });
const turnKey = (workspaceId: string): Key => ({ pk: workspaceId, sk: 'AUTOMATION_TURN' });

const counted = 'AUTOMATIONS';

const automationItem = (automation: Automation): Item & Key => ({
  ...automation,
  ...automationKey(automation.workspaceId, automation.id),
  type: 'automation',
  // Kept for a day, so that its deletion is published.
  ...(automation.status === 'deleted' && { ttl: timeToLive(new Date(automation.updatedAt), daySeconds) }),
  ...(automation.status === 'on' &&
    automation.nextAt !== null &&
    dueAt('AUTOMATIONS', automation.nextAt, automation.id)),
});

const definitionOf = ({ name, trigger, condition, steps, limits }: Automation): Definition => ({
  ...{ name, trigger, condition, steps, limits },
});

const versionWrite = (automation: Automation): TransactWrite => ({
  put: {
    ...versionKey(automation.workspaceId, automation.id, automation.liveVersion),
    ...{ type: 'automation_version', workspaceId: automation.workspaceId, automationId: automation.id },
    ...{ definition: definitionOf(automation), savedAt: automation.updatedAt, savedBy: automation.changedBy.id },
    // Not named `version`, or the stream filter would take the item for an entity.
    definitionVersion: automation.liveVersion,
  },
});

/** Automations that are on have a separate small item, all of which are read at most once after each change. */
const listenerWrite = ({ workspaceId, id, status, by, liveVersion, trigger, condition }: Automation): TransactWrite =>
  status === 'on' && by && trigger.kind !== 'schedule'
    ? {
        put: {
          ...listenerKey(workspaceId, id),
          ...{ type: 'automation_listener', workspaceId, automationId: id, liveVersion, trigger, condition },
          personId: by.personId,
        },
      }
    : { delete: listenerKey(workspaceId, id) };

const turnWrite = (workspaceId: string): TransactWrite => ({
  update: turnKey(workspaceId),
  with: {
    UpdateExpression: 'ADD turn :one SET #type = :type',
    ExpressionAttributeNames: { '#type': 'type' },
    ExpressionAttributeValues: { ':one': 1, ':type': 'automation_turn' },
  },
});

/** The definition stored in an item. */
export const versionOf = (item: Item): AutomationVersion =>
  entityOf(AutomationVersion, { ...item, version: item.definitionVersion });

export const automationStore = (table: Table): AutomationStore => {
  const find = async (workspaceId: string, automationId: string): Promise<Automation | undefined> => {
    const item = await table.get(automationKey(workspaceId, automationId));
    const automation = item && entityOf(Automation, item);
    return automation?.status === 'deleted' ? undefined : automation;
  };
  const writesOf = (next: Automation, read: number, isNewDefinition: boolean): TransactWrite[] => [
    { put: automationItem(next), condition: read === 0 ? isNew : stillAt(read) },
    ...(isNewDefinition ? [versionWrite(next)] : []),
    listenerWrite(next),
    turnWrite(next.workspaceId),
  ];
  const listing = (workspaceId: string, prefix: string) => ({
    KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':workspace': workspaceId, ':prefix': prefix },
  });
  return {
    find,
    async get(workspaceId, automationId) {
      const automation = await find(workspaceId, automationId);
      if (!automation) throw notFound('automation');
      return automation;
    },
    async create(automation, author) {
      const first = nextVersion(firstVersion(automation, table.now(), author), table.now(), author);
      await createWithin(table, first.workspaceId, counted, maxAutomations, ...writesOf(first, 0, true));
      return first;
    },
    async save(automation, author, isNewDefinition = false) {
      const next = nextVersion(automation, table.now(), author);
      if (!(await table.transact(writesOf(next, automation.version, isNewDefinition)))) throw lostUpdate();
      return next;
    },
    async delete(automation, author) {
      const deleted: Automation = { ...automation, status: 'deleted', nextAt: null };
      const next = nextVersion(deleted, table.now(), author);
      const writes = [...writesOf(next, automation.version, false), oneLess(automation.workspaceId, counted)];
      if (!(await table.transact(writes))) throw lostUpdate();
    },
    list: (workspaceId, page) =>
      table.queryPage({ ...listing(workspaceId, 'AUTOMATION#'), ScanIndexForward: false }, page, (item) => {
        const automation = entityOf(Automation, item);
        return automation.status === 'deleted' ? undefined : automation;
      }),
    async version(workspaceId, automationId, version) {
      const item = await table.get(versionKey(workspaceId, automationId, version));
      return item && versionOf(item);
    },
    versions: (workspaceId, automationId, page) =>
      table.queryPage(
        { ...listing(workspaceId, versionPrefix(automationId)), ScanIndexForward: false },
        page,
        versionOf,
      ),
    async turn(workspaceId) {
      return Number((await table.get(turnKey(workspaceId)))?.turn ?? 0);
    },
    async listeners(workspaceId) {
      const items = await table.queryAll({ ...listing(workspaceId, 'AUTOMATION_LISTENER#'), ConsistentRead: true });
      return items.map((item) => entityOf(Listener, item));
    },
    async onOf(workspaceId, personId) {
      const items = await table.queryAll(listing(workspaceId, 'AUTOMATION#'));
      return items
        .map((item) => entityOf(Automation, item))
        .filter(({ status, by }) => status === 'on' && by?.personId === personId);
    },
    async due(now, limit) {
      const items = await dueBy(table, 'AUTOMATIONS', now, limit);
      return items.map((item) => entityOf(Automation, item));
    },
  };
};
