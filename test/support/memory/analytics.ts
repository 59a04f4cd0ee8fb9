import type { Deps } from '#functions/analytics/deps.ts';
import type { Snapshot } from '#functions/analytics/domain/metrics.ts';
import type { TrackedPost } from '#functions/analytics/domain/tracked-post.ts';
import { firstVersion, lostUpdate, nextVersion } from '#shared/entities.ts';
import type { Change } from '#shared/lambda/stream.ts';
import type { Clock } from '#shared/time.ts';

/** The context's stores in memory, with the writes that a table's stream would tell. */
export interface MemoryAnalytics extends Deps {
  /** Every write of a tracked post, in order. */
  changes: Change[];
}

export const memoryAnalytics = (now: Clock): MemoryAnalytics => {
  const posts = new Map<string, TrackedPost>();
  const snapshots = new Map<string, Map<string, Snapshot>>();
  const campaigns = new Set<string>();
  const changes: Change[] = [];
  const key = (workspaceId: string, id: string) => `${workspaceId}/${id}`;

  const save: Deps['posts']['save'] = async (post, author) => {
    const at = key(post.workspaceId, post.id);
    const before = posts.get(at);
    if ((before?.version ?? 0) !== post.version) throw lostUpdate();
    const next = nextVersion(post, now(), author);
    posts.set(at, next);
    changes.push({
      before: before && { ...before, type: 'tracked_post' },
      after: { ...next, type: 'tracked_post' },
    });
    return next;
  };

  return {
    changes,
    now,
    posts: {
      find: async (workspaceId, postId) => posts.get(key(workspaceId, postId)),
      async track(post, author) {
        if (!posts.has(key(post.workspaceId, post.id))) await save(firstVersion(post, now(), author), author);
      },
      save,
      due: async (at, limit) =>
        [...posts.values()]
          .filter(({ nextSweepAt }) => nextSweepAt !== null && new Date(nextSweepAt) <= at)
          .sort((one, other) => Date.parse(one.nextSweepAt ?? '') - Date.parse(other.nextSweepAt ?? ''))
          .slice(0, limit),
      ofCampaign: async (workspaceId, campaignId) =>
        [...posts.values()].filter((post) => post.workspaceId === workspaceId && post.campaignId === campaignId),
    },
    snapshots: {
      async add(workspaceId, postId, snapshot) {
        const at = key(workspaceId, postId);
        snapshots.set(at, (snapshots.get(at) ?? new Map<string, Snapshot>()).set(snapshot.measuredAt, snapshot));
      },
      list: async (workspaceId, postId, from, to) =>
        [...(snapshots.get(key(workspaceId, postId))?.values() ?? [])]
          .filter(({ measuredAt }) => new Date(measuredAt) >= from && new Date(measuredAt) < to)
          .sort((one, other) => (one.measuredAt < other.measuredAt ? -1 : 1)),
    },
    campaigns: {
      isKnown: async (workspaceId, campaignId) => campaigns.has(key(workspaceId, campaignId)),
      learn: async (workspaceId, campaignId) => void campaigns.add(key(workspaceId, campaignId)),
    },
  };
};
