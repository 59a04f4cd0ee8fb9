import type { ReportFiles } from './report-files.ts';

/** Where readings lie as files for analysis, by key. */
export type RawFiles = Pick<ReportFiles, 'write' | 'eraseSome' | 'eraseWhere'>;
