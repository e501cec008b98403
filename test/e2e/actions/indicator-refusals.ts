import type { RefusalRow } from './refusal-rows.ts';

const sha1 = 'ab'.repeat(20);
const block = { action: 'BLOCK', title: 'Bad', description: 'Seen in a case' };
const domain = { indicatorType: 'DOMAIN_NAME', indicatorValue: 'refused.example', ...block };
const mutation = 'mutation';

type Given = Readonly<Record<string, unknown>>;

const of = (indicatorType: string, indicatorValue: string): Given => ({ ...domain, indicatorType, indicatorValue });

/** What is wrong with one indicator. */
const faults: Readonly<Record<string, Given>> = {
  'a SHA-1 with 39 digits': of('FILE_SHA1', 'a'.repeat(39)),
  'a SHA-1 for a SHA-256': of('FILE_SHA256', sha1),
  'a SHA-256 for an MD5': of('FILE_MD5', 'ab'.repeat(32)),
  'a hash that is not hex': of('FILE_SHA1', 'z'.repeat(40)),
  'a thumbprint with blanks': { ...of('CERTIFICATE_THUMBPRINT', 'ab cd'), action: 'ALLOWED' },
  'a range': of('IP_ADDRESS', '203.0.113.0/24'),
  'a range of IPv6': of('IP_ADDRESS', '2001:db8::/32'),
  'a private address': of('IP_ADDRESS', '192.168.0.7'),
  'a private address of 172.16/12': of('IP_ADDRESS', '172.31.255.1'),
  'this machine': of('IP_ADDRESS', '127.0.0.1'),
  'a link-local address of IPv6': of('IP_ADDRESS', 'fe80::1'),
  'a unique local address of IPv6': of('IP_ADDRESS', 'fd00::1'),
  'a private address inside of IPv6': of('IP_ADDRESS', '::ffff:10.0.0.1'),
  'an address that is none': of('IP_ADDRESS', '203.0.113.256'),
  'a domain with a scheme': of('DOMAIN_NAME', 'https://bad.example'),
  'a domain with a path': of('DOMAIN_NAME', 'bad.example/path'),
  'a domain with a port': of('DOMAIN_NAME', 'bad.example:8443'),
  'a domain with a wildcard': of('DOMAIN_NAME', '*.bad.example'),
  'a domain that is an address': of('DOMAIN_NAME', '203.0.113.7'),
  'a name alone': of('DOMAIN_NAME', 'localhost'),
  'a URL of another scheme': of('URL', 'ftp://bad.example/x'),
  'a URL with a blank': of('URL', 'https://bad.example/a b'),
  'a URL without a host': of('URL', 'https:///path'),
  'a URL with a password': of('URL', 'https://user:pass@bad.example/'),
  'a blank value': of('DOMAIN_NAME', ' '),
  'no action': { ...domain, action: null },
  'an action that there is not': { ...domain, action: 'UNKNOWN' },
  'an address that is remediated': { ...of('IP_ADDRESS', '203.0.113.7'), action: 'BLOCK_AND_REMEDIATE' },
  'a certificate that is blocked alone': { ...of('CERTIFICATE_THUMBPRINT', sha1), action: 'BLOCK' },
  'an audit without alerts': { ...domain, action: 'AUDIT', generateAlert: false },
  'an end in the past': { ...domain, expirationTime: '2020-12-12T00:00:00Z' },
  'no title': { ...domain, title: null },
  'a blank title': { ...domain, title: ' ' },
  'a title that is too long': { ...domain, title: 'x'.repeat(257) },
  'no description': { ...domain, description: null },
  'a description that is too long': { ...domain, description: 'x'.repeat(4001) },
  'recommended actions that are too long': { ...domain, recommendedActions: 'x'.repeat(4001) },
  'a severity that there is not': { ...domain, severity: 'UNKNOWN' },
  'a blank group': { ...domain, rbacGroupNames: ['Servers', ' '] },
  'a group twice': { ...domain, rbacGroupNames: ['Servers', 'servers'] },
  'a page for a domain': { ...domain, educateUrl: 'https://soc.example/why' },
  'a page that is no URL': { ...of('URL', 'https://bad.example/x'), educateUrl: 'why' },
  'the application of a set': { ...domain, application: 'defender-gateway: feed' },
  'an application that is too long': { ...domain, application: 'x'.repeat(101) },
};

