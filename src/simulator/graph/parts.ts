import type { Comment, TenantWorld } from '../world/types.ts';

/** Page of an entity in the portal. */
export function portalUrl(world: TenantWorld, kind: 'incidents' | 'alerts', id: string): string {
  return `https://security.microsoft.com/${kind}/${id}?tid=${world.tenantId}`;
}

/** `microsoft.graph.security.alertComment` */
export function commentShape(comment: Comment) {
  return { comment: comment.text, createdByDisplayName: comment.author, createdDateTime: comment.at };
}
