import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { RunnerTask } from 'vitest';
import type { TestCase, TestModule, TestSpecification, Vitest } from 'vitest/node';
import { DefaultReporter } from 'vitest/node';
import { functionLogs } from './places.ts';
import { excerpt, progress } from './progress.ts';

type LogLine = Parameters<DefaultReporter['onUserConsoleLog']>[0];

const everyMs = 15_000;
/** Failures that show their log: when more fail, they share a cause, which a wall of text would hide. */
const maxShown = 10;

/**
 * Vitest's default reporter with two differences: logs of functions go to a file per tier, with the last lines shown for
 * a failed test; and without a terminal it prints the progress now and then instead of a line per file.
 */
export class TierReporter extends DefaultReporter {
  private files = 0;
  private ended = 0;
  private tests = 0;
  private failed = 0;
  private shown = 0;
  private begun = 0;
  private timer: NodeJS.Timeout | undefined;
  private readonly atWork = new Set<string>();
  /** The test that wrote last, by log file. */
  private readonly writers = new Map<string, string>();

  override onInit(vitest: Vitest): void {
    super.onInit(vitest);
    this.begun = performance.now();
    if (this.isTTY) return;
    this.timer = setInterval(() => {
      this.sayProgress();
    }, everyMs).unref();
    vitest.onClose(() => {
      clearInterval(this.timer);
    });
  }

  override onTestRunStart(specifications: readonly TestSpecification[]): void {
    super.onTestRunStart(specifications);
    this.files = specifications.length;
  }

  override onTestModuleQueued(module: TestModule): void {
    super.onTestModuleQueued(module);
    this.atWork.add(module.relativeModuleId);
  }

  override onTestModuleEnd(module: TestModule): void {
    super.onTestModuleEnd(module);
    this.atWork.delete(module.relativeModuleId);
    this.ended += 1;
    // Errors outside tests: on load or in a hook.
    for (const { message } of module.errors()) this.sayFailed(module.relativeModuleId, message);
  }

  override onTestCaseResult(test: TestCase): void {
    this.tests += 1;
    const { state, errors } = test.result();
    if (state === 'failed') this.sayFailed(`${test.module.relativeModuleId} > ${test.fullName}`, errors[0]?.message);
    super.onTestCaseResult(test);
  }

  private sayFailed(what: string, message = ''): void {
    this.failed += 1;
    const [first = ''] = message.split('\n');
    this.error(`FAILED ${what}\n  ${first}`);
  }

  override onTestRunEnd(...args: Parameters<DefaultReporter['onTestRunEnd']>): void {
    clearInterval(this.timer);
    if (!this.isTTY) this.sayProgress();
    super.onTestRunEnd(...args);
  }

  /** Called for every line that test processes write through their console. */
  override onUserConsoleLog(log: LogLine): void {
    const task = this.ctx.state.idMap.get(log.taskId ?? '');
    const file = this.logFile(task);
    const writer = task === undefined ? (log.taskId ?? '') : this.getFullName(task, ' > ');
    const isNew = this.writers.get(file) !== writer;
    if (!this.writers.has(file)) {
      mkdirSync(join(this.ctx.config.root, functionLogs), { recursive: true });
      rmSync(join(this.ctx.config.root, file), { force: true });
    }
    this.writers.set(file, writer);
    appendFileSync(join(this.ctx.config.root, file), `${isNew ? `# ${writer}\n` : ''}${log.content}`);
  }

  /** Shows the last log lines of a failed test, suite or file. */
  protected override logFailedTask(task: RunnerTask): void {
    const lines = (task.logs ?? []).flatMap(({ content }) => content.trimEnd().split('\n'));
    if (lines.length === 0 || this.shown >= maxShown) return;
    this.shown += 1;
    this.error(excerpt(lines, this.logFile(task)));
  }

  protected override printTestModule(module: TestModule): void {
    if (this.isTTY) super.printTestModule(module);
  }

  private logFile(task: RunnerTask | undefined): string {
    return join(functionLogs, `${task?.file.projectName ?? 'other'}.log`);
  }

  private sayProgress(): void {
    const { files, ended, tests, failed } = this;
    const seconds = (performance.now() - this.begun) / 1000;
    const atWork = [...this.atWork].map((path) => relative('test', path));
    this.log(progress({ files, ended, tests, failed, seconds, atWork }));
  }
}
