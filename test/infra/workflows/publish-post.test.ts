import { describe, expect, test } from 'vitest';
import { publishPost } from '#infra/workflows/publish-post.ts';
import { execute } from '#test/simulation/interpreter.ts';

const part = { part: 0, text: 'Hello' };
const permittedUntil = '2026-11-22T12:00:20.000Z';
const file = { mediaId: 'med_1' };
const onX = { outcome: 'published', part: 0, xPostId: '1', publishedAt: '2026-11-22T12:00:00.000Z' };

interface Answers {
  /** What posts.claim returns at the first look, and at the last one. */
  claim: object;
  lastLook?: object;
  permit?: string;
  /** What accounts.uploadMedia returns, call by call. */
  uploads?: object[];
}

/** Runs the definition against these answers. Returns the calls and the states that were entered, in order. */
const run = async ({ claim, lastLook = {}, permit = 'permitted', uploads = [] }: Answers) => {
  const calls: { task: string; input: Record<string, unknown> }[] = [];
  const states: string[] = [];
  const left = [...uploads];
  const answers: Record<string, (input: Record<string, unknown>) => unknown> = {
    'posts.claim': ({ isLastLook }) => ({
      ...{ outcome: 'go', accountId: 'acc_1', campaignId: null, timeSetAt: null, isUnsettled: false },
      ...{ media: [], parts: [part] },
      ...claim,
      ...(isLastLook === true && lastLook),
    }),
    'campaigns.permit': () => ({ outcome: permit, ...(permit === 'permitted' && { permittedUntil }) }),
    'accounts.uploadMedia': () => left.shift() ?? { outcome: 'ready' },
    'accounts.publishPart': () => onX,
    'posts.record': () => ({ outcome: 'published' }),
  };
  const event = {
    workspaceId: 'wsp_1',
    entityId: 'pst_1',
    correlationId: 'c',
    data: { publishAt: '2026-11-22T12:00:00.000Z', scheduleVersion: 1 },
  };
  await execute(publishPost({ posts: 'posts', accounts: 'accounts', campaigns: 'campaigns' }), event, {
    execution: { id: 'execution-1', name: 'execution-1' },
    call: async (_resource, payload) => {
      const { task, input } = payload as { task: string; input: Record<string, unknown> };
      calls.push({ task, input });
      const answer = answers[task];
      if (!answer) throw new Error(`Nobody answers ${task}`);
      return answer(input);
    },
    sleep: async () => undefined,
    sleepUntil: async () => undefined,
    enter: async (state) => void states.push(state),
  });
  return { calls, states, order: calls.map(({ task }) => task) };
};

describe('the last look before the first part', () => {
  const withMedia = { path: 'media', media: [file, file] };

  test('comes after all uploads, and is followed by the permit of the campaign', async () => {
    const claim = { ...withMedia, campaignId: 'cmp_1' };
    const uploading = { outcome: 'uploading', retryAt: '2026-11-22T12:10:00.000Z' };
    const { order, calls } = await run({ claim, lastLook: { path: 'campaign' }, uploads: [uploading, uploading] });
    expect(order).toEqual([
      'posts.claim',
      ...['accounts.uploadMedia', 'accounts.uploadMedia', 'accounts.uploadMedia', 'accounts.uploadMedia'],
      ...['posts.claim', 'campaigns.permit', 'accounts.publishPart', 'posts.record'],
    ]);
    expect(calls.filter(({ task }) => task === 'posts.claim').map(({ input }) => input['isLastLook'])).toEqual([
      undefined,
      true,
    ]);
  });

  test.each(['paused', 'cancelled'])(
    'is followed by no publication when the campaign was %s meanwhile',
    async (permit) => {
      const claim = { ...withMedia, campaignId: 'cmp_1' };
      const { order, calls } = await run({ claim, lastLook: { path: 'campaign' }, permit });
      expect(order).not.toContain('accounts.publishPart');
      expect(calls.at(-1)).toMatchObject({ task: 'posts.record', input: { permit: { outcome: permit } } });
    },
  );

  test.each(['stopped', 'skip', 'wait'])(
    'ends the execution without publishing when it returns %s',
    async (outcome) => {
      const { order } = await run({ claim: withMedia, lastLook: { outcome } });
      expect(order).toEqual(['posts.claim', 'accounts.uploadMedia', 'accounts.uploadMedia', 'posts.claim']);
    },
  );

  test('is followed by a record of the uploads and the parts', async () => {
    const processing = { outcome: 'processing', retryAt: '2026-11-22T12:10:00.000Z' };
    const { calls } = await run({ claim: withMedia, lastLook: { path: 'full' }, uploads: [processing] });
    expect(calls.at(-1)?.input).toMatchObject({ media: [processing, { outcome: 'ready' }], parts: [onX] });
  });
});

test('a post that may be on X is only looked for, and nothing is sent', async () => {
  const { order, calls } = await run({ claim: { path: 'look', media: [file] } });
  expect(order).toEqual(['posts.claim', 'accounts.publishPart', 'posts.record']);
  expect(calls[1]?.input).toMatchObject({ isWithheld: true });
});

describe('the permit of a campaign is passed with the part', () => {
  const permit = { outcome: 'permitted', permittedUntil };

  test.each<[string, Answers]>([
    ['of a plain post', { claim: { path: 'campaign', campaignId: 'cmp_1' } }],
    [
      'of one with files',
      { claim: { path: 'media', campaignId: 'cmp_1', media: [file] }, lastLook: { path: 'campaign' } },
    ],
  ])('%s', async (_, answers) => {
    const { calls } = await run(answers);
    expect(calls.find(({ task }) => task === 'accounts.publishPart')?.input).toMatchObject({ permit, part });
    const content = { parts: [part], media: 'media' in answers.claim ? [file] : [] };
    const asked = calls.find(({ task }) => task === 'campaigns.permit')?.input;
    expect(asked, 'it counts what goes out').toMatchObject({ content });
  });

  test('and is absent without a campaign', async () => {
    const { calls } = await run({ claim: { path: 'full' } });
    expect(calls.find(({ task }) => task === 'accounts.publishPart')?.input).not.toHaveProperty('permit');
  });
});

describe('the state transitions, which AWS bills,', () => {
  test('are five for a plain post', async () => {
    const { states } = await run({ claim: { path: 'plain' } });
    expect(states).toEqual(['WaitUntilDue', 'Claim', 'WhatToDo', 'PublishPlain', 'RecordPlain']);
  });

  test('are eight for a post of a campaign', async () => {
    const { states } = await run({ claim: { path: 'campaign', campaignId: 'cmp_1' } });
    const look = ['WaitUntilDue', 'Claim', 'WhatToDo', 'Permit', 'IsPermitted'];
    expect(states).toEqual([...look, 'PublishPermitted', 'Each-part-permitted', 'RecordParts']);
  });

  test('are five and one per part for a thread', async () => {
    const { states } = await run({ claim: { path: 'full', parts: [part, { ...part, part: 1 }] } });
    const look = ['WaitUntilDue', 'Claim', 'WhatToDo'];
    expect(states).toEqual([...look, 'PublishParts', 'Each-part', 'Each-part', 'RecordParts']);
  });
});
