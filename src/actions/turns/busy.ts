import type { GatewayError } from '../../errors.ts';

/**
 * Whether a machine has an action of the kind already. common-errors.md: `ActiveRequestAlreadyExists`; the pages of scans and
 * restrictions print only a message.
 */
export const isBusy = ({ details, message }: GatewayError): boolean =>
  details.upstreamCode === 'ActiveRequestAlreadyExists' ||
  ((details.upstreamStatus === 400 || details.upstreamStatus === 409) && /already (in progress|exists)/i.test(message));
