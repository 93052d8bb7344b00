import test from 'ava';
import fc from 'fast-check';
import { loadFacts } from '../../../openapi/facts.ts';
import { asObject, asObjects } from '../../apimachinery/json-access.ts';
import type { JsonValue } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { compileFacts } from '../../apimachinery/schema/compile-facts.ts';
import { arbitraryObject } from '../../apimachinery/schema/contract/arbitrary-object.ts';
import { populatedObject } from '../../apimachinery/schema/contract/populated-object.ts';
import { decodeJson, decodeObject } from '../../apimachinery/schema/decode-json.ts';
import { decodeProtobuf } from '../../apimachinery/schema/protobuf/decode-protobuf.ts';
import { encodeProtobuf } from '../../apimachinery/schema/protobuf/encode-protobuf.ts';
import { decodeYaml } from '../../apimachinery/yaml/decode-yaml.ts';
import { encodeYaml } from '../../apimachinery/yaml/encode-yaml.ts';
import { builtInGroups, builtInResources } from './built-in-resources.ts';
import type {
  ResourceDefinition,
  ResourceVersionDefinition,
  SubresourceDefinition,
} from './generic/resource-definition.ts';

/**
 * What kube-apiserver 1.36 shows in discovery without --runtime-config: of each resource its names, scope, verbs (* for the
 * usual eight), short names, categories and subresources (with their kind where it is another).
 */
