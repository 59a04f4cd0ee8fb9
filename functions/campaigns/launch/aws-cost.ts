import type { PostFacts } from '../domain/publishing-facts.ts';

/** State transitions and DynamoDB write units of one post of a campaign. */
export interface AwsUse {
  transitions: number;
  writeUnits: number;
}

/** Of `publish-post`, whatever the post: wait, claim, choice, permit, choice, the loop over the parts, record. */
const plainSteps = 7;
/** With files besides: the loop over them, the last look and its choice. */
const fileSteps = 3;
/** Of one file that goes to X in one turn: upload, choice, end. */
const stepsPerFile = 3;

/** Of a post with one part from its time to its end, as counted on a stage by `bench:publishing`. */
const publishingUnits = 6;
/** Of each further part: the count of its price, its intent, its id on X. */
const unitsPerPart = 3;
/** Of a file on its way to X: begun, done. */
const unitsPerFile = 2;
/** Of the slot: made with the claim on its post in one transaction (2 x 2), planned, scheduled with its index, ended. */
const slotUnits = 8;

/** What a post takes when nothing goes wrong: each try more takes as much again as publishing does. */
export const awsUseOf = ({ parts, media }: Pick<PostFacts, 'parts' | 'media'>): AwsUse => {
  const files = media.length;
  return {
    transitions: plainSteps + parts.length + (files > 0 ? fileSteps + stepsPerFile * files : 0),
    writeUnits: slotUnits + publishingUnits + unitsPerPart * (parts.length - 1) + unitsPerFile * files,
  };
};

/** In micro-dollars: $25 a million transitions of Standard workflows, $0.625 a million write units (us-east-1). */
export const awsCostOf = ({ transitions, writeUnits }: AwsUse): number =>
  Math.ceil(transitions * 25 + writeUnits * 0.625);
