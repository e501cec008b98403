import type { ApiName } from './endpoints.ts';

/**
 * Names under which the APIs are known as resources in Entra, in any cloud. Which of them a government tenant has is not
 * printed by Microsoft: the host of the API as public connectors use it, the worldwide name, the older one of MDE
 * (exposed-apis-create-app-webapp.md), and the app's id, which is a name in every cloud.
 */
const resourceNames = {
  graph: ['https://graph.microsoft.com', 'https://graph.microsoft.us', 'https://dod-graph.microsoft.us'],
  m365d: [
    'https://api-gov.security.microsoft.us',
    'https://api-gcc.security.microsoft.us',
    'https://api.security.microsoft.com',
    '8ee8fdad-f234-4243-8f3b-15c294843740',
  ],
  mde: [
    'https://api-gov.securitycenter.microsoft.us',
    'https://api-gcc.securitycenter.microsoft.us',
    'https://api.securitycenter.microsoft.com',
    'https://securitycenter.onmicrosoft.com/windowsatpservice',
    'fc780465-2017-40d4-a0c5-307022471b92',
  ],
} as const satisfies Record<ApiName, readonly string[]>;

/** The other scopes to try when Entra does not know the resource of `scope` in a tenant (AADSTS500011). */
export const otherScopes = (api: ApiName, scope: string): readonly string[] =>
  resourceNames[api].map((name) => `${name}/.default`).filter((other) => other !== scope);
