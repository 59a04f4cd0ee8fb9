import type { Utm } from '#events/campaigns.ts';
import { composed } from '#shared/composed.ts';
import { measureText } from '../checks/text-weight.ts';
import { longestText } from '../domain/post.ts';

/** Encodes a value for a query, whatever it contains, so that nothing in it ends the link for X. */
const encoded = (value: string): string =>
  encodeURIComponent(value).replace(/[!'()*.~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** Name of a parameter in a link's query, decoded and in lower case. */
const nameOf = (parameter: string): string => {
  const [name = ''] = parameter.split('=');
  try {
    return decodeURIComponent(name).toLowerCase();
  } catch {
    return name.toLowerCase();
  }
};

/**
 * Encodes a fragment so that it remains part of the link when it follows a query, where X accepts fewer characters:
 * percent-encoding does not change its meaning (WHATWG URL, fragment state).
 */
const fragmentOf = (fragment: string): string =>
  composed(fragment)
    .replace(/[^ -~]+/g, encodeURIComponent)
    .replace(/[^a-z0-9!?*'@();:&=+$/%#[\]\-_.,~|]/gi, encoded)
    .replace(/[^a-z0-9_&=#/-]$/i, encoded);

/**
 * Adds the parameters that the link does not have yet. Everything else stays: its own `utm_*`, the order of its query,
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

/** Whether the link's query has each of the parameters, with this value. */
export const carriesUtm = (link: string, utm: Utm): boolean => {
  const [rest = ''] = link.split('#');
  const query = new URLSearchParams(rest.split('?').slice(1).join('?'));
  const carried = new Set(Array.from(query, ([name, value]) => `${name.toLowerCase()}=${value}`));
  return parametersOf(utm).every(([name, value]) => carried.has(`${name}=${value}`));
};

/** Whether a link should be tagged: it has a scheme, and X has not shortened it, which hides its target. */
const isMarkable = (link: string): boolean => /^https?:\/\//i.test(link) && !/^https?:\/\/t\.co\//i.test(link);

/**
 * Tags every http(s) link of the text, as X finds links, so that a full stop after one stays outside it. A text that is
 * already tagged is returned unchanged. Undefined if X would find other links in the result: one would be too long, or
 * what follows it without a blank would become part of its query. A result longer than any post may be is returned
 * incomplete.
 */
export const withMarkedLinks = (text: string, utm: Utm): string | undefined => {
  const parameters = parametersOf(utm);
  const links: string[] = [];
  let written = '';
  let from = 0;
  // Found after NFC, as by X, so that no decomposed letter is split.
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
