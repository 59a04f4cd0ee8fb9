import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { PostOnX } from '#infra/local/marketer.ts';
import { type Account, inLanes, type Lab, type Post, type Struck } from './lab.ts';
import { compare, type Difference, type Tally } from './oracle.ts';

/** What a fault leads to in the end. */
export type Expected =
  /** X has exactly one post for each part, in order. */
  | { end: 'published' }
  /** Postponed by this many seconds (from, to); nothing was sent, or X refused it. */
  | { end: 'put off'; seconds: readonly [number, number] }
  /** A person has to act, and learns why; once the cause is gone, publishing by hand finishes what is left. */
  | { end: 'held' | 'failed'; code: string; partsOut?: number };

/** A post that is being published, and the fault that it meets. */
export interface Scenario {
  name: string;
  /** How many parts the post has; one by default. */
  parts?: number;
  /** A campaign publishes it, not a person. */
  inCampaign?: boolean;
  expected: Expected;
  /** Arms the fault once the post is written, before it is published. The fault must strike. */
  arm?: (place: Place) => Promise<Struck>;
  /** Runs once publishing is requested; the next scenario of the lane waits for its end. */
  meanwhile?: (place: Place) => Promise<void>;
}

export interface Place {
  lab: Lab;
  account: Account;
  postId: string;
  texts: readonly string[];
  campaignId: string | undefined;
}

/** `npm run test:faults` plays every scenario (`FAULTS=all`), `npm test` every second one. */
export const playedNow = <T>(scenarios: readonly T[]): T[] =>
  scenarios.filter((_, place) => process.env['FAULTS'] === 'all' || place % 2 === 0);

interface Played extends Place {
  scenario: Scenario;
  /** The post after the fault took its effect, and what was on X then. */
  met: { post: Post; standing: PostOnX[]; putOffSeconds?: number };
}

/** The outcome of a scenario, read after all scenarios of the file: nothing may appear on X later. */
export interface Verdict extends Played {
  post: Post;
  standing: PostOnX[];
  difference: Difference;
  /** How often the fault struck. */
  struck: number | undefined;
}

/**
 * Plays all scenarios, each on an account of its own, so that their waits overlap. One that breaks off yields its error
 * in place of a verdict. @param options `lanes`: how many are started at once
 */
export const playAll = async (
  lab: Lab,
  scenarios: readonly Scenario[],
  { lanes = 4 } = {},
): Promise<Map<string, Verdict | Error>> => {
  const running: Promise<void>[] = [];
  const played = new Map<string, Played | Error>();
  const counters = new Map<string, Struck>();
  // Only a few are set up at a time: two cores start only a few functions at once.
  const breakOff = (scenario: Scenario) => (error: unknown) =>
    void played.set(scenario.name, error instanceof Error ? error : new Error(String(error)));
  const places = new Map<Scenario, Place>();
  // All are set up before the first fault strikes: one scenario may kill a process that another's set-up needs.
  await inLanes(lanes, scenarios, async (scenario) => {
    await setUp(lab, scenario).then((place) => void places.set(scenario, place), breakOff(scenario));
  });
  await inLanes(lanes, [...places], async ([scenario, place]) => {
    try {
      const struck = await begin(scenario, place);
      if (struck) counters.set(scenario.name, struck);
      await scenario.meanwhile?.(place);
      running.push(play(scenario, place).then((done) => void played.set(scenario.name, done), breakOff(scenario)));
    } catch (error) {
      breakOff(scenario)(error);
    }
  });
  await Promise.all(running);
  await lab.quietX();
  const verdicts = new Map<string, Verdict | Error>();
  await inLanes(4, [...played], async ([name, done]) => {
    verdicts.set(name, done instanceof Error ? done : await judge(done, counters.get(name)));
  });
  return verdicts;
};

const setUp = async (lab: Lab, scenario: Scenario): Promise<Place> => {
  const { parts = 1, inCampaign = false } = scenario;
  const account = await lab.newAccount();
  // Unique words: the policy refuses near-duplicates on other accounts of the workspace.
  const texts = Array.from({ length: parts }, (_, part) => `${randomUUID()}, ${part + 1} of ${parts}`);
  const postId = await lab.write(account, texts);
  const campaignId = inCampaign ? await lab.draftCampaign(postId) : undefined;
  return { lab, account, texts, postId, campaignId };
};

/** Arms the fault and publishes the post. */
const begin = async ({ arm }: Scenario, place: Place): Promise<Struck | undefined> => {
  const { lab, postId, campaignId } = place;
  const struck = await arm?.(place);
  await (campaignId === undefined ? lab.publish(postId) : lab.launch(campaignId));
  return struck;
};

const play = async (scenario: Scenario, place: Place): Promise<Played> => {
  const { lab, account, postId } = place;
  const { expected } = scenario;
  const putOffSeconds = expected.end === 'put off' ? await lab.putOff(postId) : undefined;
  const post = putOffSeconds === undefined ? await lab.ended(postId) : await lab.read(postId);
  const met = { post, standing: await lab.standing(account), ...(putOffSeconds !== undefined && { putOffSeconds }) };
  if (post.status === 'held' || post.status === 'failed') {
    await lab.liftX(account);
    await lab.publish(postId);
    await lab.ended(postId);
  }
  if (place.campaignId !== undefined) await lab.completed(place.campaignId);
  return { ...place, scenario, met };
};

const judge = async (played: Played, struck: Struck | undefined): Promise<Verdict> => {
  const { lab, account, postId, texts, scenario } = played;
  const standing = await lab.standing(account);
  const asked = scenario.expected.end === 'put off' ? [] : [texts];
  const difference = compare(asked, standing);
  return { ...played, post: await lab.read(postId), standing, difference, struck: await struck?.() };
};

/** Asserts that a scenario ended as expected, with nothing lost or doubled. */
export const expectVerdict = (verdict: Verdict | Error | undefined, { expected }: Scenario, tally: Tally): void => {
  if (verdict === undefined || verdict instanceof Error) throw verdict ?? new Error('It was not played');
  const { met, post, standing, difference } = verdict;
  tally.count(difference);
  expect(verdict.struck, 'the fault struck').not.toBe(0);
  expect(difference).toEqual({ lost: [], doubled: [], outOfOrder: [] });
  if (expected.end === 'put off') {
    expect(met.putOffSeconds).toBeGreaterThan(expected.seconds[0]);
    expect(met.putOffSeconds).toBeLessThan(expected.seconds[1]);
    return;
  }
  expect(met.post.status).toBe(expected.end);
  if (expected.end !== 'published') {
    expect(met.post.problem?.code).toBe(expected.code);
    // A sentence for a marketer.
    expect(met.post.problem?.reason).toMatch(/^[A-Z].{15,}\.$/);
    expect(met.standing).toHaveLength(expected.partsOut ?? 0);
  }
  expect(post.status).toBe('published');
  // The post names its posts on X, part by part.
  expect(post.publication?.parts.map(({ xPostId }) => xPostId)).toEqual(standing.map(({ id }) => id));
};
