import type { Deps } from '#functions/analytics/deps.ts';
import { fontFilesBy } from '#functions/analytics/domain/font-files.ts';
import { openDeps } from '#functions/analytics/open-deps.ts';
import type { ReportFiles } from '#functions/analytics/ports/report-files.ts';
import { observe } from '#shared/observability.ts';
import type { Table } from '#shared/table.ts';
import { type Clock, instantAfter } from '#shared/time.ts';
import { type MemoryTable, memoryTable } from './table.ts';

/** An in-memory bucket of files. */
export interface MemoryFiles extends ReportFiles {
  files: Map<string, { contentType: string; body: Buffer; writtenAt: Date }>;
}

/** The dependencies of analytics, with its own stores on an in-memory table. */
export type MemoryAnalytics = Deps &
  MemoryTable & {
    reportFiles: MemoryFiles;
    rawFiles: MemoryFiles;
    /** Logged errors. */
    errors: unknown[];
  };

/** @param through the table as the stores see it */
export const memoryAnalytics = (now: Clock, through: (table: Table) => Table = (table) => table): MemoryAnalytics => {
  const memory = memoryTable(now);
  const errors: unknown[] = [];
  const log = { error: (...said: unknown[]) => void errors.push(said) };
  return {
    ...memory,
    ...openDeps(through(memory.table), { REPORT_BUCKET: 'reports', RAW_BUCKET: 'raw' }, observe('analytics')),
    reportFiles: memoryFiles(now),
    rawFiles: memoryFiles(now),
    log,
    errors,
    fonts: fontFilesBy((source) => new URL(import.meta.resolve(source))),
  };
};

const memoryFiles = (now: Clock): MemoryFiles => {
  const files: MemoryFiles['files'] = new Map();
  return {
    files,
    write: async (key, contentType, body) => void files.set(key, { contentType, body, writtenAt: now() }),
    async read(key) {
      const file = files.get(key);
      if (!file) throw new Error(`There is no file ${key}`);
      return file.body.toString();
    },
    link: async (key, name) => ({
      url: `https://files.example/${key}?as=${name}`,
      expiresAt: instantAfter(now(), 900_000),
    }),
    async eraseSome(prefix) {
      const keys = [...files.keys()].filter((key) => key.startsWith(prefix));
      for (const key of keys) files.delete(key);
      return keys.length;
    },
    async eraseWhere(prefix, isOutdated) {
      for (const [key, { writtenAt }] of files) {
        if (key.startsWith(prefix) && isOutdated({ key, writtenAt })) files.delete(key);
      }
    },
  };
};
