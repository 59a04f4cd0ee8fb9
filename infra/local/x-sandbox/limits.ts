import { Refusal } from './http.ts';
import type { Caller } from './operation.ts';
import { tooManyRequests } from './problems.ts';
import type { Limit } from './settings.ts';
import type { World } from './world.ts';

const QUARTER_MS = 15 * 60_000;
const DAY_MS = 86_400_000;

const uploadStep: Limit = { user15Minutes: 1875, app24Hours: 180_000 };

/** X's rate limits for self-serve apps (docs.x.com, "Rate limits", August 2026), by operationId. */
const DOCUMENTED_LIMITS: Record<string, Limit> = {
  createPosts: { user15Minutes: 100, app24Hours: 10_000 },
  deletePosts: { user15Minutes: 50 },
  getPostsByIds: { user15Minutes: 5000, app15Minutes: 3500 },
  getPostsById: { user15Minutes: 900, app15Minutes: 450 },
  getUsersMe: { user15Minutes: 75 },
  getUsersPosts: { user15Minutes: 900, app15Minutes: 10_000 },
  repostPost: { user15Minutes: 50 },
  unrepostPost: { user15Minutes: 50 },
  getPostsAnalytics: { user15Minutes: 300, app15Minutes: 300 },
  getUsage: { app15Minutes: 50 },
  mediaUpload: { user15Minutes: 500, app24Hours: 50_000 },
  getMediaUploadStatus: { user15Minutes: 1000, app24Hours: 100_000 },
  initializeMediaUpload: uploadStep,
  appendMediaUpload: uploadStep,
  finalizeMediaUpload: uploadStep,
  createMediaMetadata: { user15Minutes: 500, app24Hours: 50_000 },
  createMediaSubtitles: { user15Minutes: 100, app24Hours: 10_000 },
  createWebhookReplayJob: { app15Minutes: 100 },
  createActivitySubscription: { app15Minutes: 500 },
  deleteMediaSubtitles: { user15Minutes: 100, app24Hours: 10_000 },
};

interface Window {
  key: string;
  /** Prefix of the headers that report it. */
  header: 'x-rate-limit' | 'x-user-limit-24hour' | 'x-app-limit-24hour';
  limit: number;
  lengthMs: number;
}

/**
 * Returns the windows in which a call counts. An app-only call has no user. A user's call counts towards the app's
 * 15-minute limit only where X gives users none, since X counts user tokens and the app token separately.
 */
function windowsOf(world: World, operationId: string, caller: Caller): Window[] {
  const limit = world.state.settings.limits[operationId] ?? DOCUMENTED_LIMITS[operationId] ?? {};
  const windows: Window[] = [];
  const add = (subject: string, header: Window['header'], lengthMs: number, value: number | undefined) => {
    if (value !== undefined)
      windows.push({ key: `${operationId} ${subject} ${lengthMs}`, header, limit: value, lengthMs });
  };
  if (caller.kind === 'user') {
    add(`user:${caller.user.id}`, 'x-rate-limit', QUARTER_MS, limit.user15Minutes);
    add(`user:${caller.user.id}`, 'x-user-limit-24hour', DAY_MS, limit.user24Hours);
  }
  const usersOwn = caller.kind === 'user' && limit.user15Minutes !== undefined;
  if (!usersOwn) add('app', 'x-rate-limit', QUARTER_MS, limit.app15Minutes);
  add('app', 'x-app-limit-24hour', DAY_MS, limit.app24Hours);
  return windows;
}

/**
 * Counts a call and returns the headers that say how many are left.
 * @throws Refusal (429 with the same headers) when a window is full; a refused call does not count.
 */
export function countCall(world: World, operationId: string, caller: Caller): Record<string, string> {
  const now = world.now();
  const windows = windowsOf(world, operationId, caller).map((window) => {
    const stored = world.state.windows[window.key];
    const open = stored !== undefined && stored.endsAt > now ? stored : { endsAt: now + window.lengthMs, count: 0 };
    return { ...window, open };
  });
  const full = windows.some(({ open, limit }) => open.count >= limit);
  if (!full) {
    for (const { key, open } of windows) world.state.windows[key] = { ...open, count: (open.count += 1) };
  }
  const headers: Record<string, string> = {};
  for (const { header, limit, open } of windows) {
    if (header !== 'x-rate-limit' && !world.state.settings.dayLimitHeaders) continue;
    Object.assign(headers, limitHeaders(header, limit, Math.max(0, limit - open.count), open.endsAt));
  }
  if (!full) return headers;
  const reply = tooManyRequests();
  throw new Refusal({ ...reply, headers: { ...reply.headers, ...headers } });
}

/** Returns the three headers of a window. @param endsAt milliseconds; the header has whole seconds */
export function limitHeaders(prefix: string, limit: number, remaining: number, endsAt: number): Record<string, string> {
  return {
    [`${prefix}-limit`]: String(limit),
    [`${prefix}-remaining`]: String(remaining),
    [`${prefix}-reset`]: String(Math.ceil(endsAt / 1000)),
  };
}

/** Ids of the operations for which limits can be set. */
export const LIMITED_OPERATIONS: readonly string[] = Object.keys(DOCUMENTED_LIMITS);
