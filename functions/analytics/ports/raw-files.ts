import type { ReportFiles } from './report-files.ts';

/** Files of readings for analysis, by key. */
export type RawFiles = Pick<ReportFiles, 'write' | 'eraseSome' | 'eraseWhere'>;
