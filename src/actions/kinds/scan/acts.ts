import type { Tenant } from '../../../config/tenants.ts';
import type { ScanDefinition } from '../../../entities/scan-definition.ts';
import { GatewayError, InputError } from '../../../errors.ts';
import type { Act } from '../../act.ts';
import { checkTargets } from '../../check-input.ts';
import type {
  CreateScanDefinitionInput,
  DeleteScanDefinitionsInput,
  UpdateScanDefinitionsInput,
} from '../../inputs.ts';
import type { Of } from '../../once/journal.ts';
import type { ScanDefinitionResult } from '../../payloads.ts';
import type { ScanSubject } from '../../recovery/scans.ts';
import { checkSignsIn, checkTargetsAre, readSignIn, readTerms } from './input.ts';
import { performOnScans, type ScanOrder, unknownScan } from './kind.ts';
import { differencesOf, isAsWanted, nameKey, type ScanSignIn, type ScanTerms, targetsIn } from './terms.ts';

const conflict = (code: 'ALREADY_IN_STATE' | 'CONFLICT', { name }: Tenant, message: string): GatewayError =>
  new GatewayError(code, message, { tenant: name, sent: 'no' });

/** Throws `BAD_USER_INPUT` for what does not go together with each other, or with what stays as it is. */
const checkTogether = (terms: ScanTerms, signIn: ScanSignIn | null, before: ScanDefinition | null): void => {
  const scanType = terms.scanType ?? before?.scanType ?? 'UNKNOWN';
  const targetType = terms.targetType ?? before?.targetType ?? 'UNKNOWN';
  if (signIn !== null && scanType !== 'UNKNOWN') checkSignsIn(scanType, signIn);
  if (signIn === null && before !== null && before.scanType !== scanType) {
    const message = `A scan of ${scanType} signs in otherwise: give authentication`;
    throw new InputError(message, { field: 'authentication' });
  }
  if (targetType !== 'UNKNOWN' && (terms.targets ?? terms.targetType) !== undefined) {
    checkTargetsAre(targetType, terms.targets ?? targetsIn(before?.target ?? null));
  }
};

/** Adds a scan. A name that another has is refused: by it what became of the act is found again. Calls: 2 to look, 1 for the act. */
export const createScanDefinition: Act<CreateScanDefinitionInput, ScanDefinitionResult> = {
  guardrail: 'createScanDefinition',
  permission: 'scan:write',
  targetsOf: ({ scanName }) => [scanName],
  perform: (parts, mutation, acting, input, scope) => {
    acting.access.tenantFor(input.tenant, 'scan:write');
    const terms: ScanTerms = { isActive: true, ...readTerms(input) };
    const signIn = readSignIn(input.authentication);
    checkTogether(terms, signIn, null);
    const { scanName = '' } = terms;
    const order: ScanOrder<Of<'scanCreation'>> = {
      find: parts.finders.scanCreation,
      ...{ mutation, guardrail: 'createScanDefinition', input, asked: [scanName], namesScanner: true },
      particulars: { terms, authentication: signIn },
      beforeOf: (name, { scans }) => scans.find((scan) => nameKey(scan.scanName) === nameKey(name)) ?? null,
      check: (before, _, { checkScanner }, tenant) => {
        if (before === null) checkScanner(terms.machineId);
        else if (isAsWanted(terms, before)) {
          throw conflict('ALREADY_IN_STATE', tenant, `There is such a scan already: ${before.scanDefinitionId}`);
        } else {
          const message = `Another scan has this name: ${before.scanDefinitionId}. Choose another, or change that one`;
          throw conflict('CONFLICT', tenant, message);
        }
      },
      subjectOf: () => ({ kind: 'scanCreation', terms }),
      send: (tenant, _, where) => parts.scanActs.create(tenant, terms, signIn, where),
    };
    return performOnScans(parts, acting, order, scope);
  },
};

const idsIn = (ids: readonly string[], most: number): readonly string[] =>
  checkTargets('scanDefinitionIds', ids, most).map((id) => id.toLowerCase());

