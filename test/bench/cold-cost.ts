/** Memory at which a function gets one full core, in MB (AWS: Lambda, memory and computing power). */
export const wholeCoreMb = 1_769;

/** Share of a core that a single-threaded invocation gets: at most one, less below 1,769 MB. */
export const shareOfCore = (memoryMb: number): number => Math.min(1, memoryMb / wholeCoreMb);

/** CPU time of one subject in milliseconds: its initialisation, which gets a full core, and its answers. */
export interface Cpu {
  init: number;
  first: number;
  warm: number;
}

/** The wait for the first answer of a new process, in milliseconds of CPU time. */
export const coldAnswer = ({ init, first }: Pick<Cpu, 'init' | 'first'>, memoryMb: number): number =>
  init + first / shareOfCore(memoryMb);

/** USD for each request, and for each GB-second of it on ARM; the initialisation is billed as well (AWS: Lambda pricing, us-east-1). */
const perRequest = 0.2e-6;
const perGbSecond = 13.3334e-6;

/** USD for a million answers of that duration. */
export const usdPerMillion = (milliseconds: number, memoryMb: number): number =>
  1e6 * (perRequest + (memoryMb / 1024) * perGbSecond * (milliseconds / 1_000));

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
};
