import type { Tenant } from '../../src/config/tenants.ts';

/** A tenant as the settings give it, for parts that are tested without settings; `mde` is where its MDE is. */
export const tenantNamed = (name: string, mde = 'https://api.security.microsoft.com'): Tenant => ({
  name,
  tenantId: '11111111-1111-4111-8111-111111111111',
  tags: [],
  cloud: 'global',
  authority: 'https://login.microsoftonline.com',
  portal: null,
  apis: {
    graph: null,
    m365d: null,
    mde: { baseUrl: mde, scope: 'https://api.securitycenter.microsoft.com/.default' },
  },
  auth: { kind: 'secret', clientId: '22222222-2222-4222-8222-222222222222', clientSecret: async () => 'a-secret' },
  prefer: {},
});
