import type { XUser } from '#functions/accounts/domain/account.ts';
import type { ShownPost } from '#functions/accounts/domain/post-match.ts';
import { XError, type XFailure } from '#functions/accounts/domain/x-failure.ts';
import type { PostToCreate, XApi, XReply, XTokens } from '#functions/accounts/x/port.ts';
import type { PostOnX } from '#infra/local/marketer.ts';
import { instantAfter } from '#shared/time.ts';
import { creationOf, priceOf } from '#shared/x-prices.ts';
import type { Incidents } from './invocation.ts';
import type { Simulation } from './simulation.ts';

const tokenSeconds = 7_200;

interface User {
  profile: XUser;
  isSuspended: boolean;
  posts: PostOnX[];
}

export interface XTraits {
  /** How often X fails a call, in one way or another. */
  trouble: number;
  /** Whether it refuses the same text twice. */
  refusesDuplicates: boolean;
  /** How far its clock is ahead of ours, in milliseconds. */
  skewMs: number;
  /** When a caller gives up, in milliseconds; what it sent may still reach X later. */
  callMs: number;
  /** A request reaches X at most this long after its caller gave up, in milliseconds. */
  latestMs: number;
}

/** X as the platform sees it: accounts, single-use refresh tokens, posts, and calls that arrive late or unanswered. */
export class XModel {
  readonly users = new Map<string, User>();
  /** Concurrent refreshes of one account by two living processes, which must not happen. */
  refreshRaces = 0;
  refreshes = 0;
  /** Calls that create a post: when each began, and when X committed it, if it did. */
  readonly creations: { userId: string | undefined; begunAt: number; landedAt?: number }[] = [];
  readonly #taken: { at: number; micros: number }[] = [];
  #ids = 0;
  readonly #access = new Map<string, { userId: string; until: number }>();
  readonly #refresh = new Map<string, { userId: string; isSpent: boolean }>();
  readonly #refreshing = new Map<string, Set<() => boolean>>();
  readonly #simulation: Simulation;
  readonly #traits: XTraits;
  readonly #incidents: Incidents;

  constructor(simulation: Simulation, traits: XTraits, incidents: Incidents) {
    this.#simulation = simulation;
    this.#traits = traits;
    this.#incidents = incidents;
  }

  addUser(id: string): XUser {
    const profile: XUser = {
      id,
      username: `user_${id}`,
      name: `User ${id}`,
      profileImageUrl: null,
      isProtected: false,
      subscription: 'None',
      verifiedType: 'none',
      audience: null,
    };
    this.users.set(id, { profile, isSuspended: false, posts: [] });
    return profile;
  }

  /** A pair of tokens, as granted by a consent. */
  grant(userId: string, expiresInSeconds = tokenSeconds): XTokens {
    const accessToken = `access-${(this.#ids += 1)}`;
    const refreshToken = `refresh-${(this.#ids += 1)}`;
    this.#access.set(accessToken, { userId, until: this.#simulation.nowMs + expiresInSeconds * 1000 });
    this.#refresh.set(refreshToken, { userId, isSpent: false });
    return { accessToken, refreshToken, expiresInSeconds, scopes: [] };
  }

