/**
 * X has had two vocabularies since August 2026: the old `tweet.fields` (retweet_count, edit_history_tweet_ids,
 * note_tweet, referenced_tweets) and the new `post.fields` (repost_count, edit_history_post_ids, note_post,
 * referenced_posts). A response uses the one that was requested, the old one by default.
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

/** Query parameters that choose what a post shows. */
export const POST_QUERY: readonly string[] = [
  'tweet.fields',
  'post.fields',
  'expansions',
  'user.fields',
  'media.fields',
  'poll.fields',
  'place.fields',
];

/** Parses what a query asks to see. Names that X does not know simply match nothing. */
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

/** Returns the values of a comma-separated parameter. */
export function list(query: URLSearchParams, name: string): string[] {
  const value = query.get(name) ?? '';
  return value === '' ? [] : value.split(',').map((item) => item.trim());
}
