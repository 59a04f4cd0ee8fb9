/** Something that happens to a slot at an instant (epoch milliseconds). */
export interface Due {
  at: number;
  slotKey: string;
}

const isBefore = (one: Due, other: Due): boolean =>
  one.at === other.at ? one.slotKey < other.slotKey : one.at < other.at;

/**
 * A priority queue (binary heap) of upcoming events, by time, then slot key. The order of insertion does not matter, as
 * a slot has at most one upcoming event.
 */
export class Agenda<Item extends Due> {
  readonly #heap: Item[] = [];

  add(item: Item): void {
    const heap = this.#heap;
    let place = heap.push(item) - 1;
    while (place > 0) {
      const above = (place - 1) >>> 1;
      const parent = heap[above];
      if (!parent || !isBefore(item, parent)) break;
      heap[place] = parent;
      place = above;
    }
    heap[place] = item;
  }

  next(): Item | undefined {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (!first || !last || heap.length === 0) return first;
    let place = 0;
    for (;;) {
      const [left, right] = [heap[2 * place + 1], heap[2 * place + 2]];
      if (!left) break;
      const isRight = right !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (!isBefore(child, last)) break;
      heap[place] = child;
      place = 2 * place + (isRight ? 2 : 1);
    }
    heap[place] = last;
    return first;
  }
}
