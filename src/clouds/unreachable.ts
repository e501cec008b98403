import { systemCodeOf } from '../system-code.ts';

const privateCa = 'its certificate is not trusted; name a private CA in upstream.caFile or NODE_EXTRA_CA_CERTS';

/** What to do about a certificate, by the code of Node or OpenSSL. */
const certificateAdvice: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired; it has to be renewed there, or the clock here is wrong',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet; the clock here or there is wrong',
  CERT_REVOKED: 'its certificate was revoked; it has to be replaced there',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'its certificate is for another host name; check endpoints of the tenant, and a proxy on the way',
  HOSTNAME_MISMATCH: 'its certificate is for another host name; check endpoints of the tenant, and a proxy on the way',
  DEPTH_ZERO_SELF_SIGNED_CERT: privateCa,
  SELF_SIGNED_CERT_IN_CHAIN: privateCa,
  CERT_UNTRUSTED: privateCa,
  UNABLE_TO_GET_ISSUER_CERT: privateCa,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: privateCa,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: privateCa,
};

/** The code of a connection that a proxy on the way did not open in time. */
export const lateAtProxy = 'ERR_PROXY_TIMEOUT';

/** What to do about a proxy, by the code of its tunnel. */
const proxyAdvice: Readonly<Record<string, string>> = {
  ERR_PROXY_AUTHENTICATION: 'the proxy wants a user name and a password; give them in HTTPS_PROXY',
  ERR_PROXY_REFUSED: 'the proxy of HTTPS_PROXY does not let it pass; allow the host there, or name it in NO_PROXY',
  ERR_PROXY_UNREACHABLE: 'the proxy of HTTPS_PROXY is not reached',
  [lateAtProxy]: 'no connection came about through the proxy of HTTPS_PROXY in time; look whether it answers',
};

const allAdvice: Readonly<Record<string, string>> = { ...certificateAdvice, ...proxyAdvice };

/** Whether a proxy on the way opened no connection in time. */
export const wasLateAtProxy = (thrown: unknown): boolean => systemCodeOf(thrown) === lateAtProxy;

/** Why a host gave no answer, for an operator: ` (ECONNREFUSED)`, or what to do about a certificate. Empty when unknown. */
export const whyUnreachable = (thrown: unknown): string => {
  const code = systemCodeOf(thrown);
  const advice = Object.hasOwn(allAdvice, code) ? allAdvice[code] : undefined;
  if (advice !== undefined) return ` (${code}: ${advice})`;
  return code === '' ? '' : ` (${code})`;
};
