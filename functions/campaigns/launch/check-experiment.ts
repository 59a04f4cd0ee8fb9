import { counted } from '#shared/text.ts';
import { type Found, found, nowhere } from './found.ts';
import type { LaunchFacts } from './launch-facts.ts';

/** Finds an experiment that is unlikely to reach a verdict: a blocker until it is signed off. */
export const checkExperiment = (experiment: LaunchFacts['experiment']): Found[] => {
  if (!experiment?.cannotConclude) return [];
  const level = experiment.isSignedOff ? 'warning' : 'blocker';
  const { blocks, neededBlocks } = experiment;
  const needed = typeof neededBlocks === 'number' ? ` It needs at least ${neededBlocks}.` : '';
  const message = `With ${counted(blocks, 'block')} the experiment cannot detect even a doubling.${needed}`;
  const advice = 'Plan more slots with the same account, weekday class and hours, or sign the experiment off.';
  return [found(level, 'experiment_cannot_conclude', nowhere, message, advice)];
};
