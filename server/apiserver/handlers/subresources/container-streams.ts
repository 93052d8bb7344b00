/** …/pods/NAME/exec, attach and portforward: the connection is handed on to the pod's kubelet. */
import { goQuote } from '../../../apimachinery/errors/field-error.ts';
import { newBadRequest, newForbidden } from '../../../apimachinery/errors/status-error.ts';
import { forwardUpgrade } from '../../proxy/forward-upgrade.ts';
import type { ResourceScope } from '../../registry/resource-scope.ts';
import { type ApiContext, queryValue } from '../../request-context.ts';
import type { HandlerEnvironment, ResourceHandler } from '../handler-environment.ts';
import { parseFlag } from '../request-options.ts';
import { admitConnection } from './admit-connection.ts';
import { containerOf, find, hostOf } from './connection-targets.ts';

/** Exec and attach go to a container. */
export const handleStream: ResourceHandler = async (ctx, scope, environment) => {
  await admitConnection(ctx, scope, environment);
  await requireCreate(ctx, environment, scope);
  const pod = await find(scope, environment, ctx.state.info);
  const container = containerOf(pod, queryValue(ctx, 'container') ?? '');
  const kubelet = await hostOf(pod, scope, environment);
  const { namespace, name, subresource } = ctx.state.info;
  const query = new URLSearchParams();
  if (subresource === 'exec')
    for (const word of ctx.state.query?.getAll('command') ?? []) query.append('command', word);
  for (const [asked, told] of streams) if (parseFlag(queryValue(ctx, asked) ?? '0')) query.append(told, '1');
  const path = `/${subresource}/${namespace}/${name}/${container}?${query}`;
  await forwardUpgrade(ctx, { ...kubelet, path }, environment.clock);
};

/** As the API names the streams of a container, and as kubelets do; by the latter. */
const streams = [
  ['stderr', 'error'],
  ['stdin', 'input'],
  ['stdout', 'output'],
  ['tty', 'tty'],
] as const;

export const handlePortForward: ResourceHandler = async (ctx, scope, environment) => {
  const ports = ctx.state.query?.getAll('ports') ?? [];
  for (const port of ports) checkPort(port);
  await admitConnection(ctx, scope, environment);
  await requireCreate(ctx, environment, scope);
  const pod = await find(scope, environment, ctx.state.info);
  const kubelet = await hostOf(pod, scope, environment);
  const { namespace, name } = ctx.state.info;
  const query = ports.length === 0 ? '' : `?${new URLSearchParams({ port: ports.join(',') })}`;
  const path = `/portForward/${namespace}/${name}${query}`;
  await forwardUpgrade(ctx, { ...kubelet, path }, environment.clock);
};

/** A WebSocket begins with GET: who may only read must not run commands through one. */
async function requireCreate(ctx: ApiContext, { authorizer }: HandlerEnvironment, scope: ResourceScope): Promise<void> {
  const { info, user } = ctx.state;
  if (info.verb === 'create') return;
  const { decision, reason } = await authorizer.authorize({ user, info: { ...info, verb: 'create' } });
  if (decision !== 'allow') throw newForbidden(scope.groupResource, info.name, reason);
}

function checkPort(text: string): void {
  if (/^\d+$/.test(text)) return;
  throw newBadRequest(`cannot convert to []int32: strconv.ParseUint: parsing ${goQuote(text)}: invalid syntax`);
}
