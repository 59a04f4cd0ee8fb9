import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { callLimits } from '#shared/aws-client.ts';
import { contextNames } from '#shared/contexts.ts';
import { Service } from '../domain/service.ts';

/** Reads the service registry: one SSM parameter per context under `path`, written by the context's stack. */
export const readRegistry = async (path: string): Promise<Service[]> => {
  const ssm = new SSMClient(callLimits());
  return Promise.all(
    contextNames.map(async (context) => {
      const { Parameter } = await ssm.send(new GetParameterCommand({ Name: `${path}/${context}` }));
      return Service.parse(JSON.parse(Parameter?.Value ?? ''));
    }),
  );
};
