// Installs dependencies into this folder, then runs a command: `node infra/local/setup.js <command> [arguments]`.
// Plain JavaScript for Node 20 without dependencies, because it installs them.
import { spawn, spawnSync } from 'node:child_process';
import console from 'node:console';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, URL } from 'node:url';

/** The program of each command, run with the Node from node_modules. @type {Readonly<Record<string, string>>} */
const COMMANDS = {
  start: 'infra/local/start.ts',
  dev: 'infra/local/dev.ts',
  story: 'infra/local/story.ts',
  test: 'test/run.ts',
  replay: 'infra/replay.ts',
  bench: 'test/bench/run.ts',
  'bench:publishing': 'test/bench/publishing.ts',
  'bench:lateness': 'test/bench/lateness.ts',
  'bench:import': 'test/bench/import.ts',
  'bench:upload': 'test/bench/upload.ts',
  'bench:launch': 'test/bench/launch.ts',
  'bench:audit': 'test/bench/audit.ts',
  'bench:plans': 'test/bench/plans.ts',
  'bench:metrics': 'test/bench/metrics.ts',
  'bench:reports': 'test/bench/reports.ts',
  'bench:automations': 'test/bench/automations.ts',
  'bench:reaction': 'test/bench/reaction.ts',
};

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BIN = join(ROOT, 'node_modules', '.bin');

/** An error that the person at the terminal can fix. */
class SetupError extends Error {}

/** What is wrong with a version of Node, if anything. @param {string} version */
export function nodeProblem(version) {
  if (Number(version.split('.')[0]) >= 20) return undefined;
  return `Node ${version} is too old: install Node 20 or newer from https://nodejs.org and start again.`;
}

/**
 * Whether node_modules holds what package-lock.json asks for: npm writes down what it has installed. Packages for other
 * platforms may be missing.
 * @typedef {{ packages: Record<string, { version?: string, optional?: boolean, devOptional?: boolean, peer?: boolean }> }} Lock
 * @param {Lock} wanted @param {Lock} installed
 */
export function isInstalled(wanted, installed) {
  return Object.entries(wanted.packages).every(([path, { version, optional, devOptional, peer }]) => {
    const there = installed.packages[path];
    if (path === '') return true;
    return there === undefined ? Boolean(optional ?? devOptional ?? peer) : there.version === version;
  });
}

function installNpmPackages() {
  const installed = join(ROOT, 'node_modules', '.package-lock.json');
  if (existsSync(installed) && existsSync(join(BIN, 'node'))) {
    if (isInstalled(readLock(join(ROOT, 'package-lock.json')), readLock(installed))) return;
  }
  const folder = join(ROOT, 'node_modules');
  if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink()) {
    // `npm ci` begins by emptying the folder, and would empty what another project uses.
    throw new SetupError(
      `${folder} is a link to packages that do not match package-lock.json: delete the link and start again.`,
    );
  }
  console.log('Installing npm packages (once, about a minute) ...');
  // npm tells what it starts where it is itself; otherwise it is on the PATH.
  const own = process.env['npm_execpath'];
  const [command, ...first] = own?.endsWith('.js') ? [process.execPath, own] : ['npm'];
  const result = run(command, [...first, 'ci', '--no-audit', '--no-fund', '--loglevel=error']);
  if (result.problem !== undefined) throw new SetupError(installProblem('npm', result.problem));
}

/** @param {string} file @returns {Lock} */
function readLock(file) {
  /** @type {unknown} */
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  if (isLock(lock)) return lock;
  throw new SetupError(`${file} is not an npm lock file.`);
}

/** @param {unknown} value @returns {value is Lock} */
const isLock = (value) => typeof value === 'object' && value !== null && 'packages' in value;

