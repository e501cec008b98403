import { expect, test } from 'vitest';
import { clouds } from '../../../src/clouds/endpoints.ts';
import { checkDownload } from '../../../src/downloads/hosts.ts';
import { tenantNamed } from '../../support/tenant.ts';

const { apis } = clouds.global;
const mde = apis.mde === null ? null : { ...apis.mde, baseUrl: 'https://defender.lab.example:8443' };
const tenant = { ...tenantNamed('contoso'), apis: { ...apis, mde }, filesOrigin: 'https://storage.lab.example:8447' };
const others = ['files.example', '*.below.example', 'ported.example:9443'];

test.each([
  ['Microsoft', 'https://a.blob.core.windows.net/f?sig=s', true],
  ['Microsoft at another port', 'https://a.blob.core.windows.net:8443/f', false],
  ['the origin of an API', 'https://defender.lab.example:8443/f', true],
  ['the host of an API at another port', 'https://defender.lab.example:9443/f', false],
  ['the host of an API at the usual port', 'https://defender.lab.example/f', false],
  ['the storage of the settings', 'https://storage.lab.example:8447/f', true],
  ['the storage of the settings at another port', 'https://storage.lab.example/f', false],
  ['a host of the settings', 'https://files.example/f', true],
  ['a host below one of the settings', 'https://a.below.example/f', true],
  ['a host and port of the settings', 'https://ported.example:9443/f', true],
  ['that host at another port', 'https://ported.example/f', false],
  ['an unknown host', 'https://evil.example/f', false],
  ['HTTP', 'http://files.example/f', false],
  ['a user in the link', 'https://user@files.example/f', false],
  ['a password in the link', 'https://:secret@files.example/f', false],
  ['a known host as a user', 'https://files.example@evil.example/f', false],
])('D2: a link to %s (%s): %s', (_, link, isTaken) => {
  const check = (): void => checkDownload(link, tenant, others);
  if (isTaken) expect(check).not.toThrow();
  else
    expect(check).toThrow(
      expect.objectContaining({ code: 'UPSTREAM_REJECTED', message: expect.not.stringMatching(/secret|sig=/) }),
    );
});