  /** X as seen by an invocation. `isAlive` tells whether its process still waits for answers. */
  port(isAlive: () => boolean): XApi {
    const call = <T>(what: string, work: () => T): Promise<T> => this.#call(what, work, isAlive);
    const reply = async <T>(what: string, accessToken: string, work: (user: User) => T): Promise<XReply<T>> => ({
      value: await call(what, () => work(this.#userOf(accessToken))),
      scarce: null,
    });
    return {
      authorizeUrl: async () => 'https://x.example/authorize',
      exchangeCode: async () => fail({ kind: 'invalid', reason: 'No code is given here.' }),
      refresh: (refreshToken) => this.#refreshOnce(refreshToken, isAlive),
      revoke: async () => undefined,
      me: async (accessToken) => (await reply('me', accessToken, ({ profile }) => profile)).value,
      createPost: (accessToken, post) => {
        const userId = this.#access.get(accessToken)?.userId;
        const creation: XModel['creations'][number] = { userId, begunAt: this.#simulation.nowMs };
        this.creations.push(creation);
        return reply('create a post', accessToken, (user) => {
          const xPostId = this.#create(user, post);
          creation.landedAt = this.#simulation.nowMs;
          return { xPostId };
        });
      },
      deletePost: (accessToken, xPostId) =>
        reply('delete a post', accessToken, (user) => {
          user.posts = user.posts.filter(({ id }) => id !== xPostId);
        }),
      repost: (accessToken) => reply('repost', accessToken, () => true),
      timeline: (accessToken, _xUserId, since) =>
        reply('timeline', accessToken, ({ posts }) => posts.filter(({ createdAt }) => createdAt >= since).map(shown)),
      showPosts: (accessToken, ids) =>
        reply('look posts up', accessToken, ({ posts }) => ({
          posts: posts.filter(({ id }) => ids.includes(id)).map(shown),
          gone: ids.filter((id) => !posts.some((post) => post.id === id)),
        })),
      readPosts: (accessToken) => reply('look posts up', accessToken, () => ({ posts: [], gone: [] })),
      initializeMedia: (accessToken) =>
        reply('initialize media', accessToken, () => ({
          xMediaId: String((this.#ids += 1)),
          expiresInSeconds: 86_400,
        })),
      appendMedia: (accessToken) => reply('append media', accessToken, () => true),
      finalizeMedia: (accessToken) => reply('finalize media', accessToken, () => ({ state: 'done' as const })),
      attachSubtitles: (accessToken) => reply('attach subtitles', accessToken, () => true),
      mediaStatus: (accessToken) => reply('media status', accessToken, () => ({ state: 'done' as const })),
      setAltText: (accessToken) => reply('alt text', accessToken, () => true),
    };
  }

  /**
   * A call over the network: the request arrives after a while, even when nobody waits for the answer any more; the
   * answer returns after a while, or is lost.
   */
  #call<T>(what: string, work: () => T, isAlive: () => boolean): Promise<T> {
    const { trouble, callMs, latestMs } = this.#traits;
    const simulation = this.#simulation;
    return new Promise<T>((resolve, reject) => {
      const answer = (settle: () => void): void => {
        if (isAlive()) settle();
      };
      const unknown = (): void => {
        answer(() => {
          reject(new XError({ kind: 'unknown_outcome' }));
        });
      };
      let isAnswered = false;
      simulation.after(callMs, () => {
        if (!isAnswered) unknown();
      });
      if (simulation.chance(trouble / 4)) return; // the connection is cut before it reaches X
      const isLate = simulation.chance(trouble / 2);
      if (isLate) this.#incidents.lateArrivals += 1;
      simulation.after(isLate ? simulation.between(callMs, callMs + latestMs) : simulation.between(20, 400), () => {
        const settle = this.#landed(what, work, resolve, reject);
        if (simulation.chance(trouble / 2)) {
          this.#incidents.lostAnswers += 1;
          simulation.note(`X's answer to "${what}" is lost`);
          return;
        }
        simulation.after(simulation.between(10, 100), () => {
          isAnswered = true;
          answer(settle);
        });
      });
    });
  }

  /** Handles a call that has arrived. @returns a function that answers the caller */
  #landed<T>(what: string, work: () => T, resolve: (value: T) => void, reject: (error: unknown) => void): () => void {
    const simulation = this.#simulation;
    const refuse = (failure: XFailure) => () => {
      reject(new XError(failure));
    };
    if (simulation.chance(this.#traits.trouble / 3)) {
      const resetAt = instantAfter(new Date(simulation.nowMs), simulation.between(1_000, 90_000));
      return simulation.chance(0.5) ? refuse({ kind: 'rate_limited', resetAt }) : refuse({ kind: 'unknown_outcome' });
    }
    try {
      const value = work();
      simulation.note(`X: ${what}`);
      if (simulation.chance(this.#traits.trouble / 4)) return refuse({ kind: 'unknown_outcome' }); // a 500 after the commit
      return () => {
        resolve(value);
      };
    } catch (error) {
      return () => {
        reject(error);
      };
    }
  }

  #userOf(accessToken: string): User {
    const token = this.#access.get(accessToken);
    const user = token && this.users.get(token.userId);
    if (!user || token.until <= this.#simulation.nowMs) return fail({ kind: 'unauthorized' });
    return user.isSuspended ? fail({ kind: 'suspended' }) : user;
  }

  async #refreshOnce(refreshToken: string, isAlive: () => boolean): Promise<XTokens> {
    const userId = this.#refresh.get(refreshToken)?.userId ?? '';
    const others = this.#refreshing.get(userId) ?? new Set();
    if ([...others].some((other) => other !== isAlive && other())) this.refreshRaces += 1;
    others.add(isAlive);
    this.#refreshing.set(userId, others);
    try {
      return await this.#call('refresh', () => this.#exchange(refreshToken), isAlive);
    } finally {
      others.delete(isAlive);
    }
  }

  #exchange(refreshToken: string): XTokens {
    const token = this.#refresh.get(refreshToken);
    if (!token || token.isSpent) return fail({ kind: 'invalid', reason: 'Value passed for the token was invalid.' });
    token.isSpent = true;
    this.refreshes += 1;
    return this.grant(token.userId);
  }

  /** What X has billed for posts by an instant, in millionths of a US dollar. */
  billedBefore(instantMs: number): number {
    return this.#taken.filter(({ at }) => at < instantMs).reduce((sum, { micros }) => sum + micros, 0);
  }

  #create(user: User, { text, replyTo, xMediaIds }: PostToCreate): string {
    if (replyTo !== null && !user.posts.some(({ id }) => id === replyTo)) return fail({ kind: 'not_found' });
    const isDuplicate = user.posts.some((post) => post.rawText === text);
    if (isDuplicate && this.#traits.refusesDuplicates) return fail({ kind: 'duplicate' });
    const id = String(1_000_000 + (this.#ids += 1));
    const createdAt = new Date(this.#simulation.nowMs + this.#traits.skewMs).toISOString();
    const now = new Date(this.#simulation.nowMs);
    const micros = priceOf(creationOf({ hasUrl: text.includes('https://') }), now);
    this.#taken.push({ at: now.getTime(), micros });
    user.posts.push({ id, rawText: text, createdAt, replyTo, media: [...xMediaIds] });
    this.#simulation.note(`X has "${text}"`);
    return id;
  }
}

const shown = ({ id, rawText, replyTo, media, createdAt }: PostOnX): ShownPost => ({
  xPostId: id,
  text: rawText,
  links: [],
  replyTo: replyTo ?? null,
  mediaCount: media.length,
  createdAt,
});

const fail = (failure: XFailure): never => {
  throw new XError(failure);
};
