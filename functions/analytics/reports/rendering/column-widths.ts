/**
 * Returns column widths that together fill the room: each column is as wide as its widest cell if possible, and columns
 * that need more than their share divide what is left.
 * @param wanted for each column the widths of its cells
 */
export const columnWidths = (wanted: readonly (readonly number[])[], room: number): number[] => {
  const natural = wanted.map((cells) => cells.reduce((widest, each) => Math.max(widest, each), 0));
  const sum = natural.reduce((total, each) => total + each, 0);
  if (sum <= room) {
    const extra = (room - sum) / natural.length;
    return natural.map((each) => each + extra);
  }
  const settled = new Set<number>();
  for (;;) {
    const left = room - natural.reduce((total, each, place) => total + (settled.has(place) ? each : 0), 0);
    const share = left / (natural.length - settled.size);
    const modest = natural.flatMap((each, place) => (!settled.has(place) && each <= share ? [place] : []));
    if (modest.length === 0) return natural.map((each, place) => (settled.has(place) ? each : share));
    for (const place of modest) settled.add(place);
  }
};
