/** Controllers that upstream has and that are not here, each with the reason: --controllers knows their names. */
import type { AbsentController } from './choose-controllers.ts';

const offUpstream = 'its API is alpha or off by default, upstream too, and nothing acts on it here yet';
const ofClouds = 'it acts for a cloud, and none is built in; the controller manager of the cloud brings it';

export const absentControllers: readonly AbsentController[] = [
  { name: 'cloud-node-lifecycle-controller', alias: 'cloud-node-lifecycle', why: ofClouds },
  { name: 'node-route-controller', alias: 'route', why: ofClouds },
  { name: 'podgroup-protection-controller', why: offUpstream },
  { name: 'resourcepoolstatusrequest-controller', why: offUpstream },
  { name: 'storageversion-garbage-collector-controller', alias: 'storage-version-gc', why: offUpstream },
  { name: 'selinux-warning-controller', why: 'nodes here have no SELinux' },
];
