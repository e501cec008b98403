import type { GatewayOptions } from '../../src/gateway.ts';

type ShortWay = GatewayOptions['shortWay'];

const shortWays: readonly ShortWay[] = ['learned', 'atOnce', 'off'];

const shortWayOf = (text: string | undefined): ShortWay => {
  const named = shortWays.find((each) => each === text);
  if (named === undefined && text !== undefined && text !== '')
    throw new Error(`GATEWAY_SHORT_WAY: there is no ${text}`);
  return named;
};

/**
 * Whether the gateways of the tests answer past Apollo's pipeline: `GATEWAY_SHORT_WAY=atOnce` wherever they may, `off` never; without it
 * as in production. So the whole suite can be run on each way.
 */
export const shortWay: ShortWay = shortWayOf(process.env.GATEWAY_SHORT_WAY);
