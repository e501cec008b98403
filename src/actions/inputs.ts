import type {
  ApplyIndicatorsInput,
  ReleaseMachinesInput,
  SetDeviceValueInput,
  StopAndQuarantineFileInput,
  UpdateAlertsInput,
  UpdateIncidentsInput,
} from '../generated/inputs.ts';

/** What callers send is what the SDL says. Fields with a default in the schema may be absent here all the same. */
export type * from '../generated/inputs.ts';

/** What every mutation of machines takes. */
export type MachinesInput = ReleaseMachinesInput;

/** What every mutation takes beside its own. */
export type MutationInput = Pick<MachinesInput, 'idempotencyKey' | 'dryRun' | 'clientMutationId'>;

/** The same of a mutation in one tenant. */
export type TenantMutationInput = MutationInput & Pick<MachinesInput, 'tenant'>;

/** Where an action is done: in one tenant, or in those that are named or tagged. */
export type WhereInput = Pick<MachinesInput, 'tenant'> | Pick<ApplyIndicatorsInput, 'tenants' | 'tenantTags'>;

/** The tenants that an input names; those of tags are not among them. */
export const tenantsNamedIn = (input: WhereInput): readonly string[] =>
  'tenant' in input ? [input.tenant] : (input.tenants ?? []);

/** The one tenant that an action is for; null: it may be for several. */
export const onlyTenantIn = (input: WhereInput): string | null => {
  if ('tenant' in input) return input.tenant;
  const [name, ...others] = input.tenants ?? [];
  return name === undefined || others.length > 0 || input.tenantTags != null ? null : name;
};

/** What an action on machines takes that finds them by itself, where they are not named. */
export type FoundMachinesInput = Omit<StopAndQuarantineFileInput, 'sha1'>;

/** What every change of machines takes. Defender keeps no comment with it. */
export type ChangedMachinesInput = Omit<SetDeviceValueInput, 'deviceValue'>;

/** What can be changed on incidents and alerts alike; an owner of null takes the owner off. */
export type TriageInput = Omit<
  UpdateIncidentsInput & UpdateAlertsInput,
  'incidentIds' | 'alertIds' | 'status' | 'tags' | 'addTags' | 'removeTags'
>;
