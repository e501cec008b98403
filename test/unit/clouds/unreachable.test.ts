import { expect, test } from 'vitest';
import { whyUnreachable } from '../../../src/clouds/unreachable.ts';

test.each([
  ['CERT_HAS_EXPIRED', /has expired/],
  ['CERT_NOT_YET_VALID', /not valid yet.*clock/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', /another host name.*endpoints/],
  ['SELF_SIGNED_CERT_IN_CHAIN', /not trusted.*upstream\.caFile/],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /not trusted.*upstream\.caFile/],
  ['ECONNREFUSED', /^ \(ECONNREFUSED\)$/],
])('D3: %s has its own advice', (code, says) => {
  expect(whyUnreachable(Object.assign(new Error('x'), { code }))).toMatch(says);
  if (!says.source.includes('caFile')) expect(whyUnreachable({ code })).not.toContain('private CA');
});
