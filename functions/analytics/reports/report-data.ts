import * as z from 'zod';
import { HexColour } from '#events/workspace-settings.ts';
import type { PostState } from '../domain/post-state.ts';
import type { Sums } from '../domain/sums.ts';
import type { Cell } from '../totals/cells.ts';
import type { GroupBy } from '../totals/groups.ts';

/** Posts that have something in common, and what that is called. */
export interface NamedGroup {
  name: string;
  sums: Sums;
}

/** How the workspace appears in its reports. */
export const NamedWorkspace = z.object({ name: z.string(), colour: HexColour });
export type NamedWorkspace = z.infer<typeof NamedWorkspace>;

/** A post as a list shows it. */
export interface ListedPost {
  post: PostState;
  /** Name of its account. */
  account: string;
  /** Where it is on X; undefined when it is not followed any more. */
  url: string | undefined;
}

/** Everything that a report is built from. */
export interface ReportData {
  workspace: NamedWorkspace;
  madeAt: Date;
  /** What was published in the period. */
  cells: readonly Cell[];
  /** By what the definition groups by, in no order; a number: there are too many of them to be read. */
  groups: Partial<Record<GroupBy, readonly NamedGroup[] | number>>;
  best: readonly ListedPost[];
  weakest: readonly ListedPost[];
}
