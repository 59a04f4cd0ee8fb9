import type { Author } from '../../../shared/actor.ts';
import {
  entityOf,
  entityWriter,
  firstVersion,
  type Item,
  type Key,
  type PageRequest,
  type Table,
} from '../../../shared/dynamo.ts';
import type { New } from '../../../shared/entity.ts';
import type { Page } from '../../../shared/http/page.ts';
import { Comment } from '../domain/comment.ts';

export interface CommentStore {
  create(comment: New<Comment>, author: Author): Promise<Comment>;
  /** What was said of a post, the oldest first. */
  list(workspaceId: string, postId: string, page: PageRequest): Promise<Page<Comment>>;
}

const prefix = (postId: string): string => `COMMENT#${postId}#`;

const commentItem = (comment: Comment): Item & Key => ({
  ...comment,
  pk: comment.workspaceId,
  sk: `${prefix(comment.postId)}${comment.id}`,
  type: 'comment',
});

export const commentStore = (table: Table): CommentStore => {
  const save = entityWriter(table, commentItem);
  return {
    create: (comment, author) => save(firstVersion(comment, table.now(), author), author),
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