const many = (count: number): readonly Given[] =>
  Array.from({ length: count }, (_, index) => of('DOMAIN_NAME', `bad-${index}.example`));

/** Rows of `createIndicators`, `updateIndicators` and `deleteIndicators`. */
export const indicatorRefusals: readonly RefusalRow[] = [
  ...Object.entries(faults).map(
    ([what, indicator]): RefusalRow => ({
      ...{ what, mutation: 'createIndicators', code: 'BAD_USER_INPUT' },
      input: () => ({ indicators: [indicator] }),
    }),
  ),
  ...Object.entries({
    'no indicator': [],
    'more than the setting allows': many(601),
    'a type that there is not': [of('MUTEX', 'x')],
    'one twice with other words': [domain, { ...domain, action: 'WARN' }],
    'one twice, the second in other letters and with other words': [
      domain,
      { ...domain, indicatorValue: 'Refused.EXAMPLE', title: 'Other' },
    ],
  }).map(
    ([what, indicators]): RefusalRow => ({
      ...{ what, mutation: 'createIndicators', code: 'BAD_USER_INPUT', of: mutation },
      input: () => ({ indicators }),
    }),
  ),
  ...(['updateIndicators', 'deleteIndicators'] as const).flatMap((name): readonly RefusalRow[] => {
    const change = name === 'updateIndicators' ? { title: 'New' } : {};
    return [
      {
        ...{ what: 'an id that there is not', mutation: name, code: 'NOT_FOUND' },
        input: () => ({ indicatorIds: ['99999999'], ...change }),
      },
      {
        ...{ what: 'an id of another form', mutation: name, code: 'NOT_FOUND' },
        input: () => ({ indicatorIds: ['bad.example', '1 or 1 eq 1'], ...change }),
      },
      ...Object.entries({
        'no id': [],
        'a blank id': [' '],
        'more than the setting allows': many(601).map(String),
      }).map(
        ([what, indicatorIds]): RefusalRow => ({
          ...{ what, mutation: name, code: 'BAD_USER_INPUT', of: mutation },
          input: () => ({ indicatorIds, ...change }),
        }),
      ),
      {
        ...{ what: 'a guardrail', mutation: name, code: 'GUARDRAIL' },
        input: () => ({ tenant: 'quiet', indicatorIds: ['990'], ...change }),
      },
      {
        ...{ what: 'a tenant that there is not', mutation: name, code: 'NOT_FOUND', of: mutation },
        input: () => ({ tenant: 'nowhere', indicatorIds: ['990'], ...change }),
      },
    ];
  }),
  ...Object.entries({
    'nothing to change': {},
    'a blank title': { title: '' },
  }).map(
    ([what, change]): RefusalRow => ({
      ...{ what, mutation: 'updateIndicators', code: 'BAD_USER_INPUT', of: mutation },
      input: () => ({ indicatorIds: ['990'], ...change }),
    }),
  ),
  {
    ...{ what: 'an end in the past', mutation: 'updateIndicators', code: 'BAD_USER_INPUT' },
    input: () => ({ indicatorIds: ['991'], expirationTime: '2020-12-12' }),
  },
  {
    ...{ what: 'an action that the type does not take', mutation: 'updateIndicators', code: 'BAD_USER_INPUT' },
    input: () => ({ indicatorIds: ['991'], action: 'BLOCK_AND_REMEDIATE' }),
  },
  {
    ...{
      what: 'a tenant without the permission',
      mutation: 'createIndicators',
      code: 'MISSING_PERMISSION',
      of: mutation,
    },
    input: () => ({ tenant: 'reader', indicators: [domain] }),
  },
  {
    ...{ what: 'a guardrail', mutation: 'createIndicators', code: 'GUARDRAIL' },
    input: () => ({ tenant: 'quiet', indicators: [domain] }),
  },
];
