import type { TrunkState } from '../queries';

/** How bad it is: calls go, nobody knows, or none can. */
export function trunkTone(state: TrunkState): 'green' | 'amber' | 'red' | 'grey' {
  switch (state) {
    case 'registered':
    case 'reachable':
      return 'green';
    case 'rejected':
    case 'unreachable':
    case 'untrusted':
    case 'expired':
    case 'misnamed':
      return 'red';
    case 'unregistered':
      return 'amber';
    default:
      return 'grey';
  }
}
