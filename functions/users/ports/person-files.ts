import type { AuditFiles } from './audit-files.ts';

/** Where people's archives lie, and the parts that the contexts write of them. */
export interface PersonFiles extends AuditFiles {
  read(key: string): Promise<string>;
}
