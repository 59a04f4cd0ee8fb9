import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PROJECT } from '#infra/local/emulator.ts';
import { waitUntil } from '#infra/local/processes.ts';
import { installProblem, isInstalled, nodeProblem } from '#infra/local/setup.js';
import { inFolder } from './emulator-lab.ts';

describe('the requirements for the machine:', () => {
  test('Node 20 or newer', () => {
    expect(nodeProblem('18.19.1')).toMatch(/^Node 18\.19\.1 is too old: install Node 20 or newer/);
    expect(nodeProblem('20.0.0')).toBeUndefined();
    expect(nodeProblem('24.21.0')).toBeUndefined();
  });

  test('every package of the lock file in its version, except for optional ones', () => {
    const wanted = { packages: { '': {}, a: { version: '1.0.0' }, b: { version: '2.0.0', optional: true } } };
    expect(isInstalled(wanted, { packages: { a: { version: '1.0.0' } } })).toBe(true);
    expect(isInstalled(wanted, { packages: { a: { version: '1.0.1' } } })).toBe(false);
    expect(isInstalled(wanted, { packages: { b: { version: '2.0.0' } } })).toBe(false);
  });

  test.each([
    ['npm' as const, 'npm error code ENOTFOUND\nnpm error errno', 'npm cannot reach its registry (ENOTFOUND): check'],
    [
      'pip' as const,
      'Retrying ... NewConnectionError(...)',
      'pip cannot reach its registry (NewConnectionError): check',
    ],
    ['npm' as const, 'npm error code EUSAGE\nlock file', 'npm could not install the packages:\nnpm error code EUSAGE'],
  ])('a failure of %s with the output %j is explained', (tool, said, sentence) => {
    expect(installProblem(tool, said).slice(0, sentence.length)).toBe(sentence);
  });
});

/** A project with nothing installed, and a folder for the programs that the machine has. */
function inProject(use: (project: string, programs: string) => Promise<void> | void): Promise<void> {
  return inFolder(async (folder) => {
    const local = join(folder, 'infra', 'local');
    const programs = join(folder, 'programs');
    for (const made of [local, programs, join(folder, 'test')]) mkdirSync(made, { recursive: true });
    copyFileSync(join(PROJECT, 'infra/local/setup.js'), join(local, 'setup.js'));
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(join(folder, 'package-lock.json'), '{"packages":{"":{},"node_modules/a":{"version":"1.0.0"}}}');
    writeFileSync(join(local, 'requirements.txt'), 'a==1.0.0\n');
    writeFileSync(join(folder, 'test', 'run.ts'), `console.log('ran', process.argv[2], process.env.PATH);`);
    await use(folder, programs);
  });
}

function program(file: string, ...lines: string[]): void {
  writeFileSync(file, ['#!/bin/sh', ...lines, ''].join('\n'));
  chmodSync(file, 0o755);
}

/** An npm that records each call and installs Node and a package `a` in version 1.0.0. */
function npmThatWorks(project: string, programs: string): void {
  program(
    join(programs, 'npm'),
    'echo "npm $1" >> calls',
    '/bin/mkdir -p node_modules/.bin',
    `/bin/ln -sf ${process.execPath} node_modules/.bin/node`,
    `echo '{"packages":{"node_modules/a":{"version":"1.0.0"}}}' > node_modules/.package-lock.json`,
  );
}

/** A Python that reports this version and creates environments with a working pip. */
function python(programs: string, version: string): void {
  program(
    join(programs, 'python3'),
    'if [ "$1" = -c ]; then echo ' + version + '; exit; fi',
    '/bin/mkdir -p "$3/bin"',
    `printf '#!/bin/sh\\necho pip >> calls\\n' > "$3/bin/python"`,
    '/bin/chmod +x "$3/bin/python"',
  );
}

function setup(project: string, programs: string, ...args: string[]) {
  return spawnSync(process.execPath, [join(project, 'infra/local/setup.js'), ...args], {
    env: { PATH: programs },
    encoding: 'utf8',
  });
}

