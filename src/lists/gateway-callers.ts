import type { Access } from '../access/access.ts';
import { type AuditLog, type AuditRecord, isOfTenant } from '../audit/record.ts';
import { directoryKey } from '../config/tenant-keys.ts';
import type { Tenant } from '../config/tenants.ts';
import type { MachineAction } from '../domain/machine-action.ts';

/** Between the record of an action's beginning and its time at Microsoft: it may wait in a queue, and clocks differ. */
const apartMs = 900_000;
/** Records that are remembered: what is found does not change. */
const mostRemembered = 1000;

/** What an action tells of where it came from. */
type Tagged = Pick<MachineAction, 'tenant' | 'actionId' | 'machineId' | 'requestorComment' | 'createdAt'>;

/**
 * The record of an action that was asked for through the gateway, by the correlation tag in its comment; null: it has none, or
 * the record is gone. Throws `FORBIDDEN` without `audit:read` in the action's tenant. It reads the records of the half hour around
 * the action's time.
 */
export type GatewayCallerOf = (
  asking: { readonly access: Pick<Access, 'require' | 'tenant'> },
  action: Tagged,
) => Promise<AuditRecord | null>;

/** Tags of the gateway, e.g. `[dg:4f1c0a9be2d7]`. */
const tagPattern = /\[dg:[0-9a-f]{12}\]/g;

export const createGatewayCallers = ({ audit }: { readonly audit: Pick<AuditLog, 'newest'> }): GatewayCallerOf => {
  const remembered = new Map<string, AuditRecord>();

  const find = async (
    { actionId, machineId, createdAt }: Tagged,
    { name: tenant, tenantId }: Tenant,
    tags: readonly string[],
  ) => {
    const atMs = Date.parse(createdAt ?? '');
    // Without a time the whole log would have to be read.
    if (Number.isNaN(atMs)) return null;
    for await (const record of audit.newest({ untilMs: atMs + apartMs, tenants: new Set([tenant]) })) {
      // A comment can be written by anybody: the record has to be of the same machine.
      const isTagged =
        record.tag !== undefined &&
        tags.includes(record.tag) &&
        record.target.toLowerCase() === machineId.toLowerCase();
      if (isOfTenant(record, { tenant, tenantId }) && (isTagged || record.actionId === actionId)) return record;
      if (Date.parse(record.at) < atMs - 2 * apartMs) return null;
    }
    return null;
  };

  return async ({ access }, action) => {
    const tenant = access.tenant(action.tenant);
    access.require('audit:read', tenant);
    const tags = action.requestorComment?.match(tagPattern) ?? [];
    if (tags.length === 0) return null;
    const key = `${directoryKey(tenant)}\n${action.actionId}`;
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const found = await find(action, tenant, tags);
    if (found !== null) {
      if (remembered.size >= mostRemembered) remembered.clear();
      remembered.set(key, found);
    }
    return found;
  };
};
