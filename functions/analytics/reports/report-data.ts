import * as z from 'zod';
import { HexColour } from '#events/workspace-settings.ts';
import type { PostState } from '../domain/post-state.ts';
import type { Sums } from '../domain/sums.ts';
import type { Cell } from '../totals/cells.ts';
import type { GroupBy } from '../totals/groups.ts';

/** Posts that have something in common, with a name. */
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
  /** URL on X; undefined if the post is no longer tracked. */
  url: string | undefined;
}

/** Everything that a report is built from. */
export interface ReportData {
  workspace: NamedWorkspace;
  madeAt: Date;
  /** What was published in the period. */
  cells: readonly Cell[];
  /** Groups for each grouping of the definition, in no order; a number: there are too many to read. */
  groups: Partial<Record<GroupBy, readonly NamedGroup[] | number>>;
  best: readonly ListedPost[];
  weakest: readonly ListedPost[];
}
