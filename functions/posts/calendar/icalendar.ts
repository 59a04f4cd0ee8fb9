import type { Post } from '../domain/post.ts';
import { excerptOf } from './excerpt.ts';

/** Maximum octets of a line without its line break (RFC 5545, section 3.1). */
const longestLine = 75;

/** Folds a line that is longer than 75 octets, never within a character. */
const folded = (line: string): string => {
  const lines: string[] = [];
  let current = '';
  let octets = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > longestLine) {
      lines.push(current);
      current = ' ';
      octets = 1;
    }
    current += character;
    octets += size;
  }
  return [...lines, current].join('\r\n');
};

/**
 * Escapes a text as a property value (RFC 5545, section 3.3.11) and drops control characters, which are not allowed
 * there.
 */
const escaped = (text: string): string =>
  text
    .replace(/[\\;,]/g, '\\$&')
    .replace(/\r?\n/g, '\\n')
    .replace(/\p{Cc}/gu, '');

/** An instant in iCalendar format, such as 20261122T093000Z. */
const timeOf = (instant: string): string => new Date(instant).toISOString().replace(/[-:]|\.\d+/g, '');

const titles: Readonly<Partial<Record<Post['status'], string>>> = { held: 'Held', published: 'Published' };

/** A visible character: no space, no mark without a letter, nothing that Unicode renders as nothing. */
const seen = /[^\p{C}\p{Z}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** The first words of a post or, if it has none, what it contains: calendars show an event without a title as blank. */
const wordsOf = ({ parts }: Post): string => {
  const words = excerptOf(parts.map(({ text }) => text).join(' '));
  if (seen.test(words)) return words;
  const files = parts.reduce((sum, { mediaIds }) => sum + mediaIds.length, 0);
  // A part with several files has only images (X API: media best practices).
  const isOfPictures = parts.every(({ mediaIds }) => mediaIds.length !== 1);
  if (files === 0) return 'Post without text';
  if (files === 1) return 'Picture or video without text';
  return isOfPictures ? `${files} pictures without text` : `${files} pictures or videos without text`;
};

/** A post as an event: transparent, because it does not occupy anybody's time. */
const eventOf = (post: Post, at: string): string[] => {
  const title = titles[post.status];
  const text = wordsOf(post);
  const problem = post.problem ? `\n${post.problem.reason}` : '';
  return [
    'BEGIN:VEVENT',
    `UID:${post.id}@x-marketing-platform`,
    `DTSTAMP:${timeOf(post.updatedAt)}`,
    `LAST-MODIFIED:${timeOf(post.updatedAt)}`,
    `SEQUENCE:${post.version}`,
    `DTSTART:${timeOf(at)}`,
    `SUMMARY:${escaped(title === undefined ? text : `${title}: ${text}`)}`,
    `DESCRIPTION:${escaped(`Account ${post.accountId}, ${post.status}${problem}`)}`,
    `STATUS:${post.status === 'held' ? 'TENTATIVE' : 'CONFIRMED'}`,
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
  ];
};

/** Renders posts as a calendar (RFC 5545), each at its time; posts without a time are left out. */
export const calendarOf = (posts: readonly Post[]): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//x-marketing-platform//posts//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    'X-WR-CALNAME:Posts on X',
    // How often clients should refresh (RFC 7986, section 5.7).
    'REFRESH-INTERVAL;VALUE=DURATION:PT1H',
    ...posts.flatMap((post) => (post.scheduledAt === null ? [] : eventOf(post, post.scheduledAt))),
    'END:VCALENDAR',
  ]
    .map((line) => `${folded(line)}\r\n`)
    .join('');
