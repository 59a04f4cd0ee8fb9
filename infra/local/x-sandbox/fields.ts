/**
 * X has two vocabularies since August 2026: the old `tweet.fields` (retweet_count, edit_history_tweet_ids, note_tweet,
 * referenced_tweets) and the new `post.fields` (repost_count, edit_history_post_ids, note_post, referenced_posts). The
 * answer speaks the one that was asked for; without a choice the wire still speaks the old one.
 */
export type Dialect = 'tweet' | 'post';

export interface RequestedFields {
  dialect: Dialect;
  post: ReadonlySet<string>;
  user: ReadonlySet<string>;
  media: ReadonlySet<string>;
  poll: ReadonlySet<string>;
  expansions: ReadonlySet<string>;
}

/** The query parameters that choose what a post shows. */
export const POST_QUERY: readonly string[] = [
  'tweet.fields',
  'post.fields',
  'expansions',
  'user.fields',
  'media.fields',
  'poll.fields',
  'place.fields',
];

/** What a query asks to see. Names that X does not know are simply never found in an answer. */
export function requestedFields(query: URLSearchParams): RequestedFields {
  const set = (name: string) => new Set(list(query, name));
  return {
    dialect: query.has('post.fields') ? 'post' : 'tweet',
    post: new Set([...set('tweet.fields'), ...set('post.fields')]),
    user: set('user.fields'),
    media: set('media.fields'),
    poll: set('poll.fields'),
    expansions: set('expansions'),
  };
}

/** The values of a comma-separated parameter. */
export function list(query: URLSearchParams, name: string): string[] {
  const value = query.get(name) ?? '';
  return value === '' ? [] : value.split(',').map((item) => item.trim());
}
