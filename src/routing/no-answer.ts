import type { Tenant } from '../config/tenants.ts';
import { type GatewayError, UpstreamError } from '../errors.ts';

/** Of one of many that Defender for Endpoint was asked to change together, and that its answer leaves out. */
export const noAnswer = ({ name }: Tenant): GatewayError =>
  new UpstreamError('UPSTREAM_UNAVAILABLE', 'Defender for Endpoint did not say what became of it', {
    tenant: name,
    api: 'mde',
    sent: 'maybe',
  });
