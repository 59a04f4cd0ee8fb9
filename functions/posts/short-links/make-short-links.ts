import { inLanes } from '#shared/lanes.ts';
import type { Deps } from '../deps.ts';
import type { Span, TextMeasure } from '../domain/content.ts';
import type { Post } from '../domain/post.ts';
import { maxShortLinks, type ShortLink, shortUrlOf, targetOf, withShortLinks } from '../domain/short-link.ts';

type Planning = Pick<Deps, 'measure' | 'linkCodes' | 'linksUrl'>;
type Text = Pick<Post, 'workspaceId' | 'id' | 'parts'>;

/** Number of links stored concurrently. */
const lanes = 10;

/**
 * Makes the short links that a post is published with, each stored before its text is published; none unless the
 * workspace has enabled them. The same post always gets the same links.
 */
export const makeShortLinks = async (
  deps: Planning & Pick<Deps, 'settings' | 'shortLinks'>,
  post: Text & Pick<Post, 'urlParts'>,
): Promise<ShortLink[]> => {
  const { workspaceId, id: postId, urlParts } = post;
  if (urlParts.length === 0 || !(await deps.settings.get(workspaceId)).shortLinks) return [];
  const planned = await planShortLinks(deps, post);
  const kept = await inLanes(planned, lanes, async (link) => {
    const target = targetOf(link.target, deps.linksUrl);
    const redirect = { workspaceId, postId, code: link.code, stoppedAt: null };
    return target !== undefined && (await deps.shortLinks.keep({ ...redirect, target })) ? [link] : [];
  });
  return kept.flat();
};

/**
 * Plans the short links of a post without storing any. A part that X would read differently with them keeps its own
 * links.
 */
export const planShortLinks = async (
  deps: Planning,
  { workspaceId, id: postId, parts }: Text,
): Promise<ShortLink[]> => {
  const texts = parts.map(({ text }) => text);
  const measures = await deps.measure(texts);
  const planned: ShortLink[] = [];
  for (const [part, { links }] of measures.entries()) {
    for (const [place, { start, end }] of links.entries()) {
      const target = texts[part]?.slice(start, end) ?? '';
      if (planned.length === maxShortLinks || targetOf(target, deps.linksUrl) === undefined) continue;
      const code = await deps.linkCodes.codeOf({ workspaceId, postId, part, place, target });
      planned.push({ part, start, code, target, url: shortUrlOf(deps.linksUrl, code) });
    }
  }
  if (planned.length === 0) return [];
  const own = Map.groupBy(planned, ({ part }) => part);
  const shortened = await deps.measure(texts.map((text, part) => withShortLinks(text, own.get(part) ?? [])));
  return [...own].flatMap(([part, short]) => {
    const [before, after] = [measures[part], shortened[part]];
    return before && after && isReadAlike(before, after, short) ? short : [];
  });
};

/** Whether X finds the same links in the shortened text, at their new positions, and does not count it as longer. */
const isReadAlike = (before: TextMeasure, after: TextMeasure, short: readonly ShortLink[]): boolean => {
  let shift = 0;
  const expected = before.links.map(({ start, end }): Span => {
    const link = short.find((each) => each.start === start);
    const begin = start + shift;
    shift += link ? link.url.length - link.target.length : 0;
    return { start: begin, end: end + shift };
  });
  return (
    after.weightedLength <= before.weightedLength &&
    after.links.length === expected.length &&
    after.links.every(({ start, end }, place) => start === expected[place]?.start && end === expected[place].end)
  );
};