const byId: ScanOrder<ScanSubject>['beforeOf'] = (id, { scans }) =>
  scans.find(({ scanDefinitionId }) => scanDefinitionId.toLowerCase() === id) ?? null;

/** Changes scans. Calls: 1 or 2 to look, 1 each. */
export const updateScanDefinitions: Act<UpdateScanDefinitionsInput, ScanDefinitionResult> = {
  guardrail: 'updateScanDefinitions',
  permission: 'scan:write',
  targetsOf: ({ scanDefinitionIds }) => scanDefinitionIds,
  perform: (parts, mutation, acting, input, scope) => {
    acting.access.tenantFor(input.tenant, 'scan:write');
    const asked = idsIn(input.scanDefinitionIds, parts.targetsPerMutation);
    const terms = readTerms(input);
    const signIn = input.authentication == null ? null : readSignIn(input.authentication);
    if (Object.keys(terms).length === 0 && signIn === null) {
      throw new InputError('There is nothing to change: give at least one field');
    }
    if (terms.scanName !== undefined && new Set(asked).size > 1) {
      throw new InputError('scanName is the name of one scan: name one', { field: 'scanName' });
    }
    if (signIn !== null && terms.scanType !== undefined) checkSignsIn(terms.scanType, signIn);
    const { targetType, targets } = terms;
    if (targetType !== undefined && targets !== undefined) checkTargetsAre(targetType, targets);
    const order: ScanOrder<Of<'scanChange'>> = {
      find: parts.finders.scanChange,
      ...{ mutation, guardrail: 'updateScanDefinitions', input, asked, namesScanner: terms.machineId !== undefined },
      particulars: { terms, authentication: signIn },
      beforeOf: byId,
      check: (before, id, { scans, checkScanner }, tenant) => {
        if (before === null) throw unknownScan(tenant, id);
        checkTogether(terms, signIn, before);
        checkScanner(terms.machineId);
        const wanted = nameKey(terms.scanName ?? null);
        const namesake = scans.find((scan) => scan !== before && nameKey(scan.scanName) === wanted);
        if (wanted !== '' && namesake !== undefined) {
          throw conflict('CONFLICT', tenant, `Another scan has this name: ${namesake.scanDefinitionId}`);
        }
        if (signIn === null && isAsWanted(terms, before)) {
          throw conflict('ALREADY_IN_STATE', tenant, `The scan ${before.scanDefinitionId} is so already`);
        }
      },
      subjectOf: (id) => ({ kind: 'scanChange', id, terms, signsIn: signIn !== null }),
      send: (tenant, { id, before }, where) =>
        parts.scanActs.update(tenant, before?.scanDefinitionId ?? id, terms, signIn, where),
      changesOf: (before) => [
        ...differencesOf(terms, before),
        ...(signIn === null ? [] : [{ field: 'authentication', from: null, to: signIn.type }]),
      ],
    };
    return performOnScans(parts, acting, order, scope);
  },
};

/** Deletes scans. Calls: 1 to look, 1 for all; where they are refused as a whole 1 each, and 1 to look again. */
export const deleteScanDefinitions: Act<DeleteScanDefinitionsInput, ScanDefinitionResult> = {
  guardrail: 'deleteScanDefinitions',
  permission: 'scan:write',
  targetsOf: ({ scanDefinitionIds }) => scanDefinitionIds,
  perform: (parts, mutation, acting, input, scope) => {
    acting.access.tenantFor(input.tenant, 'scan:write');
    const order: ScanOrder<Of<'scanDeletion'>> = {
      find: parts.finders.scanDeletion,
      ...{ mutation, guardrail: 'deleteScanDefinitions', input, particulars: null, namesScanner: false },
      asked: idsIn(input.scanDefinitionIds, parts.targetsPerMutation),
      beforeOf: byId,
      check: (before, id, _, tenant) => {
        if (before === null) throw unknownScan(tenant, id);
      },
      subjectOf: (id) => ({ kind: 'scanDeletion', id }),
      // All are sent together.
      send: async () => null,
      removes: true,
    };
    return performOnScans(parts, acting, order, scope);
  },
};