describe('setup.js', () => {
  test("installs only what is missing or outdated, then runs the command with the project's Node", async () => {
    await inProject((project, programs) => {
      npmThatWorks(project, programs);
      python(programs, '3.10');
      const first = setup(project, programs, 'test', '--fast');
      expect(first.stdout).toMatch(/Installing npm packages.*\nInstalling Python packages.*\nran --fast/);
      expect(first.stdout).toContain(`${join(project, 'node_modules', '.bin')}${delimiter}${programs}`);
      expect(first.status).toBe(0);
      expect(setup(project, programs, 'test', '--fast').stdout).toMatch(/^ran --fast/);
      expect(readFileSync(join(project, 'calls'), 'utf8')).toBe('npm ci\npip\n');

      writeFileSync(join(project, 'infra/local/requirements.txt'), 'a==2.0.0\n');
      expect(setup(project, programs, 'test').stdout).toMatch(/^Installing Python packages/);
      writeFileSync(join(project, 'package-lock.json'), '{"packages":{"node_modules/a":{"version":"2.0.0"}}}');
      expect(setup(project, programs, 'test').stdout).toMatch(/^Installing npm packages/);
    });
  });

  test('refuses to install into a node_modules that is a link to another folder', async () => {
    await inProject((project, programs) => {
      npmThatWorks(project, programs);
      python(programs, '3.13');
      const other = join(project, 'other');
      mkdirSync(other);
      symlinkSync(other, join(project, 'node_modules'));
      const { status, stderr } = setup(project, programs, 'test');
      expect(stderr).toMatch(/node_modules is a link to .* delete the link and start again\.\n$/);
      expect(status).toBe(1);
      expect(existsSync(join(project, 'calls'))).toBe(false);
    });
  });

  test('fails without Python, with one sentence on what to do', async () => {
    await inProject((project, programs) => {
      npmThatWorks(project, programs);
      const { status, stderr } = setup(project, programs, 'test');
      expect(stderr).toMatch(/^Python is missing: install Python 3\.10 or newer .*\n$/);
      expect(status).toBe(1);
    });
  });

  test('fails with a Python that is too old, with one sentence that names its version', async () => {
    await inProject((project, programs) => {
      npmThatWorks(project, programs);
      python(programs, '3.9');
      expect(setup(project, programs, 'test').stderr).toMatch(
        /^Python 3\.9 is too old: install Python 3\.10 or newer .*\n$/,
      );
    });
  });

  test('fails with a Python that cannot create environments, naming the package to install', async () => {
    await inProject((project, programs) => {
      npmThatWorks(project, programs);
      const oldestThatWorks = 'if [ "$1" = -c ]; then echo 3.12; exit; fi';
      program(join(programs, 'python3'), oldestThatWorks, 'echo "ensurepip is not available" >&2', 'exit 1');
      const { stderr } = setup(project, programs, 'test');
      expect(stderr).toMatch(/apt install python3-venv.*Python says: ensurepip is not available\n$/);
      expect(existsSync(join(project, '.venv', 'requirements.sha256'))).toBe(false);
    });
  });

  test('fails without a network, with one sentence', async () => {
    await inProject((project, programs) => {
      program(join(programs, 'npm'), 'echo "npm error code EAI_AGAIN" >&2', 'exit 1');
      expect(setup(project, programs, 'test').stderr).toBe(
        'npm cannot reach its registry (EAI_AGAIN): check the network and start again.\n',
      );
    });
  });

  test('rejects an unknown command with a list of those that exist', async () => {
    await inProject((project, programs) => {
      expect(setup(project, programs, 'fly').stderr).toBe(
        'Unknown command. Use one of: start, dev, story, test, replay, bench, bench:publishing, bench:lateness, bench:import, bench:upload, bench:launch, bench:audit, bench:plans, bench:metrics, bench:reports, bench:automations, bench:reaction.\n',
      );
    });
  });

  test('passes on signals and the exit code', async () => {
    await inProject(async (project, programs) => {
      npmThatWorks(project, programs);
      python(programs, '3.13');
      writeFileSync(
        join(project, 'test', 'run.ts'),
        `process.on('SIGTERM', () => process.exit(7)); setInterval(() => {}, 1000); console.log('up');`,
      );
      const child = spawn(process.execPath, [join(project, 'infra/local/setup.js'), 'test'], {
        env: { PATH: programs },
      });
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.stdout.on('data', (text: Buffer) => {
        if (text.toString().includes('up')) child.kill('SIGTERM');
      });
      expect(await ended).toBe(7);
    });
  });

  test('lets its command stop when it is killed', async () => {
    await inProject(async (project, programs) => {
      npmThatWorks(project, programs);
      python(programs, '3.13');
      const processes = JSON.stringify(join(PROJECT, 'infra/local/processes.ts'));
      const ended = join(project, 'ended');
      writeFileSync(
        join(project, 'test', 'run.ts'),
        `import { stopOnSignal } from ${processes};
         import { writeFileSync } from 'node:fs';
         stopOnSignal(async () => writeFileSync(${JSON.stringify(ended)}, ''));
         setInterval(() => {}, 1000);
         console.log('up');`,
      );
      const child = spawn(process.execPath, [join(project, 'infra/local/setup.js'), 'test'], {
        env: { PATH: programs },
      });
      child.stdout.on('data', (text: Buffer) => {
        if (text.toString().includes('up')) child.kill('SIGKILL');
      });
      await waitUntil('The end of the program', () => (existsSync(ended) ? true : undefined));
    });
  });

  test('runs from a folder that is a symbolic link', async () => {
    await inProject((project, programs) => {
      npmThatWorks(project, programs);
      python(programs, '3.13');
      const link = join(project, 'link');
      symlinkSync(project, link);
      expect(setup(link, programs, 'test').stdout).toContain('ran');
    });
  });
});
