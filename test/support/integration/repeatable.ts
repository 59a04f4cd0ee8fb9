import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { Marketer, newXUser } from '#infra/local/marketer.ts';
import { becomes, publish, write } from './desk.ts';
import { joinByInvitation } from './invitations.ts';
import { stage } from './stage.ts';

/** A request that can be sent with an `Idempotency-Key`. */
export interface Request {
  path: string;
  body?: unknown;
  /** Who sends it, where that is a colleague of the owner. */
  sender?: Marketer;
  /** Path of the entity that it changes, where that is not the one before the verb. */
  about?: string;
}

/** A request that an operation takes, and how often it was carried out. */
export interface Case {
  /** Makes what the request needs. Called twice, it gives two requests of one workspace that differ. */
  request: (owner: Marketer, office: Office) => Promise<Request>;
  /** Grows by one each time that the request is carried out; undefined where only the reply tells. */
  effect: (owner: Marketer, request: Request) => Promise<number | undefined>;
}

/** What a workspace has for its cases: what takes long to make, or can be used once, is there from the beginning. */
export interface Office {
  accountId: string;
  /** The next one of the owner's colleagues: as many as a case has requests. */
  colleague: () => Marketer;
  /** The id of the next post that is on X; there are as many. */
  postOnX: () => Promise<string>;
  /** The owner of another workspace. */
  neighbour: Marketer;
}

/** Gives one after the other, and begins anew behind the last one. */
const inTurn = <T>(all: readonly T[]): (() => T) => {
  const turns = [...all];
  return () => {
    const next = turns.shift();
    if (next === undefined) throw new Error('There is none to take a turn');
    turns.push(next);
    return next;
  };
};

/** Furnishes an owner's workspace for cases of so many requests. Its posts go out while others are tried. */
export const furnish = async (owner: Marketer, neighbour: Marketer, requests: number): Promise<Office> => {
  const accountId = await owner.connect(await newXUser(stage));
  const make = <T>(one: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: requests }, one));
  const [posts, colleagues] = await Promise.all([
    make(async () => (await publish(owner, await write(owner, accountId, `Out, ${randomUUID()}.`))).id),
    make(async () => {
      const colleague = new Marketer(stage, 'colleague');
      await joinByInvitation(owner, colleague, 'editor');
      return colleague;
    }),
  ]);
  const nextPost = inTurn(posts);
  return {
    accountId,
    neighbour,
    colleague: inTurn(colleagues),
    postOnX: async () => {
      const id = nextPost();
      await becomes(owner, { id }, 'published');
      return id;
    },
  };
};

/** The path of the entity that a request changes. */
export const entityOf = ({ path, about }: Request): string => about ?? path.replace(/\/[\w-]+$/, '');

/** The version of the entity that a request changes. */
export const versionAt: Case['effect'] = async (owner, request) =>
  (await owner.do(z.object({ version: z.number() }), 'GET', entityOf(request))).version;

const List = z.object({ items: z.array(z.unknown()) });
const Page = List.extend({ nextCursor: z.string().nullable() });

/** How many there are in a list that comes as a whole. */
export const countIn = async (who: Marketer, path: string): Promise<number> =>
  (await who.do(List, 'GET', path)).items.length;

/** How many there are in a list that comes in pages. */
export const countAt =
  (list: string) =>
  async (who: Marketer): Promise<number> => {
    let count = 0;
    let cursor: string | null = '';
    while (cursor !== null) {
      const after: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page: z.infer<typeof Page> = await who.do(Page, 'GET', `${list}?limit=100${after}`);
      count += page.items.length;
      cursor = page.nextCursor;
    }
    return count;
  };

/** What is made stands in no list: that the same one is named again tells that there is no other. */
export const onlyTheReplyTells: Case['effect'] = () => Promise.resolve(undefined);
