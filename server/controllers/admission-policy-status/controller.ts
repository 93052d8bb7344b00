/** Says in the status of validating admission policies where their expressions do not fit the types that they are for. */
import { type CelType, DYN } from '../../apimachinery/cel/cel-type.ts';
import type { ValidatingAdmissionPolicy } from '../../client/api-types.ts';
import { type Client, isNotFound } from '../../client/client.ts';
import { discover } from '../../client/discovery.ts';
import { validatingAdmissionPolicies } from '../../client/resource-types.ts';
import type { Controller } from '../controller.ts';
import { on, runReconciler } from '../reconciler.ts';
import { checkPolicy, kindsOf, type TypedKind } from './check-policy.ts';
import { type Kind, type OpenApiDocument, typeOfKind } from './schema-types.ts';

const name = 'validatingadmissionpolicy-status-controller';

export const admissionPolicyStatus: Controller = {
  name,
  account: name,
  async run(context) {
    const policies = context.informers.of(validatingAdmissionPolicies);
    await runReconciler({
      context,
      name: 'validatingadmissionpolicy-status',
      triggers: [on(policies, ({ object, deleted }) => (deleted ? undefined : object.metadata.name))],
      async reconcile(key) {
        const policy = policies.lister.get(key);
        const { generation = 0 } = policy?.metadata ?? {};
        if (policy === undefined || generation <= (policy.status?.observedGeneration ?? 0)) return;
        const expressionWarnings = await warningsOf(policy, context.client);
        const typeChecking = expressionWarnings.length === 0 ? {} : { expressionWarnings };
        await context.client
          .of(validatingAdmissionPolicies)
          .apply(
            { metadata: { name: key }, status: { observedGeneration: generation, typeChecking } },
            { fieldManager: name, force: true, subresource: 'status' },
          );
      },
    });
  },
};

async function warningsOf(policy: ValidatingAdmissionPolicy, client: Client) {
  const { resources } = await discover(client);
  const documents = new Documents(client);
  const kinds: TypedKind[] = [];
  for (const kind of kindsOf(policy, resources)) {
    const type = await documents.typeOf(kind);
    // What nobody describes is not looked at.
    if (type !== undefined) kinds.push({ ...kind, type });
  }
  const { paramKind } = policy.spec ?? {};
  if (paramKind === undefined) return checkPolicy(policy, { kinds, params: undefined });
  const { apiVersion = '', kind = '' } = paramKind;
  const [version = '', group = ''] = apiVersion.split('/').toReversed();
  return checkPolicy(policy, { kinds, params: (await documents.typeOf({ group, version, kind })) ?? DYN });
}

/** Each is read once for a policy: definitions may change between two. */
class Documents {
  readonly #client: Client;
  readonly #read = new Map<string, OpenApiDocument>();

  constructor(client: Client) {
    this.#client = client;
  }

  async typeOf(kind: Kind): Promise<CelType | undefined> {
    const { group, version } = kind;
    const path = `/openapi/v3/${group === '' ? 'api' : `apis/${group}`}/${version}`;
    let document = this.#read.get(path);
    if (document === undefined) {
      try {
        document = await this.#client.request<OpenApiDocument>({ path });
      } catch (error) {
        if (!isNotFound(error)) throw error;
        document = {};
      }
      this.#read.set(path, document);
    }
    return typeOfKind(document, kind);
  }
}