function installPythonPackages() {
  const venv = join(ROOT, '.venv');
  const python = join(venv, 'bin', 'python');
  const requirements = join(ROOT, 'infra', 'local', 'requirements.txt');
  const stamp = join(venv, 'requirements.sha256');
  const digest = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  if (existsSync(python) && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;

  const [command, ...first] = findPython();
  console.log('Installing Python packages into .venv (once, about half a minute) ...');
  rmSync(venv, { recursive: true, force: true });
  const made = run(command, [...first, '-m', 'venv', venv]);
  if (made.problem !== undefined) {
    throw new SetupError(
      'Python cannot create a virtual environment: install its venv and pip modules (on Debian and Ubuntu: ' +
        `apt install python3-venv) and start again. Python says: ${lastLine(made.problem)}`,
    );
  }
  const pip = run(python, [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--no-input',
    '--disable-pip-version-check',
    // Every file as it was when its version was pinned, and no package that is not.
    '--require-hashes',
    '-r',
    requirements,
  ]);
  if (pip.problem !== undefined) throw new SetupError(installProblem('pip', pip.problem));
  writeFileSync(stamp, digest);
}

/** The command of a Python that is new enough. @returns {[string, ...string[]]} */
function findPython() {
  /** @type {[string, ...string[]][]} */
  const candidates = [['python3'], ['python'], ['py', '-3']];
  for (let minor = 14; minor >= 10; minor--) candidates.push([`python3.${minor}`]);
  let tooOld;
  for (const candidate of candidates) {
    const [command, ...first] = candidate;
    const asked = run(command, [...first, '-c', 'import sys; print("%d.%d" % sys.version_info[:2])']);
    const [major = 0, minor = 0] = asked.output.trim().split('.').map(Number);
    if (asked.problem === undefined && major === 3 && minor >= 10) return candidate;
    if (asked.problem === undefined) tooOld ??= asked.output.trim();
  }
  throw new SetupError(
    (tooOld === undefined ? 'Python is missing' : `Python ${tooOld} is too old`) +
      ': install Python 3.10 or newer from https://www.python.org (on Debian and Ubuntu: apt install python3 ' +
      'python3-venv) and start again.',
  );
}

/**
 * Runs a program to its end; `problem` is what it said when it failed.
 * @param {string} command @param {readonly string[]} args @returns {{ output: string, problem: string | undefined }}
 */
function run(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: ROOT, encoding: 'utf8' });
  if (error) return { output: '', problem: error.message };
  return { output: stdout, problem: status === 0 ? undefined : `${stdout}\n${stderr}` };
}

/** Why an installation failed, in a sentence. @param {'npm' | 'pip'} tool @param {string} said */
export function installProblem(tool, said) {
  const away =
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|NewConnectionError|NameResolutionError|ConnectTimeoutError|Connection refused|Temporary failure in name resolution/.exec(
      said,
    );
  if (away) return `${tool} cannot reach its registry (${away[0]}): check the network and start again.`;
  return `${tool} could not install the packages:\n${said.trim().split('\n').slice(-15).join('\n')}`;
}

/** @param {string} text */
const lastLine = (text) => text.trim().split('\n').at(-1) ?? '';

/** Runs a program of the project with Node 24, hands signals on to it, and ends as it ends. @param {string[]} args */
function hand(args) {
  const env = { ...process.env, PATH: `${BIN}${delimiter}${process.env['PATH'] ?? ''}` };
  const child = spawn(join(BIN, 'node'), args, {
    cwd: ROOT,
    env,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'], // by the channel it notices when this process is killed
  });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to every process that runs in it.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('error', (error) => {
    console.error(`Node 24 could not be started: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exit(signal === null ? (code ?? 0) : 128 + constants.signals[signal]);
  });
}

/** @param {string[]} argv */
function main([command = '', ...args]) {
  const program = COMMANDS[command];
  try {
    const problem = nodeProblem(process.versions.node);
    if (problem !== undefined) throw new SetupError(problem);
    if (program === undefined) {
      throw new SetupError(`Unknown command. Use one of: ${Object.keys(COMMANDS).join(', ')}.`);
    }
    installNpmPackages();
    installPythonPackages();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
    return;
  }
  hand([join(ROOT, program), ...args]);
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main(process.argv.slice(2));
}
