import { composed } from '../../../shared/composed.ts';

/** A post as X shows it in a timeline, as far as telling posts apart needs it. */
export interface ShownPost {
  xPostId: string;
  /** The whole text, also of a long post; links as t.co links, `&`, `<` and `>` as HTML entities. */
  text: string;
  /** The t.co links in it. `expandedUrl` is what was written, with `http://` before what had no scheme. */
  links: readonly { url: string; expandedUrl: string }[];
  /** The post it replies to; null when it is no reply. */
  replyTo: string | null;
  mediaCount: number;
  /** UTC. */
  createdAt: string;
}

const htmlEntities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/** X appends a link of its own for the attached media: `https://x.com/<user>/status/<id>/photo/1`. */
const mediaLink = /^https?:\/\/(?:x|twitter)\.com\/\w+\/status\/\d+\/(?:photo|video)\/\d+$/i;

/** The text somebody wrote, from the one X shows: t.co links expanded, HTML entities undone, media links left out. */
export const writtenText = ({ text, links }: Pick<ShownPost, 'text' | 'links'>): string => {
  const expanded = new Map(
    links.map(({ url, expandedUrl }) => [url, mediaLink.test(expandedUrl) ? '' : expandedUrl] as const),
  );
  return text
    .replace(/https:\/\/t\.co\/\w+/g, (url) => expanded.get(url) ?? url)
    .replace(/&(?:amp|lt|gt);/g, (entity) => htmlEntities[entity] ?? entity);
};

/**
 * The form in which the text we sent and the text X shows are the same: NFC (as X counts), without what X adds or takes
 * away (schemes of links, percent-encoding in them, white space at the ends and in runs, mentions it puts before a
 * reply).
 */
export const comparable = (text: string, isReply: boolean): string =>
  composed(
    (isReply ? text.trimStart().replace(/^(?:@\w+\s+)+/, '') : text)
      .replace(/https?:\/\//gi, '')
      .replace(/(?:%[0-9a-f]{2})+/gi, decoded),
  )
    .replace(/\s+/g, ' ')
    .trim();

const decoded = (run: string): string => {
  try {
    return decodeURIComponent(run);
  } catch {
    // Not UTF-8: it stays as it is, on both sides.
    return run.toUpperCase();
  }
};

/** Links of X that the answer does not explain: the text behind them is unknown, and so is whether it is ours. */
export const hasUnknownLink = ({ text, links }: Pick<ShownPost, 'text' | 'links'>): boolean => {
  const known = new Set(links.map(({ url }) => url));
  return (text.match(/https:\/\/t\.co\/\w+/g) ?? []).some((url) => !known.has(url));
};
