import { connect } from '#functions/accounts/domain/account.ts';
import { draft, type Post, schedule } from '#functions/posts/domain/post.ts';
import { resumePublishing } from '#functions/posts/stops/resume.ts';
import { stopPublishing } from '#functions/posts/stops/stop.ts';
import { owner } from '#test/support/http-event.ts';
import { compare, type Difference } from '../faults/oracle.ts';
import { postsThatAre } from './backup.ts';
import { type Incidents, noIncidents } from './invocation.ts';
import { type Plant, Platform } from './platform.ts';
import { author, chaosOf, idOf, personId, startMs, workspaceId } from './run.ts';
import { Simulation } from './simulation.ts';
import { XModel } from './x-model.ts';

const minute = 60_000;
const caller = {
  ...owner,
  ...author,
  workspaceId,
  personId,
  people: [personId],
  tokenId: 'token',
  signInId: undefined,
  signInRound: 0,
};

/** The outcome of a run with a stop. */
export interface StopOutcome {
  seed: number;
  /** Posts that had come due and were held when publishing was resumed. */
  held: number;
  /** From the request to stop to its answer, and how often it was requested. */
  answeredAfterMs: number;
  asked: number;
  /** Calls that began, or reached X, between the answer and the resumption. */
  afterAnswer: string[];
  difference: Difference;
  breaches: string[];
  incidents: Incidents;
  trace: readonly string[];
}

/**
 * Plays one seed: `count` posts of several accounts come due within a minute, in which somebody stops the workspace or
 * one account, and resumes it ten minutes after the answer.
 */
export const playStop = async (seed: number, count: number, plant?: Plant): Promise<StopOutcome> => {
  const simulation = new Simulation(seed, startMs);
  const incidents = noIncidents();
  const chaos = chaosOf(simulation);
  const traits = { trouble: chaos.x, refusesDuplicates: true, skewMs: 0, callMs: 10_000, latestMs: 25_000 };
  const x = new XModel(simulation, traits, incidents);
  const platform = new Platform({ simulation, x, chaos, incidents, plant });
  const accountIds = await connectAccounts(platform, x, 3);
  const posts = await writePosts(platform, simulation, accountIds, count);
  const breaches: string[] = [];
  platform.startSchedules();
  const watch = (): void => {
    simulation.after(5 * minute, () => {
      publishAgain(platform, simulation).catch((error: unknown) => breaches.push(String(error)));
      watch();
    });
  };
  watch();

  const stopped = simulation.chance(0.5) ? null : idOf('acc', simulation.between(1, 3));
  const userIds = stopped === null ? [...x.users.keys()] : [String(Number(stopped.slice(4)))];
  const stop = { requestedAt: 0, answeredAt: 0, resumedAt: 0, asked: 0, held: 0, isResumed: false };
  /** Repeats a person's request until it is answered: after a 503, and after a request that died. */
  const insist = async (work: () => Promise<unknown>): Promise<number> => {
    for (let asked = 1; ; asked += 1) {
      try {
        await work();
        return asked;
      } catch (error) {
        simulation.note(`asked again after ${String(error)}`);
        await simulation.sleep(2_000);
      }
    }
  };
  simulation.after(simulation.between(1_000, minute), () => {
    void (async () => {
      stop.requestedAt = simulation.nowMs;
      const asked = { workspaceId, stopped, reason: 'A mistake.' };
      stop.asked = await insist(() => platform.ask((deps) => stopPublishing(deps, asked, caller)));
      stop.answeredAt = simulation.nowMs;
      simulation.note('publishing is stopped');
      await simulation.sleep(10 * minute);
      stop.held = postsThatAre(platform.posts, 'held').length;
      stop.resumedAt = simulation.nowMs;
      const policy = { kind: 'publish_late' as const, withinMinutes: 1_440 };
      await insist(() => platform.ask((deps) => resumePublishing(deps, { workspaceId, stopped, policy }, author)));
      simulation.note('publishing is resumed');
      stop.isResumed = true;
    })();
  });
  const isOver = (): boolean =>
    stop.isResumed &&
    platform.onTheWay === 0 &&
    postsThatAre(platform.posts, 'scheduled', 'publishing', 'held').length === 0 &&
    ![...platform.executions.values()].includes('RUNNING');
  await simulation.run(isOver, 24 * 60 * minute).catch((error: unknown) => {
    const left = postsThatAre(platform.posts, 'scheduled', 'publishing', 'held');
    breaches.push(
      String(error),
      ...left.map(({ id, status, problem }) => `${String(id)} ${String(status)} ${JSON.stringify(problem)}`),
    );
  });

  const isWithin = (at: number | undefined): boolean =>
    at !== undefined && at > stop.answeredAt && (at < stop.resumedAt || stop.resumedAt === 0);
  const afterAnswer = x.creations
    .filter(({ userId }) => userId !== undefined && userIds.includes(userId))
    .filter(({ begunAt, landedAt }) => isWithin(begunAt) || isWithin(landedAt))
    .map(
      ({ begunAt, landedAt = NaN }) =>
        `begun ${begunAt - stop.answeredAt} ms after it, landed ${landedAt - begunAt} ms later`,
    );
  const { answeredAt, requestedAt, asked, held } = stop;
  const difference = differenceOf(x, posts);
  const { trace } = simulation;
  const answeredAfterMs = answeredAt - requestedAt;
  return { seed, held, answeredAfterMs, asked, afterAnswer, difference, breaches, incidents, trace };
};

