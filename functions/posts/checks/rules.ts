import type { WorkspaceSettings } from '#events/users.ts';
import { dayMs } from '#shared/time.ts';
import type { MediaOf, Span } from '../domain/content.ts';
import { type Finding, maxFindings, type RuleId } from '../domain/policy.ts';
import type { Post } from '../domain/post.ts';
import { payToEngage, promotion, shorteners, type Words } from './words.ts';

/** Another post of the workspace that is on X or on its way there, and how similar a part is to it. */
export interface Similarity {
  part: number;
  kind: 'verbatim' | 'same' | 'near';
  /** Whether the text is long enough for a near repeat to mean something. */
  isLong: boolean;
  other: Pick<Post, 'id' | 'accountId'>;
  /** Time between the publication of the two posts, in milliseconds. */
  apartMs: number;
}

/** Everything that the rules consider. */
export interface Judging {
  post: Pick<Post, 'accountId' | 'parts' | 'madeWithAi' | 'paidPartnership'>;
  /** The links of each part. */
  links: readonly (readonly Span[])[];
  media: MediaOf;
  settings: Pick<WorkspaceSettings, 'linkPolicy' | 'mentionPolicy' | 'allowedMentions'>;
  likenesses: readonly Similarity[];
}

interface Found {
  part: number;
  /** Null if a file is concerned. */
  place: Span | null;
  message: string;
  /** Set if it is less severe than the rule's other cases. */
  level?: 'warn';
}

/** A rule that a program can judge: its id, level, source, and what it finds. */
interface Rule {
  id: RuleId;
  level: 'block' | 'warn' | ((settings: Judging['settings']) => 'block' | 'warn' | 'allow');
  source: string;
  find: (judging: Judging) => Found[];
}

const onAccountMs = 7 * dayMs;
/**
 * How long X itself refuses the same text: "a few hours" according to Twitter's staff (developer group, 2010), up to 12
 * according to heavy users (Ayrshare, 2026). X publishes no figure.
 */
const refusedByXMs = dayMs / 2;
const acrossAccountsMs = 30 * dayMs;

/** Every match of such words in the parts' texts. */
const wordsIn = (parts: Post['parts'], words: Words, messageOf: (found: RegExpExecArray) => string): Found[] =>
  parts.some(({ text }) => words.mayBeIn(text)) ? matches(parts, words.pattern(), messageOf) : [];

/** Every match of a pattern in the parts' texts. */
const matches = (
  parts: Post['parts'],
  pattern: RegExp,
  messageOf: (found: RegExpExecArray) => string | undefined,
): Found[] =>
  parts.flatMap(({ text }, part) =>
    [...text.matchAll(pattern)].flatMap((found) => {
      const message = messageOf(found);
      const place = { start: found.index, end: found.index + found[0].length };
      return message === undefined ? [] : [{ part, place, message }];
    }),
  );

const wholeOf = (parts: Post['parts'], part: number): Span => ({ start: 0, end: parts[part]?.text.length ?? 0 });

/** Threads often end with the same call to action, so repeats in later parts only warn. */
const isLaterPart = ({ part }: Similarity): boolean => part > 0;

/** The findings for parts that are similar to other posts. */
const alike = (
  { post, likenesses }: Judging,
  isMeant: (likeness: Similarity, isOwnAccount: boolean) => boolean,
  messageOf: (likeness: Similarity) => string,
  isMild: (likeness: Similarity) => boolean = isLaterPart,
): Found[] =>
  likenesses
    .filter((likeness) => isMeant(likeness, likeness.other.accountId === post.accountId))
    .map((likeness) => ({
      part: likeness.part,
      place: wholeOf(post.parts, likeness.part),
      message: messageOf(likeness),
      ...(isMild(likeness) && { level: 'warn' }),
    }));

