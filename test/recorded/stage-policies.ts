import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { Resource, SynthesizedStage } from '../support/synthesized.ts';

/*
 * A template names resources by reference, a recorded call by the ARN that CloudFormation made. Both are normalized to
 * the ARN with the name that the template gives, or else with `<stack>-<logical id>`, the start of a generated name,
 * whose random end is cut off.
 */

const region = 'us-east-1';
const account = '000000000000';
const arn = (service: string, rest: string): string => `arn:aws:${service}:${region}:${account}:${rest}`;

const arnOfType: Readonly<Record<string, (name: string) => string>> = {
  'AWS::Cognito::UserPool': (name) => arn('cognito-idp', `userpool/${name}`),
  'AWS::DynamoDB::GlobalTable': (name) => arn('dynamodb', `table/${name}`),
  'AWS::Events::EventBus': (name) => arn('events', `event-bus/${name}`),
  'AWS::Events::Rule': (name) => arn('events', `rule/${name}`),
  'AWS::IAM::Role': (name) => `arn:aws:iam::${account}:role/${name}`,
  'AWS::Lambda::Function': (name) => arn('lambda', `function:${name}`),
  'AWS::Logs::LogGroup': (name) => arn('logs', `log-group:${name}:*`),
  'AWS::S3::Bucket': (name) => `arn:aws:s3:::${name.toLowerCase()}`,
  'AWS::SQS::Queue': (name) => arn('sqs', name),
  'AWS::StepFunctions::StateMachine': (name) => arn('states', `stateMachine:${name}`),
};

/** `Ref` returns the ARN of these, and the name of others (CloudFormation template reference). */
const referredByArn = ['AWS::StepFunctions::StateMachine'];

const Exports = z.object({
  Outputs: z
    .record(z.string(), z.object({ Value: z.unknown(), Export: z.object({ Name: z.string() }).optional() }))
    .default({}),
});
const Intrinsic = z.union([
  z.strictObject({ Ref: z.string() }),
  z.strictObject({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) }),
  z.strictObject({ 'Fn::ImportValue': z.string() }),
  z.strictObject({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) }),
]);

const texts = z.union([z.string(), z.array(z.string())]).transform((given) => [given].flat());
const Statement = z.object({
  Effect: z.enum(['Allow', 'Deny']),
  Action: texts,
  Resource: texts,
  Principal: z.unknown().optional(),
  Condition: z.unknown().optional(),
});
export const PolicyDocument = z.object({ Version: z.string(), Statement: z.array(Statement) });
export type PolicyDocument = z.infer<typeof PolicyDocument>;

const PolicyProperties = z.object({ Roles: z.array(z.string()), PolicyDocument });

/** The templates of one stage, with every reference normalized. */
export class StagePolicies {
  private readonly stage: SynthesizedStage;
  private readonly exports = new Map<string, unknown>();
  private readonly generatedName: RegExp;
  private readonly userPool: string;

  constructor(stage: SynthesizedStage) {
    this.stage = stage;
    for (const file of stage.files) {
      const stack = /([^/\\]+)\.template\.json$/.exec(file)?.[1] ?? '';
      const { Outputs } = Exports.parse(JSON.parse(readFileSync(file, 'utf8')));
      for (const { Value, Export } of Object.values(Outputs)) {
        if (Export) this.exports.set(Export.Name, this.resolve(Value, stack));
      }
    }
    const names = [...stage.resources.keys()].map((key) => key.replace('/', '-'));
    this.generatedName = new RegExp(`(${names.join('|')})-[0-9a-z]{12,}`, 'gi');
    this.userPool = this.resourcesOf('AWS::Cognito::UserPool')[0]?.arn ?? '';
  }

  /** Normalizes an ARN of a running stage. There is one user pool, whose id does not contain its name. */
  normalize(physical: string): string {
    return physical
      .replace(/^arn:aws:cognito-idp:[^/]+:userpool\/.+$/, this.userPool)
      .replace(this.generatedName, '$1');
  }

  /** The resources of a type with their properties resolved. */
  resourcesOf(type: string): { key: string; arn: string; properties: Record<string, unknown> }[] {
    return [...this.stage.resources]
      .filter(([, resource]) => resource.Type === type)
      .map(([key, { Properties }]) => {
        const [stack = '', id = ''] = key.split('/');
        const properties = z.record(z.string(), z.unknown()).parse(this.resolve(Properties, stack));
        return { key, arn: arnOfType[type] ? this.arnOf(stack, id) : key, properties };
      });
  }

  /** Every policy of a role, by the role's ARN. */
  policiesOf(roleArn: string): PolicyDocument[] {
    return this.resourcesOf('AWS::IAM::Policy')
      .map(({ properties }) => PolicyProperties.parse(properties))
      .filter(({ Roles }) => Roles.some((name) => roleArn.endsWith(`:role/${name}`)))
      .map((policy) => policy.PolicyDocument);
  }

  private resolve(value: unknown, stack: string): unknown {
    if (Array.isArray(value)) return value.map((each) => this.resolve(each, stack));
    if (typeof value !== 'object' || value === null) return value;
    const intrinsic = Intrinsic.safeParse(value);
    if (intrinsic.success) return this.resolveIntrinsic(intrinsic.data, stack);
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, this.resolve(each, stack)]));
  }

  private resolveIntrinsic(value: z.infer<typeof Intrinsic>, stack: string): unknown {
    if ('Ref' in value) return this.referred(stack, value.Ref);
    if ('Fn::ImportValue' in value) {
      const name = value['Fn::ImportValue'];
      if (!this.exports.has(name)) throw new Error(`No stack exports ${name}`);
      return this.exports.get(name);
    }
    if ('Fn::Join' in value) {
      const [separator, parts] = value['Fn::Join'];
      return parts.map((part) => String(this.resolve(part, stack))).join(separator);
    }
    const [id, attribute] = value['Fn::GetAtt'];
    if (attribute === 'StreamArn') return `${this.arnOf(stack, id)}/stream/its`;
    return attribute === 'Arn' ? this.arnOf(stack, id) : `${stack}/${id}.${attribute}`;
  }

  private referred(stack: string, id: string): string {
    const resource = this.stage.resources.get(`${stack}/${id}`);
    if (!resource) return id === 'AWS::Region' ? region : id === 'AWS::AccountId' ? account : id;
    return referredByArn.includes(resource.Type) ? this.arnOf(stack, id) : nameOf(resource, stack, id);
  }

  private arnOf(stack: string, id: string): string {
    const resource = this.stage.resources.get(`${stack}/${id}`);
    const format = resource && arnOfType[resource.Type];
    // The key suffices for what no policy names, such as log deliveries and API routes.
    return format ? format(nameOf(resource, stack, id)) : `${stack}/${id}`;
  }
}

const nameOf = ({ Properties }: Resource, stack: string, id: string): string => {
  const names = ['FunctionName', 'StateMachineName', 'LogGroupName', 'EmailIdentity', 'Name'];
  const given = names.map((property) => Properties[property]);
  return given.find((name) => typeof name === 'string') ?? `${stack}-${id}`;
};