const connectAccounts = async ({ accounts, posts }: Platform, x: XModel, count: number): Promise<string[]> => {
  const ids: string[] = [];
  for (let number = 1; number <= count; number += 1) {
    const id = idOf('acc', number);
    const user = x.addUser(String(number));
    const { accessToken, refreshToken } = x.grant(user.id, 86_400);
    const tokens = {
      workspaceId,
      accountId: id,
      sealed: JSON.stringify({ accessToken, refreshToken }),
      expiresAt: new Date(startMs + 86_400_000).toISOString(),
      refreshingUntil: null,
    };
    await accounts.accounts.connect(connect(id, workspaceId, user, new Date(startMs)), tokens, author);
    await posts.accounts.learn(workspaceId, 1, { accountId: id, isConnected: true, maxWeightedLength: 280 });
    ids.push(id);
  }
  return ids;
};

/** Posts that come due within one minute, a tenth of them threads. */
const writePosts = async (platform: Platform, simulation: Simulation, accountIds: readonly string[], count: number) => {
  const posts: Post[] = [];
  for (let number = 0; number < count; number += 1) {
    const accountId = accountIds[number % accountIds.length] ?? '';
    const length = simulation.chance(0.1) ? simulation.between(2, 4) : 1;
    const parts = Array.from({ length }, (_, part) => ({
      text: `post ${number}, part ${part}`,
      mediaIds: [],
      poll: null,
    }));
    const written = draft({ id: idOf('pst', number), workspaceId, accountId, writtenBy: personId, parts });
    const dueAt = new Date(startMs + simulation.between(1_000, minute)).toISOString();
    const { posts: store } = platform.posts;
    posts.push(
      await platform.prepare(async () => {
        const post = await store.create(written, author);
        return store.save(schedule(post, dueAt, null, new Date(startMs)), author);
      }),
    );
  }
  return posts;
};

/** Publishes again the posts that were given up, as people do. */
const publishAgain = async (platform: Platform, simulation: Simulation): Promise<void> => {
  const { posts } = platform.posts;
  for (const { id } of postsThatAre(platform.posts, 'held')) {
    const post = await posts.get(workspaceId, String(id));
    if (post.problem?.code !== 'gave_up') continue;
    const now = new Date(simulation.nowMs);
    await platform.prepare(() => posts.save(schedule(post, now.toISOString(), null, now), author));
  }
};

const differenceOf = (x: XModel, posts: readonly Post[]): Difference => {
  const total: Difference = { lost: [], doubled: [], outOfOrder: [] };
  for (const [userId, user] of x.users) {
    const asked = posts
      .filter(({ accountId }) => Number(accountId.slice(4)) === Number(userId))
      .map(({ parts }) => parts.map(({ text }) => text));
    const { lost, doubled, outOfOrder } = compare(asked, user.posts);
    total.lost.push(...lost);
    total.doubled.push(...doubled);
    total.outOfOrder.push(...outOfOrder);
  }
  return total;
};
