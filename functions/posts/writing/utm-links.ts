import type { Utm } from '#events/campaigns.ts';
import { composed } from '#shared/composed.ts';
import { measureText } from '../checks/text-weight.ts';
import { longestText } from '../domain/post.ts';

/** A value as written in a query, whatever it holds: nothing in it ends the link where X looks for its end. */
const encoded = (value: string): string =>
  encodeURIComponent(value).replace(/[!'()*.~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** The parameter's name without regard to case, as written in the query of a link. */
const nameOf = (parameter: string): string => {
  const [name = ''] = parameter.split('=');
  try {
    return decodeURIComponent(name).toLowerCase();
  } catch {
    return name.toLowerCase();
  }
};

/**
 * The fragment, written so that it is still part of the link behind a query, where X takes fewer signs: what it would
 * not take is percent-encoded, which means the same (WHATWG URL, fragment state).
 */
const fragmentOf = (fragment: string): string =>
  composed(fragment)
    .replace(/[^ -~]+/g, encodeURIComponent)
    .replace(/[^a-z0-9!?*'@();:&=+$/%#[\]\-_.,~|]/gi, encoded)
    .replace(/[^a-z0-9_&=#/-]$/i, encoded);

/**
 * The link with the parameters that it does not have yet. All else of it stays: its own `utm_*`, the order of its query,
 * its fragment.
 */
const marked = (link: string, parameters: readonly (readonly [string, string])[]): string => {
  const [rest = '', ...behind] = link.split('#');
  const fragment = behind.length > 0 ? `#${behind.join('#')}` : '';
  const [address = '', ...queries] = rest.split('?');
  const query = queries.join('?');
  const own = new Set(query.split('&').map(nameOf));
  const added = parameters.filter(([name]) => !own.has(name)).map(([name, value]) => `${name}=${encoded(value)}`);
  if (added.length === 0) return link;
  const joint = query === '' || query.endsWith('&') ? '' : '&';
  return `${address}?${query}${joint}${added.join('&')}${fragmentOf(fragment)}`;
};

const parametersOf = ({ source, medium, campaign, term, content }: Utm) =>
  Object.entries({
    utm_source: source,
    utm_medium: medium,
    utm_campaign: campaign,
    utm_term: term,
    utm_content: content,
  }).filter((each): each is [string, string] => each[1] !== null);

/** Whether the link's query has each of the parameters, with that value. */
export const carriesUtm = (link: string, utm: Utm): boolean => {
  const [rest = ''] = link.split('#');
  const query = new URLSearchParams(rest.split('?').slice(1).join('?'));
  const carried = new Set(Array.from(query, ([name, value]) => `${name.toLowerCase()}=${value}`));
  return parametersOf(utm).every(([name, value]) => carried.has(`${name}=${value}`));
};

/** Whether marking makes sense: an address with its scheme, and not one that X has shortened, whose target it hides. */
const isMarkable = (link: string): boolean => /^https?:\/\//i.test(link) && !/^https?:\/\/t\.co\//i.test(link);

/**
 * The text with every http(s) link of it marked: what X takes for a link, so that a full stop behind one stays where it
 * is. A text that is marked already comes back unchanged. Undefined when X would find other links in it than these: one
 * would be too long, or what follows it without a blank would run into its query. What is longer than any post may be is
 * not written to its end.
 */
export const withMarkedLinks = (text: string, utm: Utm): string | undefined => {
  const parameters = parametersOf(utm);
  const links: string[] = [];
  let written = '';
  let from = 0;
  // Found after NFC, as X does: a letter in two pieces is not cut between them.
  for (const { start, end } of measureText(text).links) {
    const link = text.slice(start, end);
    links.push(isMarkable(link) ? marked(link, parameters) : link);
    written += text.slice(from, start) + (links.at(-1) ?? '');
    if (written.length > longestText) return written;
    from = end;
  }
  written += text.slice(from);
  const found = measureText(written).links.map(({ start, end }) => written.slice(start, end));
  return found.length === links.length && found.every((link, place) => link === links[place]) ? written : undefined;
};
