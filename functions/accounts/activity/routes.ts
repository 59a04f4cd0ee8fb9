import { type Route, route } from '#shared/http/route.ts';
import type { Deps } from '../deps.ts';
import { responseTo } from '../domain/x-signature.ts';
import { activityApp } from './app.ts';
import * as contract from './contract.ts';
import { receive, webhookOff } from './receive.ts';

/** Routes of the webhook that X calls: challenge and deliveries. */
export const activityRoutes = (deps: Deps): Route[] => [
  route(contract.answerXChallenge, async ({ query }) => {
    const app = await activityApp(deps);
    if (!app) throw webhookOff();
    return { response_token: responseTo(app.consumerSecret, query.crc_token) };
  }),
  route(contract.receiveXActivity, async ({ request }) => {
    const { bytes = new Uint8Array(), headers = {} } = request.signed ?? {};
    await receive(deps, { bytes, signature: headers[contract.signatureHeader] ?? '' }, request.correlationId);
    return { received: true as const };
  }),
];
