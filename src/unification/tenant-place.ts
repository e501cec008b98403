/** What unification knows of a tenant: its name in answers, and where its pages in the Defender portal are. */
export interface TenantPlace {
  /** The configured name. */
  readonly name: string;
  readonly tenantId: string;
  /** Origin without a trailing slash; `null` where the cloud has no portal. */
  readonly portal: string | null;
}

/** The portal's page of an incident or alert, in the form that Graph sends it: `https://security.microsoft.com/alerts/<id>?tid=<id>`. */
export const portalPage = (tenant: TenantPlace, kind: 'incidents' | 'alerts', id: string): string | null =>
  tenant.portal === null
    ? null
    : `${tenant.portal}/${kind}/${encodeURIComponent(id)}?tid=${encodeURIComponent(tenant.tenantId)}`;
