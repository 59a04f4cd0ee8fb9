import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { type Answer, eventually } from '#infra/local/marketer.ts';
import { soon } from '#infra/local/slowness.ts';
import { type Account, inLanes, Lab } from './lab.ts';
import { type Asked, compare, Tally } from './oracle.ts';

/** How many times each race is run; `npm run test:faults` sets more. */
const rounds = z.coerce.number().int().positive().default(2).parse(process.env['FAULT_ROUNDS']);

const Versioned = z.object({ version: z.int(), status: z.string() });

/** One post that is due while a person does something to it. */
interface Race {
  name: string;
  text: string;
  account: Account;
  postId: string;
  /** When it is due, in milliseconds of the Unix epoch. */
  dueAt: number;
  /** The answer to the person's request; undefined until it is made. */
  answer?: Answer;
}

interface Kind {
  what: string;
  /** What the person does around the instant the post is due. */
  act: (lab: Lab, race: Race) => Promise<Answer>;
  /** What X must show in the end, given whether the request was accepted. */
  asked: (race: Race, isTaken: boolean) => Asked[];
  end: (isTaken: boolean) => string;
}

const laterMs = 20_000;
const edited = (text: string) => `${text}, edited`;

const kinds: readonly Kind[] = [
  {
    what: 'cancel',
    act: ({ maya }, { postId }) => maya.call('POST', `/v1/posts/${postId}/cancel`),
    asked: ({ text }, isTaken) => (isTaken ? [] : [[text]]),
    end: (isTaken) => (isTaken ? 'cancelled' : 'published'),
  },
  {
    what: 'reschedule',
    act: ({ maya }, { postId, dueAt }) =>
      maya.call('POST', `/v1/posts/${postId}/schedule`, { publishAt: new Date(dueAt + laterMs).toISOString() }),
    asked: ({ text }) => [[text]],
    end: () => 'published',
  },
  {
    what: 'edit',
    async act({ maya }, { postId, text }) {
      const { version } = await maya.do(Versioned, 'GET', `/v1/posts/${postId}`);
      const change = { parts: [{ text: edited(text) }] };
      return maya.call('PATCH', `/v1/posts/${postId}`, change, { 'if-match': `"v${version}"` });
    },
    asked: ({ text }, isTaken) => [[isTaken ? edited(text) : text]],
    end: () => 'published',
  },
  {
    what: 'publish now',
    act: ({ maya }, { postId }) => maya.call('POST', `/v1/posts/${postId}/publish`),
    asked: ({ text }) => [[text]],
    end: () => 'published',
  },
];

/** When the person acts, in milliseconds around the due instant: some before, some while X is called, some after. */
const offsets = [-900, -400, -150, 0, 120, 300, 700, 1_500];

describe('when a person acts at the instant a post is due', () => {
  const tally = new Tally();
  let lab: Lab;
  const races = new Map<string, Race[]>();

  beforeAll(async () => {
    lab = await Lab.open();
    const planned = kinds.flatMap((kind) =>
      Array.from({ length: rounds * offsets.length }, (_, place) => ({ kind, place })),
    );
    const acts: Promise<void>[] = [];
    // A few at a time: two cores start only a few functions at once.
    await inLanes(4, planned, async ({ kind, place }) => {
      const { what } = kind;
      const account = await lab.newAccount();
      const text = `${what}, race ${place}`;
      const postId = await lab.write(account, [text]);
      const publishAt = soon(10_000);
      const dueAt = Date.parse(publishAt);
      const race: Race = { name: `${what} ${place}`, text, account, postId, dueAt };
      races.set(what, [...(races.get(what) ?? []), race]);
      await lab.insist(Versioned, `/v1/posts/${postId}/schedule`, { publishAt });
      const actAt = dueAt + (offsets[place % offsets.length] ?? 0);
      const act = async (): Promise<void> => {
        await eventually('the instant of the act', async () => Date.now() >= actAt || undefined, { everyMs: 20 });
        race.answer = await kind.act(lab, race);
      };
      acts.push(act());
    });
    await Promise.all(acts);
  });
  afterAll(() => {
    process.stdout.write(`${tally.line()}\n`);
  });

  test.each(kinds)(
    '$what: the request takes full effect or is rejected, and nothing is lost or doubled',
    async ({ what, asked, end }) => {
      const run = races.get(what) ?? [];
      expect(run).toHaveLength(rounds * offsets.length);
      for (const race of run) {
        const status = race.answer?.status ?? 0;
        // Accepted, or refused because the post is being published, is published, or was changed meanwhile.
        expect([200, 202, 409, 412], `${race.name}: ${JSON.stringify(race.answer?.body)}`).toContain(status);
        const isTaken = status < 300;
        await eventually(
          `the end of ${race.name}`,
          async () => ((await lab.read(race.postId)).status === end(isTaken) ? true : undefined),
          { withinMs: 120_000, everyMs: 500 },
        );
        const difference = compare(asked(race, isTaken), await lab.standing(race.account));
        tally.count(difference);
        expect(difference, race.name).toEqual({ lost: [], doubled: [], outOfOrder: [] });
      }
    },
  );
});
