import type { Author } from '#shared/actor.ts';
import { countOf, createWithin } from '#shared/counts.ts';
import { entityOf, firstVersion, nextVersion } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import { DomainError } from '#shared/errors.ts';
import type { Page } from '#shared/page.ts';
import { isNew, type Item, type Key, type PageRequest, type Table } from '#shared/table.ts';
import { Comment, maxComments, maxCommentsInAll } from '../domain/comment.ts';

export interface CommentStore {
  /** @throws DomainError `too_many_comments`. */
  create(comment: New<Comment>, author: Author): Promise<Comment>;
  /** @throws DomainError `too_many_comments` if not even a comment that goes with a step would be accepted */
  assertRoom(workspaceId: string, postId: string): Promise<void>;
  /** The comments on a post, oldest first. */
  list(workspaceId: string, postId: string, page: PageRequest): Promise<Page<Comment>>;
}

const prefix = (postId: string): string => `COMMENT#${postId}#`;

const commentItem = (comment: Comment): Item & Key => ({
  ...comment,
  pk: comment.workspaceId,
  sk: `${prefix(comment.postId)}${comment.id}`,
  type: 'comment',
});

/** The name they are counted under. */
const commentsOf = (postId: string): string => `COMMENTS#${postId}`;

/** A comment that goes with a step was checked before the step, which is not left without its comment. */
const withStep = { ...maxCommentsInAll, most: Number.MAX_SAFE_INTEGER };

export const commentStore = (table: Table): CommentStore => {
  return {
    async create(comment, author) {
      const { workspaceId, postId, about } = comment;
      const first = nextVersion(firstVersion(comment, table.now(), author), table.now(), author);
      const write = { put: commentItem(first), condition: isNew };
      await createWithin(table, workspaceId, commentsOf(postId), about === null ? maxComments : withStep, write);
      return first;
    },
    async assertRoom(workspaceId, postId) {
      const { most, code, said } = maxCommentsInAll;
      if ((await countOf(table, workspaceId, commentsOf(postId))) >= most)
        throw new DomainError('conflict', code, said);
    },
    list: (workspaceId, postId, page) =>
      table.queryPage(
        {
          KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :comments)',
          ExpressionAttributeValues: { ':workspace': workspaceId, ':comments': prefix(postId) },
        },
        page,
        (item) => entityOf(Comment, item),
      ),
  };
};
