import { Stack, Validations } from 'aws-cdk-lib';
import { flattenCfnReference } from 'cdk-nag/lib/utils/flatten-cfn-reference.js';
import type { IConstruct } from 'constructs';

/**
 * Acknowledges a finding of cdk-nag's AwsSolutions rules for a construct, with the reason.
 * @param finding the exact finding (`Resource::*`), where the rule names it
 */
export const accept = (construct: IConstruct, rule: string, finding: string | undefined, reason: string): void => {
  const id = `AwsSolutions::AwsSolutions-${rule}${finding === undefined ? '' : `[${finding}]`}`;
  Validations.of(construct).acknowledge({ id, reason });
};

/** Acknowledges a wildcard in the resources that a role may use. @param arn the pattern as granted */
export const acceptWildcard = (role: IConstruct, arn: string, reason: string): void => {
  accept(role, 'IAM5', `Resource::${flattenCfnReference(Stack.of(role).resolve(arn))}`, reason);
};
