import type { Tenant } from '../../src/config/tenants.ts';
import type { CallerToken } from '../../src/scope.ts';
import { tenantNamed } from '../support/tenant.ts';

/** Somebody who reads: a tenant as it is set, and the token of the caller. */
export interface Viewer {
  readonly name: string;
  readonly tenant: Tenant;
  readonly callerToken?: CallerToken;
}

const api = { baseUrl: 'https://api.example', scope: 'https://api.example/.default' };
const app: Tenant['auth'] = { kind: 'secret', clientId: 'app-1', clientSecret: async () => 'a-secret' };
const tenant = (name: string, over: Partial<Tenant> = {}): Tenant => ({
  ...tenantNamed(name, api.baseUrl),
  // All at one address, so that the address tells nobody apart.
  apis: { graph: api, m365d: api, mde: api },
  auth: app,
  ...over,
});

const behalf = tenant('behalf', { auth: { kind: 'onBehalfOf', clientId: 'app-1', app } });
const user = (userName: string): Tenant['auth'] => ({ kind: 'user', clientId: 'app-1', userName, flow: 'device' });

/** Each differs from another one in one thing alone, which must keep them apart. */
export const viewers: readonly Viewer[] = [
  { name: 'an app', tenant: tenant('contoso') },
  { name: 'another tenant', tenant: tenant('fabrikam') },
  { name: 'another directory', tenant: tenant('contoso', { tenantId: '33333333-3333-4333-8333-333333333333' }) },
  { name: 'another cloud', tenant: tenant('contoso', { cloud: 'gcc-high' }) },
  { name: 'another app', tenant: tenant('contoso', { auth: { ...app, clientId: 'app-2' } }) },
  { name: 'another kind of app', tenant: tenant('contoso', { auth: { kind: 'managedIdentity', clientId: 'app-1' } }) },
  { name: 'a user', tenant: tenant('contoso', { auth: user('ann@contoso.example') }) },
  { name: 'another user', tenant: tenant('contoso', { auth: user('bob@contoso.example') }) },
  { name: 'a caller', tenant: behalf, callerToken: { key: 'ann', reveal: () => 'ann' } },
  { name: 'another caller', tenant: behalf, callerToken: { key: 'bob', reveal: () => 'bob' } },
];
