import type { ContextName } from '#shared/contexts.ts';
import type { Figures } from './domain/open-metrics.ts';
import type { Service } from './domain/service.ts';

/** What this context needs from the world. */
export interface Deps {
  /** The service registry. */
  services: () => Promise<Service[]>;
  /** Asks a path of the platform's own API; false when it does not answer 2xx in time. */
  answers: (path: string) => Promise<boolean>;
  /** What CloudWatch counted for a context in the last five minutes. */
  figures: (context: ContextName) => Promise<Figures>;
  /** The OpenAPI document of every contract. */
  openApi: () => Promise<OpenApi>;
  /** Milliseconds on a clock that only goes forward. */
  elapsed: () => number;
}

/** What is read of the OpenAPI document here. */
export interface OpenApi {
  openapi: string;
  paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
