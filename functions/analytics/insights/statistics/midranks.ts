/** Returns ranks from 1, with the mean rank for tied values, and the sum of t^3 - t over groups of t ties. */
export const ranked = (values: readonly number[]): { ranks: number[]; ties: number } => {
  const order = values.map((value, place) => ({ value, place })).sort((one, other) => one.value - other.value);
  const ranks = new Array<number>(values.length).fill(0);
  let ties = 0;
  for (let from = 0; from < order.length;) {
    let until = from + 1;
    while (until < order.length && order[until]?.value === order[from]?.value) until += 1;
    for (const { place } of order.slice(from, until)) ranks[place] = (from + 1 + until) / 2;
    ties += (until - from) ** 3 - (until - from);
    from = until;
  }
  return { ranks, ties };
};