/** Mentions as twitter-text finds them: neither e-mail addresses nor longer names. */
const mentions = /(?<![A-Za-z0-9_!#$%&*@＠])[@＠]([A-Za-z0-9_]{1,20})(?![A-Za-z0-9_@＠À-ɏ]|:\/\/)/g;

const guidelines = 'X Developer Guidelines';
const policy = 'X Developer Policy';

/** The rules, strictest first. */
export const rules: readonly Rule[] = [
  {
    id: 'repeated_on_account',
    level: 'block',
    source: `${guidelines}, "Duplicative content"; X API answers 403 to duplicate content`,
    find: (judging) =>
      alike(
        judging,
        ({ kind, apartMs }, isOwn) => isOwn && kind === 'verbatim' && apartMs <= onAccountMs,
        ({ other, apartMs }) =>
          `${other.id} has exactly this text on the same account, within 7 days of this post` +
          `${apartMs <= refusedByXMs ? ', and X refuses repeats within hours' : ''}. Reword it.`,
        (likeness) => isLaterPart(likeness) || likeness.apartMs > refusedByXMs,
      ),
  },
  {
    id: 'duplicated_across_accounts',
    level: 'block',
    source: `${policy}, "Spam, bots, and automation": no identical or substantially similar posts on several accounts`,
    find: (judging) =>
      alike(
        judging,
        ({ apartMs }, isOwn) => !isOwn && apartMs <= acrossAccountsMs,
        ({ kind, other }) =>
          `${other.id} has ${kind === 'near' ? 'nearly the same' : 'the same'} text on your account ${other.accountId} ` +
          'within 30 days of this post. Publish it on one account only, or rewrite it.',
      ),
  },
  {
    id: 'unlabelled_ai_media',
    level: 'block',
    source: 'X API, POST /2/tweets: made_with_ai; X Rules on synthetic media',
    find: ({ post, media }) =>
      post.madeWithAi
        ? []
        : post.parts.flatMap(({ mediaIds }, part) =>
            mediaIds
              .filter((id) => media.get(id)?.madeWithAi === true)
              .map((id) => ({
                part,
                place: null,
                message: `The file ${id} was made with AI, but the post is not labelled as such. Set madeWithAi.`,
              })),
          ),
  },
  {
    id: 'unlisted_mention',
    level: ({ mentionPolicy }) => mentionPolicy,
    source: `${policy}, "Spam, bots, and automation": no unsolicited mentions`,
    find: ({ post, settings }) =>
      matches(post.parts, mentions, ({ 1: name = '' }) =>
        settings.allowedMentions.includes(name.toLowerCase())
          ? undefined
          : `This workspace does not allow mentions of @${name}. Ask an owner or admin to allow them, or remove the mention.`,
      ),
  },
  {
    id: 'link_in_post',
    level: ({ linkPolicy }) => linkPolicy,
    source: 'X API, "Pricing": a post with a URL costs 0.20 USD instead of 0.015 USD; workspace settings',
    find: ({ links }) =>
      links.flatMap((places, part) =>
        places.map((place) => ({
          part,
          place,
          message:
            'This workspace limits links because X charges more for posts with links. Move the link to the profile.',
        })),
      ),
  },
  {
    id: 'undisclosed_promotion',
    level: 'warn',
    source: 'X API, POST /2/tweets: paid_partnership; X Paid Partnerships Policy',
    find: ({ post }) =>
      post.paidPartnership
        ? []
        : wordsIn(
            post.parts,
            promotion,
            ({ 0: said }) => `"${said}" reads like paid promotion. If it is, set paidPartnership.`,
          ),
  },
  {
    id: 'pay_to_engage',
    level: 'warn',
    source: `${guidelines}, "Pay to engage"; X Guidelines for promotions`,
    find: ({ post }) =>
      wordsIn(
        post.parts,
        payToEngage,
        () => 'X does not want prizes offered for follows, reposts or likes. Remove the offer.',
      ),
  },
  {
    id: 'hidden_link_target',
    level: 'warn',
    source: `${policy}, "Spam, bots, and automation": no misleading links; affiliate links must not hide where they lead`,
    find: ({ post }) => wordsIn(post.parts, shorteners, () => 'A shortened link hides its target. Use the full URL.'),
  },
  {
    id: 'nearly_repeated_on_account',
    level: 'warn',
    source: `${guidelines}, "Duplicative content"`,
    find: (judging) =>
      alike(
        judging,
        ({ kind, isLong, apartMs }, isOwn) => isOwn && kind !== 'verbatim' && isLong && apartMs <= onAccountMs,
        ({ other }) =>
          `${other.id} has nearly the same text on the same account, within 7 days of this post. Reword it.`,
      ),
  },
];

/** Whether the rule compares a post with others. */
export const isAboutLikeness = (rule: RuleId): boolean =>
  ['repeated_on_account', 'nearly_repeated_on_account', 'duplicated_across_accounts'].includes(rule);

/** Whether the rule, if it blocks a post now, only warns when the post is published later. */
export const passesWithTime = (rule: RuleId): boolean => rule === 'repeated_on_account';

const blocksFirst = (one: Finding, other: Finding): number =>
  Number(one.level === 'warn') - Number(other.level === 'warn');

/** What the rules find in a post, blocks first. */
export const judge = (judging: Judging): Finding[] =>
  rules
    .flatMap(({ id, level, source, find }) => {
      const now = typeof level === 'string' ? level : level(judging.settings);
      if (now === 'allow') return [];
      return find(judging).map(({ part, place, message, level: own = now }): Finding => {
        const { start, end } = place ?? { start: null, end: null };
        return { rule: id, level: own, part, start, end, message, source };
      });
    })
    .sort(blocksFirst)
    .slice(0, maxFindings);
