import { inLanes } from '#shared/lanes.ts';
import type { Deps } from '../deps.ts';
import type { Span, TextMeasure } from '../domain/content.ts';
import type { Post } from '../domain/post.ts';
import { maxShortLinks, type ShortLink, shortUrlOf, targetOf, withShortLinks } from '../domain/short-link.ts';

type Planning = Pick<Deps, 'measure' | 'linkCodes' | 'linksUrl'>;
type Text = Pick<Post, 'workspaceId' | 'id' | 'parts'>;

/** Links that are stored at once. */
const lanes = 10;

/**
 * The short links that a post is published with, each stored before its text goes out; none unless the workspace has them
 * on. The same post gives the same links.
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

/** The short links of a post; nothing is stored. A part that X would read otherwise with them keeps its own. */
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

/** Whether X finds the same links in the text with short ones, where they stand now, and counts no more of it. */
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