const discovery = `
v1
  bindings binding Binding namespaced create
  componentstatuses componentstatus ComponentStatus cluster get,list short:cs
  configmaps configmap ConfigMap namespaced * short:cm
  endpoints endpoints Endpoints namespaced * short:ep
  events event Event namespaced * short:ev
  limitranges limitrange LimitRange namespaced * short:limits
  namespaces namespace Namespace cluster create,delete,get,list,patch,update,watch short:ns /finalize:update /status:get,patch,update
  nodes node Node cluster * short:no /proxy=NodeProxyOptions:create,delete,get,patch,update /status:get,patch,update
  persistentvolumeclaims persistentvolumeclaim PersistentVolumeClaim namespaced * short:pvc /status:get,patch,update
  persistentvolumes persistentvolume PersistentVolume cluster * short:pv /status:get,patch,update
  pods pod Pod namespaced * short:po in:all /attach=PodAttachOptions:create,get /binding=Binding:create /ephemeralcontainers:get,patch,update /eviction=policy/v1/Eviction:create /exec=PodExecOptions:create,get /log:get /portforward=PodPortForwardOptions:create,get /proxy=PodProxyOptions:create,delete,get,patch,update /resize:get,patch,update /status:get,patch,update
  podtemplates podtemplate PodTemplate namespaced *
  replicationcontrollers replicationcontroller ReplicationController namespaced * short:rc in:all /scale=autoscaling/v1/Scale:get,patch,update /status:get,patch,update
  resourcequotas resourcequota ResourceQuota namespaced * short:quota /status:get,patch,update
  secrets secret Secret namespaced *
  serviceaccounts serviceaccount ServiceAccount namespaced * short:sa /token=authentication.k8s.io/v1/TokenRequest:create
  services service Service namespaced * short:svc in:all /proxy=ServiceProxyOptions:create,delete,get,patch,update /status:get,patch,update
apiregistration.k8s.io/v1
  apiservices apiservice APIService cluster * in:api-extensions /status:get,patch,update
apps/v1
  controllerrevisions controllerrevision ControllerRevision namespaced *
  daemonsets daemonset DaemonSet namespaced * short:ds in:all /status:get,patch,update
  deployments deployment Deployment namespaced * short:deploy in:all /scale=autoscaling/v1/Scale:get,patch,update /status:get,patch,update
  replicasets replicaset ReplicaSet namespaced * short:rs in:all /scale=autoscaling/v1/Scale:get,patch,update /status:get,patch,update
  statefulsets statefulset StatefulSet namespaced * short:sts in:all /scale=autoscaling/v1/Scale:get,patch,update /status:get,patch,update
events.k8s.io/v1
  events event Event namespaced * short:ev
authentication.k8s.io/v1
  selfsubjectreviews selfsubjectreview SelfSubjectReview cluster create
  tokenreviews tokenreview TokenReview cluster create
authorization.k8s.io/v1
  localsubjectaccessreviews localsubjectaccessreview LocalSubjectAccessReview namespaced create
  selfsubjectaccessreviews selfsubjectaccessreview SelfSubjectAccessReview cluster create
  selfsubjectrulesreviews selfsubjectrulesreview SelfSubjectRulesReview cluster create
  subjectaccessreviews subjectaccessreview SubjectAccessReview cluster create
autoscaling/v2
  horizontalpodautoscalers horizontalpodautoscaler HorizontalPodAutoscaler namespaced * short:hpa in:all /status:get,patch,update
autoscaling/v1
  horizontalpodautoscalers horizontalpodautoscaler HorizontalPodAutoscaler namespaced * short:hpa in:all /status:get,patch,update
batch/v1
  cronjobs cronjob CronJob namespaced * short:cj in:all /status:get,patch,update
  jobs job Job namespaced * in:all /status:get,patch,update
certificates.k8s.io/v1
  certificatesigningrequests certificatesigningrequest CertificateSigningRequest cluster * short:csr /approval:get,patch,update /status:get,patch,update
networking.k8s.io/v1
  ingressclasses ingressclass IngressClass cluster *
  ingresses ingress Ingress namespaced * short:ing /status:get,patch,update
  ipaddresses ipaddress IPAddress cluster * short:ip
  networkpolicies networkpolicy NetworkPolicy namespaced * short:netpol
  servicecidrs servicecidr ServiceCIDR cluster * /status:get,patch,update
policy/v1
  poddisruptionbudgets poddisruptionbudget PodDisruptionBudget namespaced * short:pdb /status:get,patch,update
rbac.authorization.k8s.io/v1
  clusterrolebindings clusterrolebinding ClusterRoleBinding cluster *
  clusterroles clusterrole ClusterRole cluster *
  rolebindings rolebinding RoleBinding namespaced *
  roles role Role namespaced *
storage.k8s.io/v1
  csidrivers csidriver CSIDriver cluster *
  csinodes csinode CSINode cluster *
  csistoragecapacities csistoragecapacity CSIStorageCapacity namespaced *
  storageclasses storageclass StorageClass cluster * short:sc
  volumeattachments volumeattachment VolumeAttachment cluster * /status:get,patch,update
  volumeattributesclasses volumeattributesclass VolumeAttributesClass cluster * short:vac
admissionregistration.k8s.io/v1
  mutatingadmissionpolicies mutatingadmissionpolicy MutatingAdmissionPolicy cluster * in:api-extensions
  mutatingadmissionpolicybindings mutatingadmissionpolicybinding MutatingAdmissionPolicyBinding cluster * in:api-extensions
  mutatingwebhookconfigurations mutatingwebhookconfiguration MutatingWebhookConfiguration cluster * in:api-extensions
  validatingadmissionpolicies validatingadmissionpolicy ValidatingAdmissionPolicy cluster * in:api-extensions /status:get,patch,update
  validatingadmissionpolicybindings validatingadmissionpolicybinding ValidatingAdmissionPolicyBinding cluster * in:api-extensions
  validatingwebhookconfigurations validatingwebhookconfiguration ValidatingWebhookConfiguration cluster * in:api-extensions
apiextensions.k8s.io/v1
  customresourcedefinitions customresourcedefinition CustomResourceDefinition cluster * short:crd,crds in:api-extensions /status:get,patch,update
scheduling.k8s.io/v1
  priorityclasses priorityclass PriorityClass cluster * short:pc
coordination.k8s.io/v1
  leases lease Lease namespaced *
node.k8s.io/v1
  runtimeclasses runtimeclass RuntimeClass cluster *
discovery.k8s.io/v1
  endpointslices endpointslice EndpointSlice namespaced *
resource.k8s.io/v1
  deviceclasses deviceclass DeviceClass cluster *
  resourceclaims resourceclaim ResourceClaim namespaced * /status:get,patch,update
  resourceclaimtemplates resourceclaimtemplate ResourceClaimTemplate namespaced *
  resourceslices resourceslice ResourceSlice cluster *
flowcontrol.apiserver.k8s.io/v1
  flowschemas flowschema FlowSchema cluster * /status:get,patch,update
  prioritylevelconfigurations prioritylevelconfiguration PriorityLevelConfiguration cluster * /status:get,patch,update
`;

const usualVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

function formatVerbs(verbs: readonly string[]): string {
  const sorted = [...verbs].sort().join(',');
  return sorted === usualVerbs.join(',') ? '*' : sorted;
}

function formatSubresource({ name, verbs, kind }: SubresourceDefinition, owner: ResourceDefinition): string {
  const group = kind === undefined || kind.group === '' ? '' : `${kind.group}/${kind.version}/`;
  const shownKind = kind === undefined || kind.kind === owner.kind ? '' : `=${group}${kind.kind}`;
  return `/${name}${shownKind}:${formatVerbs(verbs)}`;
}

function formatResource(resource: ResourceDefinition): string {
  return [
    resource.resource,
    resource.singular,
    resource.kind,
    resource.namespaced ? 'namespaced' : 'cluster',
    formatVerbs(resource.verbs ?? (resource.virtual === true ? ['create'] : usualVerbs)),
    ...(resource.shortNames === undefined ? [] : [`short:${resource.shortNames.join(',')}`]),
    ...(resource.categories === undefined ? [] : [`in:${resource.categories.join(',')}`]),
    ...[...(resource.subresources ?? [])]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((one) => formatSubresource(one, resource)),
  ].join(' ');
}

function servedIn(group: string, version: string): ResourceDefinition[] {
  const isServed = (one: ResourceVersionDefinition): boolean => one.version === version && one.servedByDefault;
  const served = builtInResources.filter((resource) => resource.group === group && resource.versions.some(isServed));
  return served.sort((a, b) => (a.resource < b.resource ? -1 : 1));
}

test('groups, versions and resources are those of kube-apiserver, in its order', (t) => {
  const lines: string[] = [];
  for (const { group, versions } of builtInGroups) {
    for (const { version } of versions) {
      const served = servedIn(group, version);
      if (served.length === 0) continue;
      lines.push(
        group === '' ? version : `${group}/${version}`,
        ...served.map((resource) => `  ${formatResource(resource)}`),
      );
    }
  }
  t.deepEqual(lines, discovery.trim().split('\n'));
});

test('each resource has one stored version, unless its objects are those of another resource', (t) => {
  for (const { resource, versions, storedAs, virtual } of builtInResources) {
    if (virtual === true) continue;
    t.is(versions.filter(({ storage }) => storage === true).length, storedAs === undefined ? 1 : 0, resource);
  }
});

test("storage keys are upstream's where those are not the plural", (t) => {
  const prefixes = builtInResources.flatMap(({ resource, storagePrefix }) =>
    storagePrefix === undefined || storagePrefix === resource ? [] : [[resource, storagePrefix] as const],
  );
  t.deepEqual(Object.fromEntries(prefixes), {
    endpoints: 'services/endpoints',
    nodes: 'minions',
    replicationcontrollers: 'controllers',
    services: 'services/specs',
    apiservices: 'apiregistration.k8s.io/apiservices',
    ingresses: 'ingress',
    customresourcedefinitions: 'apiextensions.k8s.io/customresourcedefinitions',
  });
});

