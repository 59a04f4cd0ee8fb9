import { runSimulation } from '@cloud-copilot/iam-simulate';
import type { PolicyDocument } from './stage-policies.ts';

interface Question {
  /** ARN of a role, or the name of an AWS service. */
  principal: string;
  action: string;
  resource: string;
  /** What the role's own policies say. */
  rolePolicies?: readonly PolicyDocument[];
  /** What the resource's policy says. */
  resourcePolicy?: PolicyDocument;
  /** Condition keys of the call. */
  context?: Record<string, string>;
}

/**
 * What IAM's rules make of a call: `Allowed`, or why it is refused. A second opinion beside the emulator's, by an
 * implementation of its own that knows every action and resource type of AWS.
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
