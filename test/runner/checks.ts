/**
 * What `npm test` runs, and what of it a command line asks for. Pure: `test/run.ts` carries it out.
 */
export interface Check {
  /** What a command line calls it. Checks of one name belong together: `lint` is several. */
  name: string;
  /** What its lines begin with, and its log is called. The name, unless others share that. */
  title: string;
  command: readonly [string, ...string[]];
  /** Further arguments when no file is named. Without them the check takes no files: it looks at the whole or at nothing. */
  whole?: readonly string[];
  /** Only when it is asked for by name: another check covers it in a run of everything, or it runs elsewhere in that. */
  onlyByName?: boolean;
  /** Only in a run of everything. */
  onlyInAll?: boolean;
}

const vitest = (...tiers: string[]): Check['command'] => [
  'vitest',
  'run',
  ...tiers.flatMap((tier) => ['--project', tier]),
];

const tier = (name: string): Check => ({ name, title: name, command: vitest(name), whole: [], onlyByName: true });

/** A tier that needs one core alone. */
const computing = (name: string): Check => ({
  ...tier(name),
  command: [...vitest(name), '--maxWorkers=1'],
  onlyByName: false,
});

/** Room for the types of all files, in MB: more than Node takes by itself. */
const lintHeapMb = 6_144;

/** A part of lint: all files at once want too much memory. The young part of the heap is large, so that it fills less often. */
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

/** Folders that know the types of CDK, which are as many as all others: each part loads what the whole project imports. */
const infraFolders = ['infra', 'test/infra', 'test/support'];
const lintInfra = lint('infra', ...infraFolders);

/**
 * Step after step; in a step the lanes go side by side, each check of a lane after the one before. Tests that use both
 * cores of a small machine, or depend on time, have it for themselves.
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
      // In one run, so that what any of them covers counts.
      { name: 'tests', title: 'tests', command: [...vitest('unit', 'infra', 'local'), '--coverage'] },
      tier('unit'),
      tier('infra'),
      tier('local'),
    ],
  ],
  // A file alone leaves nothing to judge: what the whole tier recorded is judged when no file is named.
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
  // What only computes, one after the other, beside tests that mostly wait. Coverage is counted without the two tiers.
  [
    [{ name: 'faults', title: 'faults', command: vitest('faults'), whole: [] }],
    [computing('simulation'), computing('exhaustive'), { ...lintInfra, onlyInAll: true }],
  ],
];

/** An invalid command line; the message lists what is valid. */
export class NotAsked extends Error {}

const names = [...new Set(steps.flat(2).map(({ name }) => name))];

/**
 * The steps to run for the arguments of `npm test --`: names of checks, each with the files or folders that it is to
 * look at alone behind it. No arguments: everything.
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
    if (narrowed.has(name)) return []; // one part of `lint` looks at all files that are named
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
