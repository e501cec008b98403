import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { proxyFor, readProxy } from '../../../src/clouds/proxy.ts';

const HTTPS_PROXY = 'http://user:pa%40ss@proxy.example:3128';

describe('D3: the proxy of an address', () => {
  test.each<[string, NodeJS.ProcessEnv, string, string | null]>([
    ['https', { HTTPS_PROXY }, 'https://graph.microsoft.com', 'http://proxy.example:3128'],
    ['https in small letters', { https_proxy: HTTPS_PROXY }, 'https://a.example', 'http://proxy.example:3128'],
    ['without a scheme', { HTTPS_PROXY: 'proxy.example:3128' }, 'https://a.example', 'http://proxy.example:3128'],
    ['http has its own', { HTTPS_PROXY }, 'http://a.example', null],
    ['http', { HTTP_PROXY: 'http://p.example' }, 'http://a.example', 'http://p.example'],
    ['none', {}, 'https://a.example', null],
    ['an empty one', { HTTPS_PROXY: '' }, 'https://a.example', null],
    ['a host that is excepted', { HTTPS_PROXY, NO_PROXY: 'x, a.example' }, 'https://a.example', null],
    ['a host below it', { HTTPS_PROXY, NO_PROXY: 'example' }, 'https://a.example', null],
    ['with a dot', { HTTPS_PROXY, NO_PROXY: '.example' }, 'https://a.b.example', null],
    ['with a star', { HTTPS_PROXY, NO_PROXY: '*.example' }, 'https://a.example', null],
    [
      'another host with the same end',
      { HTTPS_PROXY, NO_PROXY: 'example' },
      'https://a.notexample',
      'http://proxy.example:3128',
    ],
    ['all', { HTTPS_PROXY, NO_PROXY: '*' }, 'https://a.example', null],
    ['another port', { HTTPS_PROXY, NO_PROXY: 'a.example:8443' }, 'https://a.example', 'http://proxy.example:3128'],
    ['its port', { HTTPS_PROXY, NO_PROXY: 'a.example:443' }, 'https://a.example', null],
    ['a network', { HTTPS_PROXY, no_proxy: '10.0.0.0/8' }, 'https://10.1.2.3', null],
    ['another network', { HTTPS_PROXY, no_proxy: '10.0.0.0/8' }, 'https://11.1.2.3', 'http://proxy.example:3128'],
    ['an address of IPv6', { HTTPS_PROXY, NO_PROXY: '[::1]' }, 'https://[::1]:8443', null],
    ['one without brackets', { HTTPS_PROXY, NO_PROXY: '::1' }, 'https://[::1]:8443', null],
    ['one in its long form', { HTTPS_PROXY, NO_PROXY: '[0:0:0:0:0:0:0:1]:8443' }, 'https://[::1]:8443', null],
    ['one at another port', { HTTPS_PROXY, NO_PROXY: '[::1]:8443' }, 'https://[::1]', 'http://proxy.example:3128'],
    ['a network of IPv6', { HTTPS_PROXY, NO_PROXY: 'fd00::/8' }, 'https://[fd12::3]', null],
    ['one in brackets', { HTTPS_PROXY, NO_PROXY: '[fd00::]/8' }, 'https://[fd12::3]', null],
    ['another of them', { HTTPS_PROXY, NO_PROXY: '[fd00::]/8' }, 'https://[2001:db8::1]', 'http://proxy.example:3128'],
    ['a proxy at an address of IPv6', { HTTPS_PROXY: 'http://[::1]:3128' }, 'https://a.example', 'http://[::1]:3128'],
  ])('%s', (_, env, url, expected) => {
    expect(proxyFor(readProxy(env).proxy, new URL(url))?.shown ?? null).toBe(expected);
  });

  test('never shows its password', () => {
    const { proxy } = readProxy({ HTTPS_PROXY });
    expect(`${JSON.stringify(proxy)}${inspect(proxy, { depth: 9 })}`).not.toMatch(/pa%40ss|pa@ss/);
    expect(proxy.https?.url().password).toBe('pa%40ss');
  });

  test('that is none of HTTP is a fault, which names the variable alone', () => {
    expect(readProxy({ HTTPS_PROXY: 'socks5://user:secret@p:1' }).faults).toEqual([
      'HTTPS_PROXY must be the address of an HTTP proxy, http:// or https://',
    ]);
  });
});
