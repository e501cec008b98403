/** Codes of Node for a certificate that it does not trust. */
const untrusted: ReadonlySet<string> = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** The `code` of a system error, e.g. `ECONNREFUSED`; empty when there is none. */
export const systemCodeOf = (thrown: unknown): string =>
  typeof thrown === 'object' && thrown !== null && 'code' in thrown && typeof thrown.code === 'string'
    ? thrown.code
    : '';

/** Why a host gave no answer, for an operator: ` (ECONNREFUSED)`, or what to do about a certificate. Empty when unknown. */
export const whyUnreachable = (thrown: unknown): string => {
  const code = systemCodeOf(thrown);
  if (untrusted.has(code)) {
    return ` (${code}: its certificate is not trusted; name a private CA in upstream.caFile or NODE_EXTRA_CA_CERTS)`;
  }
  return code === '' ? '' : ` (${code})`;
};
