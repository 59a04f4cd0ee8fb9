import type { Author } from '#shared/actor.ts';
import { deletableStore, present } from '#shared/deletable.ts';
import { firstVersion } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import { notFound } from '#shared/errors.ts';
import type { Page } from '#shared/page.ts';
import type { PageRequest, Table } from '#shared/table.ts';
import { Hook, maxHooks } from '../domain/hook.ts';

export interface HookStore {
  /** @throws DomainError `hook_not_found` */
  get(workspaceId: string, hookId: string): Promise<Hook>;
  /** Finds a hook in any workspace, because senders do not name one. Undefined if it does not exist or was deleted. */
  byId(hookId: string): Promise<Hook | undefined>;
  /** @throws DomainError `too_many_hooks` */
  create(hook: New<Hook>, author: Author): Promise<Hook>;
  /** Saves the next version. @throws DomainError `changed_meanwhile` */
  save(hook: Hook, author: Author): Promise<Hook>;
  /** Deletes the hook and its secrets. @throws DomainError `changed_meanwhile` */
  delete(hook: Hook, author: Author): Promise<void>;
  /** Newest first. */
  list(workspaceId: string, page: PageRequest): Promise<Page<Hook>>;
}

export const hookStore = (table: Table): HookStore => {
  const hooks = deletableStore(table, {
    type: 'hook',
    schema: Hook,
    notFound: () => notFound('hook'),
    bound: maxHooks,
    indexed: ({ id }) => ({ byHookPk: id, byHookSk: id }),
  });
  return {
    ...hooks,
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
      return item && present(Hook, item);
    },
    create: (hook, author) => hooks.create(firstVersion(hook, table.now(), author), author),
    delete: (hook, author) => hooks.delete({ ...hook, secrets: [] }, author),
  };
};
