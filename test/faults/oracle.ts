import type { PostOnX } from '#infra/local/marketer.ts';

/** One post as it was asked for: the texts of its parts, one for a post that is no thread. */
export type Asked = readonly string[];

/** What is wrong on X; all empty when exactly what was asked stands there. */
export interface Difference {
  /** Asked, and not there. */
  lost: string[];
  /** There once more than asked; what nobody asked for is there once too often as well. */
  doubled: string[];
  /** Parts that do not hang below the part before them; first parts that hang below anything. */
  outOfOrder: string[];
}

/** What stands on X of one account, compared with what was asked of it. Counts texts, whatever order X lists them in. */
export const compare = (asked: readonly Asked[], standing: readonly PostOnX[]): Difference => {
  const left = [...standing];
  const lost: string[] = [];
  const outOfOrder: string[] = [];
  for (const parts of asked) {
    let parent: string | null = null;
    for (const text of parts) {
      // The one in its place if there is one, so that a surplus elsewhere is not taken for it.
      const isThis = (post: PostOnX) => post.rawText === text;
      const inPlace = left.findIndex((post) => isThis(post) && (post.replyTo ?? null) === parent);
      const place = inPlace === -1 ? left.findIndex(isThis) : inPlace;
      const [found] = place === -1 ? [] : left.splice(place, 1);
      if (found === undefined) lost.push(text);
      else if (inPlace === -1) outOfOrder.push(text);
      parent = found?.id ?? parent;
    }
  }
  return { lost, doubled: left.map(({ rawText }) => rawText), outOfOrder };
};

/** Adds up what a file's scenarios found, for its last line. */
export class Tally {
  #scenarios = 0;
  readonly #found: Difference = { lost: [], doubled: [], outOfOrder: [] };

  count({ lost, doubled, outOfOrder }: Difference): void {
    this.#scenarios += 1;
    this.#found.lost.push(...lost);
    this.#found.doubled.push(...doubled);
    this.#found.outOfOrder.push(...outOfOrder);
  }

  /** `faults: N scenarios, 0 lost, 0 doubled`. */
  line(): string {
    const { lost, doubled, outOfOrder } = this.#found;
    const order = outOfOrder.length > 0 ? `, ${outOfOrder.length} out of order` : '';
    return `faults: ${this.#scenarios} scenarios, ${lost.length} lost, ${doubled.length} doubled${order}`;
  }
}
