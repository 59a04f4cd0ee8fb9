import { readFileSync } from 'node:fs';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files with this tag take about a minute: they start first, and others run meanwhile. */
export const longTag = {
  name: 'long',
  description: 'Takes about a minute, most of it waiting for a sweep or a due time: its file begins first.',
};

const isLong = ({ moduleId }: TestSpecification): boolean => /@module-tag long\b/.test(readFileSync(moduleId, 'utf8'));

export class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const long = new Set(sorted.filter(isLong));
    return [...long, ...sorted.filter((file) => !long.has(file))];
  }
}
