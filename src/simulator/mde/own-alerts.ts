import type { TenantWorld, WorldAlert } from '../world/types.ts';

/** MDE shows the alerts that were born in it. */
export function mdeAlerts(tenant: TenantWorld): readonly WorldAlert[] {
  return tenant.alerts.filter((alert) => alert.serviceSource === 'microsoftDefenderForEndpoint');
}
