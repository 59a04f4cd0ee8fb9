/** Memory at which a function has one whole core, in MB (AWS: Lambda, memory and computing power). */
export const wholeCoreMb = 1_769;

/** Share of a core that an invocation gets: less than one below 1,769 MB, and no more for one thread above. */
export const shareOfCore = (memoryMb: number): number => Math.min(1, memoryMb / wholeCoreMb);

/** CPU of one subject in milliseconds: of its initialisation, which runs on a whole core, and of its answers. */
export interface Cpu {
  init: number;
  first: number;
  warm: number;
}

/** How long somebody waits for the first answer of a new process, in milliseconds of CPU. */
export const coldAnswer = ({ init, first }: Pick<Cpu, 'init' | 'first'>, memoryMb: number): number =>
  init + first / shareOfCore(memoryMb);

/** USD for each request, and for each GB-second of it on ARM; the initialisation is billed as well (AWS: Lambda pricing, us-east-1). */
const perRequest = 0.2e-6;
const perGbSecond = 13.3334e-6;

/** USD for a million answers that each take so long, in milliseconds. */
export const usdPerMillion = (milliseconds: number, memoryMb: number): number =>
  1e6 * (perRequest + (memoryMb / 1024) * perGbSecond * (milliseconds / 1_000));

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
};
