import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { AccountId, PostId } from '#shared/ids.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import type { PostErrors } from '../domain/error-codes.ts';
import { maxVersions, PostVersion, VersionSummary } from '../domain/version.ts';
import { onPost } from '../views.ts';

const operation = capability<PostErrors>({
  name: 'Versions',
  group: 'Content',
  description: 'Read and compare earlier versions of a post.',
});

const VersionNumber = z.coerce
  .number()
  .int()
  .min(1)
  .max(1_000_000_000)
  .meta({ description: 'Number of the version: its `contentVersion`' });

export const listVersions = operation({
  id: 'listVersions',
  method: 'GET',
  path: '/v1/posts/{postId}/versions',
  summary: 'List the versions of a post, newest first',
  description: `The first item is the current content. Of the earlier versions, the latest ${maxVersions} are kept.`,
  access: 'posts:read',
  request: { path: onPost, query: pageQuery({}) },
  response: pageOf(VersionSummary),
  errors: { 'not-found': ['post_not_found'] },
});

export const getVersion = operation({
  id: 'getVersion',
  method: 'GET',
  path: '/v1/posts/{postId}/versions/{version}',
  summary: 'Get a version of a post',
  access: 'posts:read',
  request: { path: z.strictObject({ postId: PostId, version: VersionNumber }) },
  response: PostVersion.omit({ workspaceId: true }).meta({ id: 'PostVersionView' }),
  errors: { 'not-found': ['post_not_found', 'version_not_found'] },
});

const Segment = z.object({
  kind: z
    .enum(['same', 'added', 'removed'])
    .meta({ description: '`same`: in both versions; `added`: only in `to`; `removed`: only in `from`' }),
  text: z.string(),
});
const changeOf = <Value extends z.ZodType>(value: Value, what: string) =>
  z
    .object({
      from: value.meta({ description: 'Value in the version `from`' }),
      to: value.meta({ description: 'Value in the version `to`' }),
    })
    .nullable()
    .meta({ description: `Change to ${what}; null if it is the same in both` });

/** The difference between two versions of a part: its text as segments, and changes to its media and poll. */
const PartDifference = z
  .object({
    kind: z
      .enum(['same', 'changed', 'added', 'removed'])
      .meta({ description: '`added`: the part is only in `to`; `removed`: it is only in `from`' }),
    segments: z.array(Segment).meta({
      description: 'The text in order: without `added` segments it is that of `from`, without `removed` that of `to`',
    }),
    media: z
      .object({
        added: z.array(z.string()).meta({ description: 'Ids of media files that are only in `to`' }),
        removed: z.array(z.string()).meta({ description: 'Ids of media files that are only in `from`' }),
        isReordered: z
          .boolean()
          .meta({ description: 'Whether the files that both versions share are in a different order' }),
      })
      .meta({ description: 'Changes to the media files' }),
    hasOtherPoll: z.boolean().meta({ description: 'Whether the poll differs' }),
  })
  .meta({ id: 'PartDifference' });
export type PartDifference = z.infer<typeof PartDifference>;

export const diffVersions = operation({
  id: 'diffVersions',
  method: 'GET',
  path: '/v1/posts/{postId}/diff',
  summary: 'Compare two versions of a post, word by word',
  access: 'posts:read',
  request: {
    path: onPost,
    query: z.strictObject({
      from: VersionNumber.optional().meta({ description: 'Version to compare from; default: the one before `to`' }),
      to: VersionNumber.optional().meta({ description: 'Version to compare to; default: the current content' }),
    }),
  },
  response: z
    .object({
      from: z.int().meta({ description: 'Version that was compared from' }),
      to: z.int().meta({ description: 'Version that was compared to' }),
      parts: z.array(PartDifference).meta({ description: 'Differences of the parts, by position in the thread' }),
      accountId: changeOf(AccountId, 'the account'),
      replySettings: changeOf(z.string(), 'who may reply'),
      madeWithAi: changeOf(z.boolean(), 'the AI label'),
      paidPartnership: changeOf(z.boolean(), 'the paid partnership label'),
    })
    .meta({ id: 'VersionDifference', description: 'Differences between two versions of a post' }),
  errors: { 'not-found': ['post_not_found', 'version_not_found'] },
  limit: 'costly',
});

export const operations = [listVersions, getVersion, diffVersions] as const;
