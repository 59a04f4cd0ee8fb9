import { Stack, Validations } from 'aws-cdk-lib';
import { flattenCfnReference } from 'cdk-nag/lib/utils/flatten-cfn-reference.js';
import type { IConstruct } from 'constructs';

/**
 * Answers one finding of cdk-nag's AwsSolutions rules for one construct, with the reason why it is right as it is.
 * @param finding what exactly was found (`Resource::*`), where the rule names it.
 */
export const accept = (construct: IConstruct, rule: string, finding: string | undefined, reason: string): void => {
  const id = `AwsSolutions::AwsSolutions-${rule}${finding === undefined ? '' : `[${finding}]`}`;
  Validations.of(construct).acknowledge({ id, reason });
};

/** Answers the finding that a role may use whatever a pattern of resources names. @param arn the pattern as granted */
export const acceptWildcard = (role: IConstruct, arn: string, reason: string): void => {
  accept(role, 'IAM5', `Resource::${flattenCfnReference(Stack.of(role).resolve(arn))}`, reason);
};
