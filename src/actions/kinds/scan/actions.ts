import type { ScanDefinition } from '../../../entities/scan-definition.ts';
import { InputError } from '../../../errors.ts';
import type { ScanSignIn, ScanTerms } from '../../../routing/scan-actions.ts';
import { checkTargets, fault } from '../../check-input.ts';
import type {
  CreateScanDefinitionInput,
  DeleteScanDefinitionsInput,
  UpdateScanDefinitionsInput,
} from '../../inputs.ts';
import type { ScanSubject } from '../../recovery/scans.ts';
import { refusedIn } from '../../results.ts';
import { checkSignsIn, checkTargetsAre, readSignIn, readTerms } from './input.ts';
import { type ScanOrder, scanAction, unknownScan } from './kind.ts';
import { differencesOf, isAsWanted, nameKey, targetsIn } from './terms.ts';

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

/** Adds a scan. A name that another has is refused: by it what became of the action is found again. Calls: 2 to look, 1 for the action. */
export const createScanDefinition = scanAction(
  'createScanDefinition',
  ({ scanName }: CreateScanDefinitionInput) => [scanName],
  ({ parts, tenant, input }) => {
    const terms: ScanTerms = { isActive: true, ...readTerms(input) };
    const signIn = readSignIn(input.authentication);
    checkTogether(terms, signIn, null);
    return {
      ...{ asked: [terms.scanName ?? ''], terms, particulars: { terms, authentication: signIn } },
      beforeOf: (name, scans) => scans.find((scan) => nameKey(scan.scanName) === nameKey(name)) ?? null,
      check: (before) => {
        if (before === null) return;
        const { scanDefinitionId: id } = before;
        throw isAsWanted(terms, before)
          ? refusedIn(tenant, 'ALREADY_IN_STATE', `There is such a scan already: ${id}`)
          : refusedIn(tenant, 'CONFLICT', `Another scan has this name: ${id}. Choose another, or change that one`);
      },
      subjectOf: () => ({ kind: 'scanCreation', terms }),
      find: parts.finders.scanCreation,
      send: (_, where) => parts.scanActions.create(tenant, terms, signIn, where),
    };
  },
);

const idsIn = (ids: readonly string[], most: number): readonly string[] =>
  checkTargets('scanDefinitionIds', ids, most).map((id) => id.toLowerCase());

const byId: ScanOrder<ScanSubject>['beforeOf'] = (id, scans) =>
  scans.find(({ scanDefinitionId }) => scanDefinitionId.toLowerCase() === id) ?? null;

/** Changes scans. Calls: 1 or 2 to look, 1 each. */
export const updateScanDefinitions = scanAction(
  'updateScanDefinitions',
  ({ scanDefinitionIds }: UpdateScanDefinitionsInput) => scanDefinitionIds,
  ({ parts, tenant, input }) => {
    const asked = idsIn(input.scanDefinitionIds, parts.targetsPerMutation);
    const terms = readTerms(input);
    const signIn = input.authentication == null ? null : readSignIn(input.authentication);
    if (Object.keys(terms).length === 0 && signIn === null) {
      throw new InputError('There is nothing to change: give at least one field');
    }
    if (terms.scanName !== undefined && new Set(asked).size > 1) {
      throw fault('scanName', 'is the name of one scan: name one');
    }
    // As far as it can be told without what is there.
    checkTogether(terms, signIn, null);
    return {
      ...{ asked, terms, particulars: { terms, authentication: signIn } },
      beforeOf: byId,
      check: (before, id, scans) => {
        if (before === null) throw unknownScan(tenant, id);
        checkTogether(terms, signIn, before);
        const wanted = nameKey(terms.scanName ?? null);
        const namesake = scans.find((scan) => scan !== before && nameKey(scan.scanName) === wanted);
        if (wanted !== '' && namesake !== undefined) {
          throw refusedIn(tenant, 'CONFLICT', `Another scan has this name: ${namesake.scanDefinitionId}`);
        }
        if (signIn === null && isAsWanted(terms, before)) {
          throw refusedIn(tenant, 'ALREADY_IN_STATE', `The scan ${before.scanDefinitionId} is so already`);
        }
      },
      subjectOf: (id) => ({ kind: 'scanChange', id, terms, signsIn: signIn !== null }),
      find: parts.finders.scanChange,
      send: ({ id, before }, where) =>
        parts.scanActions.update(tenant, before?.scanDefinitionId ?? id, terms, signIn, where),
      changesOf: (before) => [
        ...differencesOf(terms, before),
        ...(signIn === null ? [] : [{ field: 'authentication', from: null, to: signIn.type }]),
      ],
    };
  },
);

/** Deletes scans. Calls: 1 to look, 1 for all; where they are refused as a whole 1 each, and 1 to look again. */
export const deleteScanDefinitions = scanAction(
  'deleteScanDefinitions',
  ({ scanDefinitionIds }: DeleteScanDefinitionsInput) => scanDefinitionIds,
  ({ parts, tenant, input }) => ({
    ...{ asked: idsIn(input.scanDefinitionIds, parts.targetsPerMutation), terms: {}, particulars: null },
    beforeOf: byId,
    check: (before, id) => {
      if (before === null) throw unknownScan(tenant, id);
    },
    subjectOf: (id) => ({ kind: 'scanDeletion', id }),
    find: parts.finders.scanDeletion,
    send: null,
  }),
);
