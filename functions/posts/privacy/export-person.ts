import { entityOf } from '#shared/entities.ts';
import { type ExportSection, isChangedBy } from '#shared/privacy/export-person.ts';
import { CalendarFeeds } from '../domain/calendar-feed.ts';
import { Comment } from '../domain/comment.ts';
import { Media } from '../domain/media.ts';
import { Post } from '../domain/post.ts';
import { Repost } from '../domain/repost.ts';
import { Stops } from '../domain/stops.ts';
import { Template } from '../domain/template.ts';
import { PostVersion } from '../domain/version.ts';

const partition = (workspaceId: string): string => workspaceId;

/** Posts that the person wrote; of other posts, only what the person did: submitted, decided, scheduled, overrode. */
const postShare: ExportSection['shareOf'] = (item, personId) => {
  const post = entityOf(Post, item);
  const { id: postId, parts, status, createdAt, writtenAt, writtenBy, approval, scheduledBy, scheduledAt } = post;
  const { submittedBy, submittedAt, decidedBy, decidedAt, status: decision } = approval;
  const overrides = (post.overrides ?? []).filter(({ overriddenBy }) => overriddenBy === personId);
  const did = {
    ...(writtenBy === personId && { written: { parts, at: writtenAt ?? createdAt } }),
    ...(submittedBy === personId && { submittedAt }),
    ...(decidedBy === personId && { decision, decidedAt }),
    ...(scheduledBy === personId && { scheduledFor: scheduledAt }),
    ...(overrides.length > 0 && { overrides }),
  };
  return Object.keys(did).length > 0 ? { postId, status, ...did } : undefined;
};

/** What this context stores about people, without content by others. */
export const exportSections: readonly ExportSection[] = [
  { kind: 'post', partition, prefix: 'POST#', shareOf: postShare },
  {
    kind: 'post_version',
    partition,
    prefix: 'VERSION#',
    shareOf: (item, personId) => {
      const { postId, contentVersion, parts, writtenBy, writtenAt } = entityOf(PostVersion, item);
      return writtenBy === personId ? { postId, contentVersion, parts, writtenAt } : undefined;
    },
  },
  {
    kind: 'comment',
    partition,
    prefix: 'COMMENT#',
    shareOf: (item, personId) => {
      const { id, postId, text, about, writtenBy, createdAt } = entityOf(Comment, item);
      return writtenBy === personId ? { commentId: id, postId, text, about, createdAt } : undefined;
    },
  },
  {
    kind: 'media',
    partition,
    prefix: 'MEDIA#',
    shareOf: (item, personId) => {
      const media = entityOf(Media, item);
      const { id: mediaId, contentType, altText, updatedAt } = media;
      return isChangedBy(media, personId) ? { mediaId, contentType, altText, updatedAt } : undefined;
    },
  },
  {
    kind: 'template',
    partition,
    prefix: 'TEMPLATE#',
    shareOf: (item, personId) => {
      const template = entityOf(Template, item);
      const { id: templateId, name, parts, updatedAt } = template;
      return isChangedBy(template, personId) ? { templateId, name, parts, updatedAt } : undefined;
    },
  },
  {
    kind: 'calendar_feed',
    partition,
    prefix: 'CALENDAR_FEEDS#',
    shareOf: (item, personId) => {
      const { personId: whose, feeds } = entityOf(CalendarFeeds, item);
      const links = feeds.map(({ id: feedId, createdAt, expiresAt }) => ({ feedId, createdAt, expiresAt }));
      return whose === personId && links.length > 0 ? { links } : undefined;
    },
  },
  {
    kind: 'repost',
    partition,
    prefix: 'REPOST#',
    shareOf: (item, personId) => {
      const repost = entityOf(Repost, item);
      const { id: repostId, postId, status, createdAt } = repost;
      return isChangedBy(repost, personId) ? { repostId, postId, status, createdAt } : undefined;
    },
  },
  {
    kind: 'stop',
    partition,
    prefix: 'STOPS',
    shareOf: (item, personId) => {
      const { workspace, accounts } = entityOf(Stops, item);
      const stops = [...(workspace ? [workspace] : []), ...accounts].filter(({ by }) => by === personId);
      return stops.length > 0 ? { stops: stops.map(({ at, reason }) => ({ at, reason })) } : undefined;
    },
  },
];
