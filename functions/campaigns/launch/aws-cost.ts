import type { PostFacts } from '../domain/publishing-facts.ts';

/** State transitions and DynamoDB write units of one post of a campaign. */
export interface AwsUse {
  transitions: number;
  writeUnits: number;
}

/** Transitions of `publish-post` for any post: wait, claim, choice, permit, choice, loop over the parts, record. */
const plainSteps = 7;
/** Additional transitions with files: loop over them, last lookup, choice. */
const fileSteps = 3;
/** Transitions per file that is uploaded in one turn: upload, choice, end. */
const stepsPerFile = 3;

/** Write units of a post with one part, as measured on a stage by `bench:publishing`. */
const publishingUnits = 6;
/** Write units per further part: its counted price, its intent, its id on X. */
const unitsPerPart = 3;
/** Write units per file: upload begun, upload done. */
const unitsPerFile = 2;
/**
 * Write units of a slot: created and post claimed in a transaction (2 x 2), planned, scheduled with its index, ended.
 */
const slotUnits = 8;

/** AWS usage of a post without errors; each further attempt costs about as much as publishing again. */
export const awsUseOf = ({ parts, media }: Pick<PostFacts, 'parts' | 'media'>): AwsUse => {
  const files = media.length;
  return {
    transitions: plainSteps + parts.length + (files > 0 ? fileSteps + stepsPerFile * files : 0),
    writeUnits: slotUnits + publishingUnits + unitsPerPart * (parts.length - 1) + unitsPerFile * files,
  };
};

/**
 * Cost in micro-dollars: $25 per million transitions of Standard workflows, $0.625 per million write units (us-east-1).
 */
export const awsCostOf = ({ transitions, writeUnits }: AwsUse): number =>
  Math.ceil(transitions * 25 + writeUnits * 0.625);
