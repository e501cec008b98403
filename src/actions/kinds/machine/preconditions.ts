import type { MachineActionType } from '../../../domain/enums.ts';
import type { Machine } from '../../../domain/machine.ts';
import type { MachineAction } from '../../../domain/machine-action.ts';
import { compareTimes } from '../../../domain/time.ts';
import { GatewayError, UpstreamError } from '../../../errors.ts';

/** What Microsoft asks of a machine before it takes an act; null: met, or not known. Each page of an act names its own. */
export type Precondition<Particulars> = (machine: Machine, particulars: Particulars) => GatewayError | null;

/** The machine reports to Defender. Only then does it take orders. */
export const onboarded: Precondition<unknown> = ({ onboardingStatus, machineId, tenant }) =>
  onboardingStatus === null || onboardingStatus === 'ONBOARDED'
    ? null
    : new GatewayError('NOT_ONBOARDED', `The machine ${machineId} is not onboarded: it takes no such action`, {
        tenant,
        sent: 'no',
      });

/** As Microsoft refuses it. */
const wrongPlatform = ({ osPlatform, tenant }: Machine): GatewayError =>
  new UpstreamError('UPSTREAM_REJECTED', `The action does not exist on ${osPlatform}`, {
    tenant,
    api: 'mde',
    upstreamCode: 'OsPlatformNotSupported',
    sent: 'no',
  });

/** Not on these platforms, by the words of `osPlatform`. Others are many (each Linux has its own), and Microsoft's to judge. */
export const notOn =
  (...platforms: readonly string[]): Precondition<unknown> =>
  (machine) =>
    platforms.includes(machine.osPlatform?.toLowerCase() ?? '') ? wrongPlatform(machine) : null;

/** On Windows alone. */
export const onWindows: Precondition<unknown> = (machine) =>
  machine.osPlatform == null || /^windows/i.test(machine.osPlatform) ? null : wrongPlatform(machine);

/** On clients of Windows alone, not on its servers. */
export const onWindowsClient: Precondition<unknown> = (machine) =>
  machine.osPlatform == null || /^windows ?1[01]/i.test(machine.osPlatform) ? null : wrongPlatform(machine);

/** The machine has no sensor of its own: others contain it. */
export const notOnboarded: Precondition<unknown> = ({ onboardingStatus, machineId, tenant }) =>
  onboardingStatus === 'ONBOARDED'
    ? new UpstreamError(
        'UPSTREAM_REJECTED',
        `The machine ${machineId} is onboarded: it is isolated (FULL or SELECTIVE), not contained`,
        { tenant, api: 'mde', sent: 'no' },
      )
    : null;

/** An act under a condition of what is asked. */
export const when =
  <Particulars>(
    holds: (particulars: Particulars) => boolean,
    precondition: Precondition<Particulars>,
  ): Precondition<Particulars> =>
  (machine, particulars) =>
    holds(particulars) ? precondition(machine, particulars) : null;

/** A state of a machine that one act brings about and another takes back, and what this act makes of it. */
export interface StateEffect {
  readonly brings: MachineActionType;
  readonly undoes: MachineActionType;
  readonly to: 'on' | 'off';
  /** e.g. `isolated` */
  readonly state: string;
}

/** Whether a machine is in the state that the act would bring about, by its actions; null: it is not, or they do not say. */
export const alreadyIn = (
  { brings, undoes, to, state }: StateEffect,
  machineId: string,
  actions: readonly MachineAction[],
): GatewayError | null => {
  const last = actions
    .filter(({ status, type }) => status === 'SUCCEEDED' && (type === brings || type === undoes))
    .sort((a, b) => compareTimes(b.createdAt, a.createdAt))
    .at(0);
  const isOn = last?.type === brings;
  if (isOn !== (to === 'on')) return null;
  const said = to === 'on' ? `is ${state} already (${last?.actionId})` : `is not ${state}: there is nothing to undo`;
  return new GatewayError('ALREADY_IN_STATE', `The machine ${machineId} ${said}`, { sent: 'no' });
};
