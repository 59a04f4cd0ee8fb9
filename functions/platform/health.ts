import { healthOperations } from '#shared/http/health.ts';

export const health = healthOperations('platform');
