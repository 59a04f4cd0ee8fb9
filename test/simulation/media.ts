import { announced, type Media } from '#functions/posts/domain/media.ts';
import type { New } from '#shared/entity.ts';

/** A picture that was uploaded. */
export const aMediaFile = (id: string, workspaceId: string): New<Media> => ({
  ...announced({ id, workspaceId, contentType: 'image/png', bytes: 1_000, altText: 'A picture', madeWithAi: false }, 0),
  ttl: undefined,
  status: 'ready',
  etag: '"1"',
});