test('versions behind --runtime-config are betas and alphas', (t) => {
  for (const { resource, versions } of builtInResources) {
    for (const { version, servedByDefault } of versions)
      t.is(servedByDefault, /^v[0-9]+$/.test(version), `${resource} ${version}`);
  }
});

/** Parses annotations that random text never is: apis/conversion.test.ts has its cases. */
const NOT_AT_RANDOM = ['horizontalpodautoscalers'];

test('random objects of every version come back from the storage version as they were, and are in form there', (t) => {
  const schemas = compileFacts(loadFacts());
  for (const { resource, versions } of builtInResources) {
    const stored = versions.find(({ storage }) => storage === true);
    if (stored === undefined || NOT_AT_RANDOM.includes(resource)) continue;
    for (const { type, version, toStorage = same, fromStorage = same } of versions) {
      if (version === stored.version) continue;
      const schema = schemas.struct(type);
      const property = fc.property(arbitraryObject(schema, { levels: 7 }), (value) => {
        const object = untyped(decodeObject(schema, value).object as KubeObject);
        if (version === 'v1beta1' && resource === 'resourceslices') addBasic(object);
        const inStorage = JSON.stringify(untyped(toStorage(object)));
        const again = decodeObject(schemas.struct(stored.type), JSON.parse(inStorage) as JsonValue);
        t.deepEqual(again.strictErrors, [], `${resource} ${version}`);
        t.is(JSON.stringify(again.object), inStorage, `${resource} ${version}`);
        t.is(
          JSON.stringify(untyped(fromStorage(again.object as KubeObject))),
          JSON.stringify(object),
          `${resource} ${version}`,
        );
      });
      fc.assert(property, { numRuns: 60 });
    }
  }
});

/** Annotations for what the version itself has no field for. */
const ADDED_BY_CONVERSION = [
  'autoscaling.alpha.kubernetes.io/current-metrics',
  'deprecated.daemonset.template.generation',
];

test('a populated object of every kind in every version comes back from JSON, protobuf, YAML and the storage version', (t) => {
  const schemas = compileFacts(loadFacts());
  let versionsSeen = 0;
  for (const { resource, versions, storedAs } of builtInResources) {
    for (const { type, version, toStorage = same, fromStorage = same } of versions) {
      const what = `${resource} ${version}`;
      const schema = schemas.struct(type);
      const populated = populatedObject(schema) as KubeObject;
      const json = JSON.stringify(populated);
      const sent = decodeJson(schema, Buffer.from(json), { strict: true });
      t.deepEqual(sent.strictErrors, [], what);
      t.is(JSON.stringify(decodeProtobuf(schema, encodeProtobuf(schema, sent.object))), json, `protobuf of ${what}`);
      const yaml = decodeYaml(encodeYaml(sent.object));
      t.is(JSON.stringify(decodeObject(schema, yaml.value).object), json, `YAML of ${what}`);

      const stored = untyped(toStorage(sent.object as KubeObject));
      const storage = versions.find((one) => one.storage === true);
      if (storedAs === undefined && storage !== undefined) {
        const { object, strictErrors } = decodeJson(schemas.struct(storage.type), Buffer.from(JSON.stringify(stored)), {
          strict: true,
        });
        t.deepEqual(strictErrors, [], `in storage: ${what}`);
        t.deepEqual(object, stored, `in storage: ${what}`);
      }
      const back = untyped(fromStorage(stored));
      for (const key of ADDED_BY_CONVERSION) delete back.metadata.annotations?.[key];
      t.deepEqual(back, populated, what);
      versionsSeen++;
    }
  }
  t.true(versionsSeen > 90);
});

function same(object: KubeObject): KubeObject {
  return object;
}

/** Upstream too gives every device of v1beta1 its inner part. */
function addBasic(slice: KubeObject): void {
  for (const device of asObjects(asObject(slice.spec).devices)) device.basic ??= {};
}

function untyped(object: KubeObject): KubeObject {
  const { kind: _kind, apiVersion: _apiVersion, ...rest } = object;
  return rest;
}
