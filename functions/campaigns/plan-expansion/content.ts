import type { FieldError } from '#shared/errors.ts';
import { invalidField } from '../domain/invalid-plan.ts';
import type { Plan, SlotContent, Track } from '../domain/plan.ts';
import type { PlanContext } from './context.ts';
import type { Overrides } from './overrides.ts';
import type { Member } from './series.ts';

type Known = Pick<PlanContext, 'accountOfPost' | 'requiredValues'>;

/** The contents of a track's slots, in order. */
export const contentsOf = ({ content }: Pick<Track, 'content'>): SlotContent[] =>
  content.kind === 'posts'
    ? content.postIds.map((postId) => ({ kind: 'post', postId }))
    : content.values.map((values) => ({ kind: 'template', templateId: content.templateId, values }));

/** All contents in the tracks of a plan. */
export const contentsIn = ({ tracks }: Pick<Plan, 'tracks'>): SlotContent[] =>
  tracks.flatMap((track) => [...contentsOf(track), ...track.overrides.flatMap(({ content }) => content ?? [])]);

/** Paths of a track's contents, relative to the track. */
const placesOf = (track: Track): { content: SlotContent; place: string }[] => [
  ...contentsOf(track).map((content, place) => ({
    content,
    place: track.content.kind === 'posts' ? `content.postIds.${place}` : `content.values.${place}`,
  })),
  ...track.overrides.flatMap(({ content }, place) =>
    content ? [{ content, place: `overrides.${place}.content` }] : [],
  ),
];

/** Key of a content: the same post, or a template with the same values. X rejects repeated text. */
export const contentKey = (content: SlotContent): string =>
  content.kind === 'post'
    ? content.postId
    : JSON.stringify([
        content.templateId,
        Object.entries(content.values).sort(([one], [other]) => (one < other ? -1 : 1)),
      ]);

/** Whether two slots publish the same. */
export const sameContent = (one: SlotContent, other: SlotContent): boolean => contentKey(one) === contentKey(other);

/** Errors in the contents of a plan's tracks: unknown, incomplete or repeated. */
export const contentErrors = ({ tracks }: Plan, known: Known): FieldError[] => {
  const seen = new Map<string, string>();
  return tracks.flatMap((track, index) =>
    placesOf(track).flatMap(({ content, place }): FieldError[] => {
      const path = `tracks.${index}.${place}`;
      const same = contentKey(content);
      const before = seen.get(same);
      seen.set(same, before ?? path);
      if (before !== undefined) {
        return [{ path, code: 'repeated_content', message: `is the same as ${before}; X rejects repeated text` }];
      }
      return content.kind === 'post'
        ? postErrors(content.postId, track, path, known)
        : valueErrors(content, path, known);
    }),
  );
};

const postErrors = (postId: string, { accountIds }: Track, path: string, { accountOfPost }: Known): FieldError[] => {
  const accountId = accountOfPost.get(postId);
  if (accountId === undefined) return [{ path, code: 'post_not_found', message: `There is no post ${postId}` }];
  if (accountIds.includes(accountId)) return [];
  return [
    {
      path,
      code: 'account_not_in_track',
      message: `The post belongs to ${accountId}, which is not an account of the track`,
    },
  ];
};

const valueErrors = (
  { templateId, values }: Extract<SlotContent, { kind: 'template' }>,
  path: string,
  { requiredValues }: Known,
): FieldError[] => {
  const required = requiredValues.get(templateId);
  if (!required) return [{ path, code: 'template_not_found', message: `There is no template ${templateId}` }];
  return required
    .filter((name) => !Object.hasOwn(values, name))
    .map((name) => ({
      path: `${path}.${name}`,
      code: 'missing_value',
      message: `${name} has no value and no default`,
    }));
};

/** A member of a track with its content and account. */
export interface Bound extends Member {
  accountId: string;
  content: SlotContent;
}

/**
 * Assigns each slot its content and account: the post's account, or for a template the accounts in turn. Both depend on
 * the position in the series, so that they stay when another slot is left out.
 * @throws DomainError `invalid_plan` if there is less content than slots
 */
export const bindContent = (
  track: Track,
  members: readonly Member[],
  overrides: Overrides,
  { accountOfPost }: Known,
  path: string,
): Bound[] => {
  const contents = contentsOf(track);
  if (contents.length < members.length) {
    const place = track.content.kind === 'posts' ? 'postIds' : 'values';
    const message = `has ${contents.length} for ${members.length} slots; X rejects repeated text`;
    throw invalidField(`${path}.content.${place}`, 'too_little_content', message);
  }
  return members.flatMap((member, place) => {
    const content = overrides.get(member.original)?.content ?? contents[place];
    if (!content) return [];
    const turn = track.accountIds[member.ordinal % track.accountIds.length] ?? '';
    const accountId = content.kind === 'post' ? (accountOfPost.get(content.postId) ?? turn) : turn;
    return [{ ...member, accountId, content }];
  });
};
