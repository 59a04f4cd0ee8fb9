import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { AccountId, PostId } from '#shared/ids.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import type { PostErrors } from '../domain/error-codes.ts';
import { mostVersions, PostVersion, VersionSummary } from '../domain/version.ts';
import { onPost } from '../views.ts';

const operation = capability<PostErrors>({
  name: 'Versions',
  group: 'Content',
  description: 'Read and compare earlier versions of a post.',
});

const VersionNumber = z.coerce.number().int().min(1).max(1_000_000_000);

export const listVersions = operation({
  id: 'listVersions',
  method: 'GET',
  path: '/v1/posts/{postId}/versions',
  summary: 'What a post has said, by whom and since when: as it is now, then what that replaced',
  description: `The latest ${mostVersions} that were replaced are kept. That there were others, the audit trail tells.`,
  access: 'posts:read',
  request: { path: onPost, query: pageQuery({}) },
  response: pageOf(VersionSummary),
  errors: { 'not-found': ['post_not_found'] },
});

export const getVersion = operation({
  id: 'getVersion',
  method: 'GET',
  path: '/v1/posts/{postId}/versions/{version}',
  summary: 'What a post said in one of its versions',
  access: 'posts:read',
  request: { path: z.strictObject({ postId: PostId, version: VersionNumber }) },
  response: PostVersion.omit({ workspaceId: true }).meta({ id: 'PostVersionView' }),
  errors: { 'not-found': ['post_not_found', 'version_not_found'] },
});

const Segment = z.object({ kind: z.enum(['same', 'added', 'removed']), text: z.string() });
const changeOf = <Value extends z.ZodType>(value: Value) => z.object({ from: value, to: value }).nullable();

/** The difference between two versions of a part: its words in order, and what was put to it or taken from it. */
const PartDifference = z
  .object({
    kind: z.enum(['same', 'changed', 'added', 'removed']),
    segments: z
      .array(Segment)
      .meta({ description: 'Its words: those of `from` without `added`, of `to` without `removed`' }),
    media: z.object({ added: z.array(z.string()), removed: z.array(z.string()), isReordered: z.boolean() }),
    hasOtherPoll: z.boolean(),
  })
  .meta({ id: 'PartDifference' });
export type PartDifference = z.infer<typeof PartDifference>;

export const diffVersions = operation({
  id: 'diffVersions',
  method: 'GET',
  path: '/v1/posts/{postId}/diff',
  summary: 'What changed between two versions of a post, word by word',
  access: 'posts:read',
  request: {
    path: onPost,
    query: z.strictObject({
      from: VersionNumber.optional().meta({ description: 'Without it: the one before `to`' }),
      to: VersionNumber.optional().meta({ description: 'Without it: the post as it is' }),
    }),
  },
  response: z
    .object({
      from: z.int(),
      to: z.int(),
      parts: z.array(PartDifference).meta({ description: 'By their place in the thread' }),
      accountId: changeOf(AccountId),
      replySettings: changeOf(z.string()),
      madeWithAi: changeOf(z.boolean()),
      paidPartnership: changeOf(z.boolean()),
    })
    .meta({ id: 'VersionDifference', description: 'Null: the same in both' }),
  errors: { 'not-found': ['post_not_found', 'version_not_found'] },
  limit: 'costly',
});

export const operations = [listVersions, getVersion, diffVersions] as const;
