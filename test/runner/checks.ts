/**
 * The checks of `npm test`, and which of them a command line selects. Pure: `test/run.ts` runs them.
 */
export interface Check {
  /** Its name on the command line. Checks can share one: `lint` is several. */
  name: string;
  /** Prefix of its output lines and name of its log: its name, unless others share that. */
  title: string;
  command: readonly [string, ...string[]];
  /** Further arguments when no file is named. If absent, the check takes no files: it always covers the whole project. */
  whole?: readonly string[];
  /** Runs only when asked for by name: a full run covers it in another check or runs it in another place. */
  onlyByName?: boolean;
  /** Runs only in a full run. */
  onlyInAll?: boolean;
}

const vitest = (...tiers: string[]): Check['command'] => [
  'vitest',
  'run',
  ...tiers.flatMap((tier) => ['--project', tier]),
];

const tier = (name: string): Check => ({ name, title: name, command: vitest(name), whole: [], onlyByName: true });

/** A CPU-bound tier, which needs a single core. */
const computing = (name: string): Check => ({
  ...tier(name),
  command: [...vitest(name), '--maxWorkers=1'],
  onlyByName: false,
});

/** Heap for the types of all files, in MB: more than Node's default. */
const lintHeapMb = 6_144;

/** A part of lint: all files at once need too much memory. A large young generation fills less often. */
const lint = (part: string, ...whole: string[]): Check => ({
  name: 'lint',
  title: `lint-${part}`,
  command: [
    'node',
    `--max-old-space-size=${lintHeapMb}`,
    '--max-semi-space-size=128',
    'node_modules/eslint/bin/eslint.js',
  ],
  whole,
});

/** Folders that load the types of CDK, which are as many as all others together. */
const infraFolders = ['infra', 'test/infra', 'test/support'];
const lintInfra = lint('infra', ...infraFolders);

/**
 * Steps run in sequence, the lanes of a step in parallel, the checks of a lane in sequence. Tests that use both cores of
 * a small machine, or depend on time, run alone.
 */
export const steps: readonly (readonly (readonly Check[])[])[] = [
  [
    [lint('rest', '.', ...infraFolders.flatMap((folder) => ['--ignore-pattern', `${folder}/`]))],
    [
      { name: 'format', title: 'format', command: ['prettier', '--check', '--log-level', 'warn'], whole: ['.'] },
      { name: 'unused', title: 'unused', command: ['knip'] },
    ],
    [
      {
        name: 'types',
        title: 'types',
        command: ['node', '--max-semi-space-size=128', 'node_modules/typescript/bin/tsc'],
      },
      { ...lintInfra, onlyByName: true },
    ],
  ],
  [
    [
      // In one run, so that the coverage of all three counts.
      { name: 'tests', title: 'tests', command: [...vitest('unit', 'infra', 'local'), '--coverage'] },
      tier('unit'),
      tier('infra'),
      tier('local'),
    ],
  ],
  // `recorded` judges what the whole tier recorded, so it runs only when no file is named.
  [
    [
      {
        name: 'integration',
        title: 'integration',
        command: vitest('integration'),
        whole: ['--project', 'recorded'],
      },
    ],
  ],
  // CPU-bound checks in sequence, beside tests that mostly wait. Coverage does not include these tiers.
  [
    [{ name: 'faults', title: 'faults', command: vitest('faults'), whole: [] }],
    [computing('simulation'), computing('exhaustive'), { ...lintInfra, onlyInAll: true }],
  ],
];

/** An invalid command line; the message lists what is valid. */
export class NotAsked extends Error {}

const names = [...new Set(steps.flat(2).map(({ name }) => name))];

/**
 * The steps to run for the arguments of `npm test --`: names of checks, each optionally followed by the files or folders
 * to check. No arguments: everything.
 * @param isPath whether an argument is a file or a folder of the project
 * @throws NotAsked
 */
export const plan = (args: readonly string[], isPath: (arg: string) => boolean): Check[][][] => {
  const asked = filesByName(args, isPath);
  const narrowed = new Set<string>();
  const wanted = (check: Check): Check[] => {
    const { name, command, whole = [], onlyByName = false, onlyInAll = false } = check;
    if (asked.size === 0 ? onlyByName : onlyInAll || !asked.has(name)) return [];
    const files = asked.get(name) ?? [];
    if (files.length === 0) return [{ ...check, command: [...command, ...whole] }];
    if (narrowed.has(name)) return []; // one part of `lint` checks all named files
    narrowed.add(name);
    return [{ ...check, title: name, command: [...command, ...files] }];
  };
  return steps
    .map((lanes) => lanes.map((checks) => checks.flatMap(wanted)).filter((checks) => checks.length > 0))
    .filter((lanes) => lanes.length > 0);
};

const filesByName = (args: readonly string[], isPath: (arg: string) => boolean): Map<string, string[]> => {
  const asked = new Map<string, string[]>();
  let last: string | undefined;
  for (const arg of args) {
    if (names.includes(arg)) {
      asked.set(arg, asked.get(arg) ?? []);
      last = arg;
    } else if (!isPath(arg)) {
      throw new NotAsked(`Unknown check or file: ${arg}. Checks: ${names.join(', ')}`);
    } else if (last === undefined) {
      throw new NotAsked(`Name a check before the file ${arg}: ${names.join(', ')}`);
    } else if (!steps.flat(2).some(({ name, whole }) => name === last && whole !== undefined)) {
      throw new NotAsked(`${last} always checks the whole project and takes no files: ${arg}`);
    } else {
      asked.get(last)?.push(arg);
    }
  }
  return asked;
};
