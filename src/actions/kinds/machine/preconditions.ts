import type { Machine } from '../../../domain/machine.ts';
import { isFinal, type MachineAction } from '../../../domain/machine-action.ts';
import { isOffWhenSilent, type MachineStateName, machineStates, tellingAction } from '../../../domain/machine-state.ts';
import { GatewayError, retold, UpstreamError } from '../../../errors.ts';
import { refusedIn } from '../../results.ts';

/** What Microsoft asks of a machine before it takes an action; null: met, or not known. Each page of an action names its own. */
export type Precondition<Particulars> = (machine: Machine, particulars: Particulars) => GatewayError | null;

/** The machine reports to Defender. Only then does it take orders. Where no word of Microsoft's says that it does not, it may. */
export const onboarded: Precondition<unknown> = ({ onboardingStatus, machineId, tenant }) =>
  onboardingStatus === null || onboardingStatus === 'ONBOARDED' || onboardingStatus === 'UNKNOWN'
    ? null
    : refusedIn(tenant, 'NOT_ONBOARDED', `The machine ${machineId} is not onboarded: it takes no such action`);

/** As Microsoft refuses it. */
const rejected = ({ tenant }: Machine, message: string, upstreamCode?: string): GatewayError => {
  const details = { tenant, api: 'mde', ...(upstreamCode !== undefined && { upstreamCode }), sent: 'no' } as const;
  return new UpstreamError('UPSTREAM_REJECTED', message, details);
};

const wrongPlatform = (machine: Machine): GatewayError =>
  rejected(machine, `The action does not exist on ${machine.osPlatform}`, 'OsPlatformNotSupported');

/** Not on these platforms, by the words of `osPlatform`. Others are many (each Linux has its own), and Microsoft's to judge. */
export const notOn =
  (...platforms: readonly string[]): Precondition<unknown> =>
  (machine) =>
    platforms.includes(machine.osPlatform?.toLowerCase() ?? '') ? wrongPlatform(machine) : null;

/** Not on phones: their Defender takes no orders. */
export const notOnPhones = notOn('ios', 'android');

/** On Windows alone. */
export const onWindows: Precondition<unknown> = (machine) =>
  machine.osPlatform == null || /^windows/i.test(machine.osPlatform) ? null : wrongPlatform(machine);

/** On clients of Windows alone, not on its servers. */
export const onWindowsClient: Precondition<unknown> = (machine) =>
  machine.osPlatform == null || /^windows ?1[01]/i.test(machine.osPlatform) ? null : wrongPlatform(machine);

/** The machine has no sensor of its own: others contain it. */
export const notOnboarded: Precondition<unknown> = (machine) =>
  machine.onboardingStatus === 'ONBOARDED'
    ? rejected(
        machine,
        `The machine ${machine.machineId} is onboarded: it is isolated (FULL or SELECTIVE), not contained`,
      )
    : null;

/** An action under a condition of what is asked. */
export const when =
  <Particulars>(
    holds: (particulars: Particulars) => boolean,
    precondition: Precondition<Particulars>,
  ): Precondition<Particulars> =>
  (machine, particulars) =>
    holds(particulars) ? precondition(machine, particulars) : null;

/** The first of what is asked of a machine that it does not meet; null: it meets all, as far as is known. */
export const firstUnmet =
  <Particulars>(preconditions: readonly Precondition<Particulars>[], particulars: Particulars) =>
  (machine: Machine): GatewayError | null => {
    for (const precondition of preconditions) {
      const error = precondition(machine, particulars);
      if (error !== null) return error;
    }
    return null;
  };

/** The same where the gateway itself refuses by it, unless it is forced. */
export const refusing =
  (unmet: (machine: Machine) => GatewayError | null, isForced: boolean) =>
  (machine: Machine | null): GatewayError | null => {
    const error = machine === null || isForced ? null : unmet(machine);
    return error === null ? null : unlessForced(error);
  };

/** What an action makes of a state of machines. */
export interface StateEffect {
  readonly of: MachineStateName;
  readonly to: 'ON' | 'OFF';
}

/** A machine in a state, as messages say it. */
const stateWords = { isolation: 'isolated', restriction: 'restricted' } as const satisfies Record<
  MachineStateName,
  string
>;

/**
 * What it says of a state that no action tells it: nothing; that it is not there where Defender has known the machine for no
 * longer than actions are kept; or that it is not there, as Microsoft, which knows, has refused to undo it.
 */
export type Silence = 'UNTOLD' | 'BY_AGE' | 'NOTHING_THERE';

/** What tells whether a machine is in a state. */
interface StateEvidence {
  readonly machineId: string;
  /** Null: it was not read. */
  readonly machine: Machine | null;
  /** Of the machine alone. */
  readonly actions: readonly MachineAction[];
  /** Actions reach back to this moment, epoch milliseconds. */
  readonly since: number;
  readonly silence: Silence;
}

/** That a machine is in a state, and the action that tells it; null: none does. */
interface AlreadyIn {
  readonly error: GatewayError;
  readonly telling: MachineAction | null;
}

/** Why an action would change nothing of a state; null: it would, or nobody knows. `isSame`: whether that one did what is asked. */
export const alreadyIn = (
  { of, to }: StateEffect,
  { machineId, machine, actions, since, silence }: StateEvidence,
  isSame: (action: MachineAction) => boolean,
): AlreadyIn | null => {
  const refused = (said: string, telling: MachineAction | null): AlreadyIn => ({
    telling,
    error: new GatewayError('ALREADY_IN_STATE', `The machine ${machineId} is ${said}, by its actions`, { sent: 'no' }),
  });
  const nothingToUndo = (telling: MachineAction | null): AlreadyIn =>
    refused(`not ${stateWords[of]}: there is nothing to undo`, telling);
  const telling = tellingAction(machineStates[of], actions);
  if (telling === null) {
    const isOff = { UNTOLD: false, BY_AGE: machine !== null && isOffWhenSilent(machine, since), NOTHING_THERE: true };
    return to === 'OFF' && isOff[silence] ? nothingToUndo(null) : null;
  }
  // While one goes on, the state is about to change.
  if (!isFinal(telling)) return null;
  if (telling.type !== machineStates[of].brings) return to === 'OFF' ? nothingToUndo(telling) : null;
  return to === 'ON' && isSame(telling) ? refused(`${stateWords[of]} already (${telling.actionId})`, telling) : null;
};

/** The same where the gateway itself refuses by it: what it knows may be older than the service. */
export const unlessForced = (error: GatewayError): GatewayError =>
  retold(error, `${error.message} (with force it is sent all the same)`);
