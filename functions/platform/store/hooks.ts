import type { Author } from '#shared/actor.ts';
import { createWithin, oneLess } from '#shared/counts.ts';
import { entityOf, entityWriter, firstVersion, lostUpdate, nextVersion, stillAt } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import { notFound } from '#shared/errors.ts';
import type { Page } from '#shared/page.ts';
import { isNew, type Item, type Key, type PageRequest, type Table } from '#shared/table.ts';
import { daySeconds, timeToLive } from '#shared/time.ts';
import { Hook, maxHooks } from '../domain/hook.ts';

export interface HookStore {
  /** @throws DomainError `hook_not_found` */
  get(workspaceId: string, hookId: string): Promise<Hook>;
  /** Whoever's it is: who sends to it names no workspace. Undefined when there is none, or it was deleted. */
  byId(hookId: string): Promise<Hook | undefined>;
  /** @throws DomainError `too_many_hooks` */
  create(hook: New<Hook>, author: Author): Promise<Hook>;
  /** Writes the next version. @throws DomainError `changed_meanwhile` */
  save(hook: Hook, author: Author): Promise<Hook>;
  /** Forgets its secrets. @throws DomainError `changed_meanwhile` */
  delete(hook: Hook, author: Author): Promise<void>;
  /** The newest first. */
  list(workspaceId: string, page: PageRequest): Promise<Page<Hook>>;
}

const prefix = 'HOOK#';
const keyOf = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: prefix + id });

/** What they are counted by. */
const counted = 'HOOKS';

/** A deleted one is kept for a day, so that its deletion is told. */
const keptSeconds = daySeconds;

const hookItem = (hook: Hook): Item & Key => ({
  ...hook,
  ...keyOf(hook.workspaceId, hook.id),
  type: 'hook',
  ...(hook.deletedAt === null
    ? { byHookPk: hook.id, byHookSk: hook.id }
    : { ttl: timeToLive(new Date(hook.deletedAt), keptSeconds) }),
});

const standing = (item: Item | undefined): Hook | undefined => {
  const hook = item && entityOf(Hook, item);
  return hook?.deletedAt === null ? hook : undefined;
};

export const hookStore = (table: Table): HookStore => ({
  async get(workspaceId, hookId) {
    const hook = standing(await table.get(keyOf(workspaceId, hookId)));
    if (!hook) throw notFound('hook');
    return hook;
  },
  async byId(hookId) {
    const [item] = await table.queryFirst(
      {
        IndexName: 'byHook',
        keysOnly: true,
        KeyConditionExpression: 'byHookPk = :hook',
        ExpressionAttributeValues: { ':hook': hookId },
      },
      1,
    );
    return standing(item);
  },
  async create(hook, author) {
    const first = nextVersion(firstVersion(hook, table.now(), author), table.now(), author);
    await createWithin(table, hook.workspaceId, counted, maxHooks, { put: hookItem(first), condition: isNew });
    return first;
  },
  save: entityWriter(table, hookItem),
  async delete(hook, author) {
    const deleted = nextVersion({ ...hook, secrets: [], deletedAt: table.now().toISOString() }, table.now(), author);
    const writes = [{ put: hookItem(deleted), condition: stillAt(hook.version) }, oneLess(hook.workspaceId, counted)];
    if (!(await table.transact(writes))) throw lostUpdate();
  },
  list: (workspaceId, page) =>
    table.queryPage(
      {
        KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':workspace': workspaceId, ':prefix': prefix },
        ScanIndexForward: false,
      },
      page,
      standing,
    ),
});
