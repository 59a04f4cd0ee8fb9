import { type Dialect, requestedFields } from './fields.ts';
import { Refusal } from './http.ts';
import { weigh } from './metrics.ts';
import type { Caller, Operation } from './operation.ts';
import { unsupportedAuthentication } from './problems.ts';
import type { User } from './user.ts';
import { isPremium } from './user.ts';
import type { World } from './world.ts';

export function userByName(world: World, username: string): User | undefined {
  const wanted = username.toLowerCase();
  return Object.values(world.state.users).find((user) => user.username.toLowerCase() === wanted);
}

/** Whether the caller can see this user's posts. The sandbox has no followers. */
export function maySee(caller: Caller, author: User): boolean {
  if (author.suspended) return false;
  return !author.protected || (caller.kind === 'user' && caller.user.id === author.id);
}

/**
 * Returns a user in X's form: always id, name and username, other fields on request. Unknown fields are dropped
 * silently.
 */
export function renderUser(world: World, user: User, fields: ReadonlySet<string>, caller: Caller, dialect: Dialect) {
  const own = caller.kind === 'user' && caller.user.id === user.id;
  const posts = Object.values(world.state.posts).filter((post) => post.authorId === user.id && !post.supersededBy);
  const followers = 100 + Math.floor(weigh(user.id, 'followers') * 20_000);
  const values: Record<string, unknown> = {
    created_at: new Date(user.createdAt).toISOString(),
    description: user.description,
    location: 'Sandbox',
    url: '',
    protected: user.protected,
    verified: isPremium(user),
    verified_type: isPremium(user) ? 'blue' : 'none',
    profile_image_url: 'https://abs.twimg.com/sticky/default_profile_images/default_profile_normal.png',
    most_recent_tweet_id: posts.at(-1)?.id,
    public_metrics: {
      followers_count: followers,
      following_count: Math.floor(weigh(user.id, 'following') * 900),
      [dialect === 'post' ? 'post_count' : 'tweet_count']: posts.length,
      listed_count: Math.floor(followers / 80),
      like_count: 0,
      media_count: posts.filter((post) => post.mediaIds.length > 0).length,
    },
    // X returns it only for the signed-in user.
    subscription_type: own ? user.subscription : undefined,
  };
  const wanted = Object.entries(values).filter(([name]) => fields.has(name));
  return { id: user.id, name: user.name, username: user.username, ...Object.fromEntries(wanted) };
}

export const getUsersMe: Operation = {
  id: 'getUsersMe',
  method: 'GET',
  path: '/2/users/me',
  auth: 'user',
  scopes: ['tweet.read', 'users.read'],
  query: ['user.fields', 'expansions', 'tweet.fields', 'post.fields'],
  async handle(world, { caller, query }) {
    if (caller.kind !== 'user') throw new Refusal(unsupportedAuthentication());
    const { dialect, user } = requestedFields(query);
    const data = renderUser(world, caller.user, user, caller, dialect);
    return { status: 200, body: { data }, charges: [{ kind: 'userRead', resource: `user:${caller.user.id}` }] };
  },
};
