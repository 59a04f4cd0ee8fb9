import { runSimulation } from '@cloud-copilot/iam-simulate';
import type { PolicyDocument } from './stage-policies.ts';

interface Question {
  /** ARN of a role, or the name of an AWS service. */
  principal: string;
  action: string;
  resource: string;
  /** The role's own policies. */
  rolePolicies?: readonly PolicyDocument[];
  /** The resource's policy. */
  resourcePolicy?: PolicyDocument;
  /** Condition keys of the call. */
  context?: Record<string, string>;
}

/**
 * The verdict of IAM's rules on a call: `Allowed`, or why it is denied. A second opinion to the emulator's, by an
 * independent implementation that knows every action and resource type of AWS.
 */
export const verdictOn = async (question: Question): Promise<string> => {
  const { principal, action, resource, rolePolicies = [], resourcePolicy, context = {} } = question;
  const answer = await runSimulation(
    {
      request: {
        principal,
        action,
        resource: { resource, accountId: '000000000000' },
        contextVariables: { 'aws:SecureTransport': 'true', ...context },
      },
      identityPolicies: rolePolicies.map((policy, place) => ({ name: `policy-${place}`, policy })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy,
    },
    {},
  );
  return answer.resultType === 'error' ? `no question to IAM: ${JSON.stringify(answer.errors)}` : answer.overallResult;
};
