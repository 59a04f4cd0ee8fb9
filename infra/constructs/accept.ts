import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Answers one finding of cdk-nag's AwsSolutions rules for one construct, with the reason why it is right as it is.
 * @param finding what exactly was found (`Resource::*`), where the rule names it.
 */
export const accept = (construct: IConstruct, rule: string, finding: string | undefined, reason: string): void => {
  const id = `AwsSolutions::AwsSolutions-${rule}${finding === undefined ? '' : `[${finding}]`}`;
  Validations.of(construct).acknowledge({ id, reason });
};
