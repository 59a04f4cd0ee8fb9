import type { Author } from '#shared/actor.ts';
import { entityOf, entityWriter, firstVersion } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import type { Item, Key, Table } from '#shared/table.ts';
import { PostingRules } from '../domain/posting-rules.ts';

/** Times at which people do not want accounts to post. */
export interface PostingRulesStore {
  find(workspaceId: string, accountId: string): Promise<PostingRules | undefined>;
  create(rules: New<PostingRules>, author: Author): Promise<PostingRules>;
  /** @throws DomainError `changed_meanwhile` */
  save(rules: PostingRules, author: Author): Promise<PostingRules>;
}

const keyOf = (workspaceId: string, accountId: string): Key => ({ pk: workspaceId, sk: `POSTING_RULES#${accountId}` });

const itemOf = (rules: PostingRules): Item & Key => ({
  ...rules,
  ...keyOf(rules.workspaceId, rules.accountId),
  type: 'posting_rules',
});

export const postingRulesStore = (table: Table): PostingRulesStore => {
  const save = entityWriter(table, itemOf);
  return {
    async find(workspaceId, accountId) {
      const item = await table.get(keyOf(workspaceId, accountId));
      return item && entityOf(PostingRules, item);
    },
    create: (rules, author) => save(firstVersion(rules, table.now(), author), author),
    save,
  };
};
