/**
 * Field names of upstream's internal types, which its error messages print: those types have no JSON tags, so Go writes the
 * names of the struct fields, in their order, whatever is unset included. A line of a type's name, then its fields:
 * `GoName=jsonName:type`, without `=jsonName` where it follows from the Go name and without the type for a text. Types: b
 * boolean, n number, q quantity, i IntOrString, t time, bytes, j a type that does have tags, or the name of a struct, after
 * `*` (pointer), `[]` (list) and `{}` (map). `^name` is a field of the object around; `@metadata` is ObjectMeta, inline.
 */
export const internalStructs = `
apiextensions.CustomResourceColumnDefinition
  Name Type Format Description Priority:n JSONPath
apiextensions.CustomResourceDefinitionVersion
  Name Served:b Storage:b Deprecated:b DeprecationWarning:*s Schema:*apiextensions.CustomResourceValidation
  Subresources:*apiextensions.CustomResourceSubresources
  AdditionalPrinterColumns:[]apiextensions.CustomResourceColumnDefinition
  SelectableFields:[]apiextensions.SelectableField
apiextensions.CustomResourceSubresourceScale
  SpecReplicasPath StatusReplicasPath LabelSelectorPath:*s
apiextensions.CustomResourceSubresourceStatus
apiextensions.CustomResourceSubresources
  Status:*apiextensions.CustomResourceSubresourceStatus Scale:*apiextensions.CustomResourceSubresourceScale
apiextensions.CustomResourceValidation
  OpenAPIV3Schema:*apiextensions.JSONSchemaProps
apiextensions.ExternalDocumentation
  Description URL
apiextensions.JSONSchemaProps
  ID Schema=$schema Ref=$ref:*s Description Type Nullable:b Format Title Default:*any Maximum:*n
  ExclusiveMaximum:b Minimum:*n ExclusiveMinimum:b MaxLength:*n MinLength:*n Pattern MaxItems:*n MinItems:*n
  UniqueItems:b MultipleOf:*n Enum:[]any MaxProperties:*n MinProperties:*n Required:[]s
  Items:*apiextensions.JSONSchemaPropsOrArray AllOf:[]apiextensions.JSONSchemaProps
  OneOf:[]apiextensions.JSONSchemaProps AnyOf:[]apiextensions.JSONSchemaProps Not:*apiextensions.JSONSchemaProps
  Properties:{}apiextensions.JSONSchemaProps AdditionalProperties:*apiextensions.JSONSchemaPropsOrBool
  PatternProperties:{}apiextensions.JSONSchemaProps Dependencies:{}apiextensions.JSONSchemaPropsOrStringArray
  AdditionalItems:*apiextensions.JSONSchemaPropsOrBool Definitions:{}apiextensions.JSONSchemaProps
  ExternalDocs:*apiextensions.ExternalDocumentation Example:*any
  XPreserveUnknownFields=x-kubernetes-preserve-unknown-fields:*b
  XEmbeddedResource=x-kubernetes-embedded-resource:b XIntOrString=x-kubernetes-int-or-string:b
  XListMapKeys=x-kubernetes-list-map-keys:[]s XListType=x-kubernetes-list-type:*s
  XMapType=x-kubernetes-map-type:*s XValidations=x-kubernetes-validations:[]apiextensions.ValidationRule
apiextensions.JSONSchemaPropsOrArray
  Schema:*apiextensions.JSONSchemaProps JSONSchemas:[]apiextensions.JSONSchemaProps
apiextensions.JSONSchemaPropsOrBool
  Allows:b Schema:*apiextensions.JSONSchemaProps
apiextensions.JSONSchemaPropsOrStringArray
  Schema:*apiextensions.JSONSchemaProps Property:[]s
apiextensions.SelectableField
  JSONPath
apiextensions.ValidationRule
  Rule Message MessageExpression Reason:*s FieldPath OptionalOldSelf:*b
apps.RollingUpdateDaemonSet
  MaxUnavailable:i MaxSurge:i
apps.RollingUpdateDeployment
  MaxUnavailable:i MaxSurge:i
apps.RollingUpdateStatefulSetStrategy
  Partition:n MaxUnavailable:*i
batch.PodFailurePolicy
  Rules:[]batch.PodFailurePolicyRule
batch.PodFailurePolicyOnExitCodesRequirement
  ContainerName:*s Operator Values:[]n
batch.PodFailurePolicyOnPodConditionsPattern
  Type Status
batch.PodFailurePolicyRule
  Action OnExitCodes:*batch.PodFailurePolicyOnExitCodesRequirement
  OnPodConditions:[]batch.PodFailurePolicyOnPodConditionsPattern
batch.SuccessPolicy
  Rules:[]batch.SuccessPolicyRule
batch.SuccessPolicyRule
  SucceededIndexes:*s SucceededCount:*n
certificates.CertificateSigningRequestCondition
  Type Status Reason Message LastUpdateTime:t LastTransitionTime:t
certificates.PodCertificateRequestSpec
  SignerName PodName PodUID ServiceAccountName ServiceAccountUID NodeName NodeUID MaxExpirationSeconds:*n
  PKIXPublicKey:bytes ProofOfPossession:bytes StubPKCS10Request:bytes UnverifiedUserAnnotations:{}s
core.AWSElasticBlockStoreVolumeSource
  VolumeID FSType Partition:n ReadOnly:b
core.Affinity
  NodeAffinity:*core.NodeAffinity PodAffinity:*core.PodAffinity PodAntiAffinity:*core.PodAntiAffinity
core.AppArmorProfile
  Type LocalhostProfile:*s
core.AzureDiskVolumeSource
  DiskName DataDiskURI=diskURI CachingMode:*s FSType:*s ReadOnly:*b Kind:*s
core.AzureFilePersistentVolumeSource
  SecretName ShareName ReadOnly:b SecretNamespace:*s
core.AzureFileVolumeSource
  SecretName ShareName ReadOnly:b
core.CSIPersistentVolumeSource
  Driver VolumeHandle ReadOnly:b FSType VolumeAttributes:{}s ControllerPublishSecretRef:*core.SecretReference
  NodeStageSecretRef:*core.SecretReference NodePublishSecretRef:*core.SecretReference
  ControllerExpandSecretRef:*core.SecretReference NodeExpandSecretRef:*core.SecretReference
core.CSIVolumeSource
  Driver ReadOnly:*b FSType:*s VolumeAttributes:{}s NodePublishSecretRef:*core.LocalObjectReference
core.Capabilities
  Add:[]s Drop:[]s
core.CephFSPersistentVolumeSource
  Monitors:[]s Path User SecretFile SecretRef:*core.SecretReference ReadOnly:b
core.CephFSVolumeSource
  Monitors:[]s Path User SecretFile SecretRef:*core.LocalObjectReference ReadOnly:b
core.CinderPersistentVolumeSource
  VolumeID FSType ReadOnly:b SecretRef:*core.SecretReference
core.CinderVolumeSource
  VolumeID FSType ReadOnly:b SecretRef:*core.LocalObjectReference
core.ClusterTrustBundleProjection
  Name:*s SignerName:*s LabelSelector:*j Optional:*b Path
core.ConfigMapEnvSource
  Name Optional:*b
core.ConfigMapKeySelector
  Name Key Optional:*b
core.ConfigMapProjection
  Name Items:[]core.KeyToPath Optional:*b
core.ConfigMapVolumeSource
  Name Items:[]core.KeyToPath DefaultMode:*n Optional:*b
core.Container
  Name Image Command:[]s Args:[]s WorkingDir Ports:[]core.ContainerPort EnvFrom:[]core.EnvFromSource
  Env:[]core.EnvVar Resources:core.ResourceRequirements ResizePolicy:[]core.ContainerResizePolicy
  RestartPolicy:*s RestartPolicyRules:[]core.ContainerRestartRule VolumeMounts:[]core.VolumeMount
  VolumeDevices:[]core.VolumeDevice LivenessProbe:*core.Probe ReadinessProbe:*core.Probe
  StartupProbe:*core.Probe Lifecycle:*core.Lifecycle TerminationMessagePath TerminationMessagePolicy
  ImagePullPolicy SecurityContext:*core.SecurityContext Stdin:b StdinOnce:b TTY:b
core.ContainerPort
  Name HostPort:n ContainerPort:n Protocol HostIP
core.ContainerResizePolicy
  ResourceName RestartPolicy
core.ContainerRestartRule
  Action ExitCodes:*core.ContainerRestartRuleOnExitCodes
core.ContainerRestartRuleOnExitCodes
  Operator Values:[]n
core.DownwardAPIProjection
  Items:[]core.DownwardAPIVolumeFile
core.DownwardAPIVolumeFile
  Path FieldRef:*core.ObjectFieldSelector ResourceFieldRef:*core.ResourceFieldSelector Mode:*n
core.DownwardAPIVolumeSource
  Items:[]core.DownwardAPIVolumeFile DefaultMode:*n
core.EmptyDirVolumeSource
  Medium SizeLimit:*q
core.EnvFromSource
  Prefix ConfigMapRef:*core.ConfigMapEnvSource SecretRef:*core.SecretEnvSource
core.EnvVar
  Name Value ValueFrom:*core.EnvVarSource
core.EnvVarSource
  FieldRef:*core.ObjectFieldSelector ResourceFieldRef:*core.ResourceFieldSelector
  ConfigMapKeyRef:*core.ConfigMapKeySelector SecretKeyRef:*core.SecretKeySelector
  FileKeyRef:*core.FileKeySelector
core.EphemeralContainer
  Name Image Command:[]s Args:[]s WorkingDir Ports:[]core.ContainerPort EnvFrom:[]core.EnvFromSource
  Env:[]core.EnvVar Resources:core.ResourceRequirements ResizePolicy:[]core.ContainerResizePolicy
  RestartPolicy:*s RestartPolicyRules:[]core.ContainerRestartRule VolumeMounts:[]core.VolumeMount
  VolumeDevices:[]core.VolumeDevice LivenessProbe:*core.Probe ReadinessProbe:*core.Probe
  StartupProbe:*core.Probe Lifecycle:*core.Lifecycle TerminationMessagePath TerminationMessagePolicy
  ImagePullPolicy SecurityContext:*core.SecurityContext Stdin:b StdinOnce:b TTY:b TargetContainerName
core.EphemeralVolumeSource
  VolumeClaimTemplate:*core.PersistentVolumeClaimTemplate
core.EventSource
  Component Host
core.ExecAction
  Command:[]s
core.FCVolumeSource
  TargetWWNs:[]s Lun:*n FSType ReadOnly:b WWIDs=wwids:[]s
core.FileKeySelector
  VolumeName Path Key Optional:*b
core.FlexPersistentVolumeSource
  Driver FSType SecretRef:*core.SecretReference ReadOnly:b Options:{}s
core.FlexVolumeSource
  Driver FSType SecretRef:*core.LocalObjectReference ReadOnly:b Options:{}s
core.FlockerVolumeSource
  DatasetName DatasetUUID
core.GCEPersistentDiskVolumeSource
  PDName FSType Partition:n ReadOnly:b
core.GRPCAction
  Port:n Service:*s
core.GitRepoVolumeSource
  Repository Revision Directory
core.GlusterfsPersistentVolumeSource
  EndpointsName=endpoints Path ReadOnly:b EndpointsNamespace:*s
core.GlusterfsVolumeSource
  EndpointsName=endpoints Path ReadOnly:b
core.HTTPGetAction
  Path Port:i Host Scheme HTTPHeaders:[]core.HTTPHeader
core.HTTPHeader
  Name Value
core.HostAlias
  IP Hostnames:[]s
core.HostPathVolumeSource
  Path Type:*s
core.ISCSIPersistentVolumeSource
  TargetPortal IQN Lun:n ISCSIInterface FSType ReadOnly:b Portals:[]s DiscoveryCHAPAuth=chapAuthDiscovery:b
  SessionCHAPAuth=chapAuthSession:b SecretRef:*core.SecretReference InitiatorName:*s
core.ISCSIVolumeSource
  TargetPortal IQN Lun:n ISCSIInterface FSType ReadOnly:b Portals:[]s DiscoveryCHAPAuth=chapAuthDiscovery:b
  SessionCHAPAuth=chapAuthSession:b SecretRef:*core.LocalObjectReference InitiatorName:*s
core.ImageVolumeSource
  Reference PullPolicy
core.KeyToPath
  Key Path Mode:*n
core.Lifecycle
  PostStart:*core.LifecycleHandler PreStop:*core.LifecycleHandler StopSignal:*s
core.LifecycleHandler
  Exec:*core.ExecAction HTTPGet:*core.HTTPGetAction TCPSocket:*core.TCPSocketAction Sleep:*core.SleepAction
core.LocalObjectReference
  Name
core.LocalVolumeSource
  Path FSType:*s
core.NFSVolumeSource
  Server Path ReadOnly:b
core.NodeAffinity
  RequiredDuringSchedulingIgnoredDuringExecution:*core.NodeSelector
  PreferredDuringSchedulingIgnoredDuringExecution:[]core.PreferredSchedulingTerm
core.NodeSelector
  NodeSelectorTerms:[]core.NodeSelectorTerm
core.NodeSelectorRequirement
  Key Operator Values:[]s
core.NodeSelectorTerm
  MatchExpressions:[]core.NodeSelectorRequirement MatchFields:[]core.NodeSelectorRequirement
core.ObjectFieldSelector
  APIVersion FieldPath
core.ObjectReference
  Kind Namespace Name UID APIVersion ResourceVersion FieldPath
core.PersistentVolumeClaimSpec
  AccessModes:[]s Selector:*j Resources:core.VolumeResourceRequirements VolumeName StorageClassName:*s
  VolumeMode:*s DataSource:*core.TypedLocalObjectReference DataSourceRef:*core.TypedObjectReference
  VolumeAttributesClassName:*s
core.PersistentVolumeClaimTemplate
  @metadata Spec:core.PersistentVolumeClaimSpec
core.PersistentVolumeClaimVolumeSource
  ClaimName ReadOnly:b
core.PersistentVolumeSource
  GCEPersistentDisk:*core.GCEPersistentDiskVolumeSource
  AWSElasticBlockStore:*core.AWSElasticBlockStoreVolumeSource HostPath:*core.HostPathVolumeSource
  Glusterfs:*core.GlusterfsPersistentVolumeSource NFS:*core.NFSVolumeSource RBD:*core.RBDPersistentVolumeSource
  Quobyte:*core.QuobyteVolumeSource ISCSI:*core.ISCSIPersistentVolumeSource
  FlexVolume:*core.FlexPersistentVolumeSource Cinder:*core.CinderPersistentVolumeSource
  CephFS=cephfs:*core.CephFSPersistentVolumeSource FC:*core.FCVolumeSource Flocker:*core.FlockerVolumeSource
  AzureFile:*core.AzureFilePersistentVolumeSource VsphereVolume:*core.VsphereVirtualDiskVolumeSource
  AzureDisk:*core.AzureDiskVolumeSource PhotonPersistentDisk:*core.PhotonPersistentDiskVolumeSource
  PortworxVolume:*core.PortworxVolumeSource ScaleIO:*core.ScaleIOPersistentVolumeSource
  Local:*core.LocalVolumeSource StorageOS=storageos:*core.StorageOSPersistentVolumeSource
  CSI:*core.CSIPersistentVolumeSource
core.PersistentVolumeSpec
  Capacity:{}q GCEPersistentDisk:*core.GCEPersistentDiskVolumeSource
  AWSElasticBlockStore:*core.AWSElasticBlockStoreVolumeSource HostPath:*core.HostPathVolumeSource
  Glusterfs:*core.GlusterfsPersistentVolumeSource NFS:*core.NFSVolumeSource RBD:*core.RBDPersistentVolumeSource
  Quobyte:*core.QuobyteVolumeSource ISCSI:*core.ISCSIPersistentVolumeSource
  FlexVolume:*core.FlexPersistentVolumeSource Cinder:*core.CinderPersistentVolumeSource
  CephFS=cephfs:*core.CephFSPersistentVolumeSource FC:*core.FCVolumeSource Flocker:*core.FlockerVolumeSource
  AzureFile:*core.AzureFilePersistentVolumeSource VsphereVolume:*core.VsphereVirtualDiskVolumeSource
  AzureDisk:*core.AzureDiskVolumeSource PhotonPersistentDisk:*core.PhotonPersistentDiskVolumeSource
  PortworxVolume:*core.PortworxVolumeSource ScaleIO:*core.ScaleIOPersistentVolumeSource
  Local:*core.LocalVolumeSource StorageOS=storageos:*core.StorageOSPersistentVolumeSource
  CSI:*core.CSIPersistentVolumeSource AccessModes:[]s ClaimRef:*core.ObjectReference
  PersistentVolumeReclaimPolicy StorageClassName MountOptions:[]s VolumeMode:*s
  NodeAffinity:*core.VolumeNodeAffinity VolumeAttributesClassName:*s
core.PhotonPersistentDiskVolumeSource
  PdID FSType
core.PodAffinity
  RequiredDuringSchedulingIgnoredDuringExecution:[]core.PodAffinityTerm
  PreferredDuringSchedulingIgnoredDuringExecution:[]core.WeightedPodAffinityTerm
core.PodAffinityTerm
  LabelSelector:*j Namespaces:[]s TopologyKey NamespaceSelector:*j MatchLabelKeys:[]s MismatchLabelKeys:[]s
core.PodAntiAffinity
  RequiredDuringSchedulingIgnoredDuringExecution:[]core.PodAffinityTerm
  PreferredDuringSchedulingIgnoredDuringExecution:[]core.WeightedPodAffinityTerm
core.PodCertificateProjection
  SignerName KeyType MaxExpirationSeconds:*n CredentialBundlePath KeyPath CertificateChainPath
  UserAnnotations:{}s
core.PodDNSConfig
  Nameservers:[]s Searches:[]s Options:[]core.PodDNSConfigOption
core.PodDNSConfigOption
  Name Value:*s
core.PodOS
  Name
core.PodReadinessGate
  ConditionType
core.PodResourceClaim
  Name ResourceClaimName:*s ResourceClaimTemplateName:*s
core.PodSchedulingGate
  Name
core.PodSchedulingGroup
  PodGroupName:*s
core.PodSecurityContext
  HostNetwork=^hostNetwork:b HostPID=^hostPID:b HostIPC=^hostIPC:b
  ShareProcessNamespace=^shareProcessNamespace:*b HostUsers=^hostUsers:*b SELinuxOptions:*core.SELinuxOptions
  WindowsOptions:*core.WindowsSecurityContextOptions RunAsUser:*n RunAsGroup:*n RunAsNonRoot:*b
  SupplementalGroups:[]n SupplementalGroupsPolicy:*s FSGroup:*n FSGroupChangePolicy:*s Sysctls:[]core.Sysctl
  SeccompProfile:*core.SeccompProfile AppArmorProfile:*core.AppArmorProfile SELinuxChangePolicy:*s
core.PodSpec
  Volumes:[]core.Volume InitContainers:[]core.Container Containers:[]core.Container
  EphemeralContainers:[]core.EphemeralContainer RestartPolicy TerminationGracePeriodSeconds:*n
  ActiveDeadlineSeconds:*n DNSPolicy NodeSelector:{}s ServiceAccountName AutomountServiceAccountToken:*b
  NodeName SecurityContext:*core.PodSecurityContext ImagePullSecrets:[]core.LocalObjectReference Hostname
  Subdomain SetHostnameAsFQDN:*b Affinity:*core.Affinity SchedulerName Tolerations:[]core.Toleration
  HostAliases:[]core.HostAlias PriorityClassName Priority:*n PreemptionPolicy:*s DNSConfig:*core.PodDNSConfig
  ReadinessGates:[]core.PodReadinessGate RuntimeClassName:*s Overhead:{}q EnableServiceLinks:*b
  TopologySpreadConstraints:[]core.TopologySpreadConstraint OS:*core.PodOS
  SchedulingGates:[]core.PodSchedulingGate ResourceClaims:[]core.PodResourceClaim
  Resources:*core.ResourceRequirements HostnameOverride:*s SchedulingGroup:*core.PodSchedulingGroup
core.PodTemplateSpec
  @metadata Spec:core.PodSpec
core.PortworxVolumeSource
  VolumeID FSType ReadOnly:b
core.PreferredSchedulingTerm
  Weight:n Preference:core.NodeSelectorTerm
core.Probe
  Exec:*core.ExecAction HTTPGet:*core.HTTPGetAction TCPSocket:*core.TCPSocketAction GRPC:*core.GRPCAction
  InitialDelaySeconds:n TimeoutSeconds:n PeriodSeconds:n SuccessThreshold:n FailureThreshold:n
  TerminationGracePeriodSeconds:*n
core.ProjectedVolumeSource
  Sources:[]core.VolumeProjection DefaultMode:*n
core.QuobyteVolumeSource
  Registry Volume ReadOnly:b User Group Tenant
core.RBDPersistentVolumeSource
  CephMonitors=monitors:[]s RBDImage=image FSType RBDPool=pool RadosUser=user Keyring
  SecretRef:*core.SecretReference ReadOnly:b
core.RBDVolumeSource
  CephMonitors=monitors:[]s RBDImage=image FSType RBDPool=pool RadosUser=user Keyring
  SecretRef:*core.LocalObjectReference ReadOnly:b
core.ResourceClaim
  Name Request
core.ResourceFieldSelector
  ContainerName Resource Divisor:q
core.ResourceRequirements
  Limits:{}q Requests:{}q Claims:[]core.ResourceClaim
core.SELinuxOptions
  User Role Type Level
core.ScaleIOPersistentVolumeSource
  Gateway System SecretRef:*core.SecretReference SSLEnabled:b ProtectionDomain StoragePool StorageMode
  VolumeName FSType ReadOnly:b
core.ScaleIOVolumeSource
  Gateway System SecretRef:*core.LocalObjectReference SSLEnabled:b ProtectionDomain StoragePool StorageMode
  VolumeName FSType ReadOnly:b
core.ScopedResourceSelectorRequirement
  ScopeName Operator Values:[]s
core.SeccompProfile
  Type LocalhostProfile:*s
core.SecretEnvSource
  Name Optional:*b
core.SecretKeySelector
  Name Key Optional:*b
core.SecretProjection
  Name Items:[]core.KeyToPath Optional:*b
core.SecretReference
  Name Namespace
core.SecretVolumeSource
  SecretName Items:[]core.KeyToPath DefaultMode:*n Optional:*b
core.SecurityContext
  Capabilities:*core.Capabilities Privileged:*b SELinuxOptions:*core.SELinuxOptions
  WindowsOptions:*core.WindowsSecurityContextOptions RunAsUser:*n RunAsGroup:*n RunAsNonRoot:*b
  ReadOnlyRootFilesystem:*b AllowPrivilegeEscalation:*b ProcMount:*s SeccompProfile:*core.SeccompProfile
  AppArmorProfile:*core.AppArmorProfile
core.ServiceAccountTokenProjection
  Audience ExpirationSeconds:n Path
core.SleepAction
  Seconds:n
core.StorageOSPersistentVolumeSource
  VolumeName VolumeNamespace FSType ReadOnly:b SecretRef:*core.ObjectReference
core.StorageOSVolumeSource
  VolumeName VolumeNamespace FSType ReadOnly:b SecretRef:*core.LocalObjectReference
core.Sysctl
  Name Value
core.TCPSocketAction
  Port:i Host
core.Toleration
  Key Operator Value Effect TolerationSeconds:*n
core.TopologySpreadConstraint
  MaxSkew:n TopologyKey WhenUnsatisfiable LabelSelector:*j MinDomains:*n NodeAffinityPolicy:*s
  NodeTaintsPolicy:*s MatchLabelKeys:[]s
core.TypedLocalObjectReference
  APIGroup:*s Kind Name
core.TypedObjectReference
  APIGroup:*s Kind Name Namespace:*s
core.Volume
  Name HostPath:*core.HostPathVolumeSource EmptyDir:*core.EmptyDirVolumeSource
  GCEPersistentDisk:*core.GCEPersistentDiskVolumeSource
  AWSElasticBlockStore:*core.AWSElasticBlockStoreVolumeSource GitRepo:*core.GitRepoVolumeSource
  Secret:*core.SecretVolumeSource NFS:*core.NFSVolumeSource ISCSI:*core.ISCSIVolumeSource
  Glusterfs:*core.GlusterfsVolumeSource PersistentVolumeClaim:*core.PersistentVolumeClaimVolumeSource
  RBD:*core.RBDVolumeSource Quobyte:*core.QuobyteVolumeSource FlexVolume:*core.FlexVolumeSource
  Cinder:*core.CinderVolumeSource CephFS=cephfs:*core.CephFSVolumeSource Flocker:*core.FlockerVolumeSource
  DownwardAPI:*core.DownwardAPIVolumeSource FC:*core.FCVolumeSource AzureFile:*core.AzureFileVolumeSource
  ConfigMap:*core.ConfigMapVolumeSource VsphereVolume:*core.VsphereVirtualDiskVolumeSource
  AzureDisk:*core.AzureDiskVolumeSource PhotonPersistentDisk:*core.PhotonPersistentDiskVolumeSource
  Projected:*core.ProjectedVolumeSource PortworxVolume:*core.PortworxVolumeSource
  ScaleIO:*core.ScaleIOVolumeSource StorageOS=storageos:*core.StorageOSVolumeSource CSI:*core.CSIVolumeSource
  Ephemeral:*core.EphemeralVolumeSource Image:*core.ImageVolumeSource
core.VolumeDevice
  Name DevicePath
core.VolumeMount
  Name ReadOnly:b RecursiveReadOnly:*s MountPath SubPath MountPropagation:*s SubPathExpr
core.VolumeNodeAffinity
  Required:*core.NodeSelector
core.VolumeProjection
  Secret:*core.SecretProjection DownwardAPI:*core.DownwardAPIProjection ConfigMap:*core.ConfigMapProjection
  ServiceAccountToken:*core.ServiceAccountTokenProjection ClusterTrustBundle:*core.ClusterTrustBundleProjection
  PodCertificate:*core.PodCertificateProjection
core.VolumeResourceRequirements
  Limits:{}q Requests:{}q
core.VsphereVirtualDiskVolumeSource
  VolumePath FSType StoragePolicyName StoragePolicyID
core.WeightedPodAffinityTerm
  Weight:n PodAffinityTerm:core.PodAffinityTerm
core.WindowsSecurityContextOptions
  GMSACredentialSpecName:*s GMSACredentialSpec:*s RunAsUserName:*s HostProcess:*b
flowcontrol.ExemptPriorityLevelConfiguration
  NominalConcurrencyShares:*n LendablePercent:*n
flowcontrol.FlowDistinguisherMethod
  Type
flowcontrol.FlowSchemaSpec
  PriorityLevelConfiguration:flowcontrol.PriorityLevelConfigurationReference MatchingPrecedence:n
  DistinguisherMethod:*flowcontrol.FlowDistinguisherMethod Rules:[]flowcontrol.PolicyRulesWithSubjects
flowcontrol.GroupSubject
  Name
flowcontrol.LimitResponse
  Type Queuing:*flowcontrol.QueuingConfiguration
flowcontrol.LimitedPriorityLevelConfiguration
  NominalConcurrencyShares:n LimitResponse:flowcontrol.LimitResponse LendablePercent:*n BorrowingLimitPercent:*n
flowcontrol.NonResourcePolicyRule
  Verbs:[]s NonResourceURLs:[]s
flowcontrol.PolicyRulesWithSubjects
  Subjects:[]flowcontrol.Subject ResourceRules:[]flowcontrol.ResourcePolicyRule
  NonResourceRules:[]flowcontrol.NonResourcePolicyRule
flowcontrol.PriorityLevelConfigurationReference
  Name
flowcontrol.PriorityLevelConfigurationSpec
  Type Limited:*flowcontrol.LimitedPriorityLevelConfiguration
  Exempt:*flowcontrol.ExemptPriorityLevelConfiguration
flowcontrol.QueuingConfiguration
  Queues:n HandSize:n QueueLengthLimit:n
flowcontrol.ResourcePolicyRule
  Verbs:[]s APIGroups:[]s Resources:[]s ClusterScope:b Namespaces:[]s
flowcontrol.ServiceAccountSubject
  Namespace Name
flowcontrol.Subject
  Kind User:*flowcontrol.UserSubject Group:*flowcontrol.GroupSubject
  ServiceAccount:*flowcontrol.ServiceAccountSubject
flowcontrol.UserSubject
  Name
networking.ParentReference
  Group Resource Namespace Name
resource.AllocationResult
  Devices:resource.DeviceAllocationResult NodeSelector:*core.NodeSelector AllocationTimestamp:*t
resource.CELDeviceSelector
  Expression
resource.CapacityRequestPolicy
  Default:*q ValidValues:[]q ValidRange:*resource.CapacityRequestPolicyRange
resource.CapacityRequestPolicyRange
  Min:*q Max:*q Step:*q
resource.CapacityRequirements
  Requests:{}q
resource.Counter
  Value:q
resource.CounterSet
  Name Counters:{}resource.Counter
resource.Device
  Name Attributes:{}resource.DeviceAttribute Capacity:{}resource.DeviceCapacity
  ConsumesCounters:[]resource.DeviceCounterConsumption NodeName:*s NodeSelector:*core.NodeSelector AllNodes:*b
  Taints:[]resource.DeviceTaint BindsToNode:*b BindingConditions:[]s BindingFailureConditions:[]s
  AllowMultipleAllocations:*b NodeAllocatableResourceMappings:{}resource.NodeAllocatableResourceMapping
resource.DeviceAllocationConfiguration
  Source Requests:[]s Opaque:*resource.OpaqueDeviceConfiguration
resource.DeviceAllocationResult
  Results:[]resource.DeviceRequestAllocationResult Config:[]resource.DeviceAllocationConfiguration
resource.DeviceAttribute
  IntValue=int:*n BoolValue=bool:*b StringValue=string:*s VersionValue=version:*s IntValues=ints:[]n
  BoolValues=bools:[]b StringValues=strings:[]s VersionValues=versions:[]s
resource.DeviceCapacity
  Value:q RequestPolicy:*resource.CapacityRequestPolicy
resource.DeviceClaim
  Requests:[]resource.DeviceRequest Constraints:[]resource.DeviceConstraint
  Config:[]resource.DeviceClaimConfiguration
resource.DeviceClaimConfiguration
  Requests:[]s Opaque:*resource.OpaqueDeviceConfiguration
resource.DeviceClassConfiguration
  Opaque:*resource.OpaqueDeviceConfiguration
resource.DeviceClassSpec
  Selectors:[]resource.DeviceSelector Config:[]resource.DeviceClassConfiguration ExtendedResourceName:*s
resource.DeviceConstraint
  Requests:[]s MatchAttribute:*s DistinctAttribute:*s
resource.DeviceCounterConsumption
  CounterSet Counters:{}resource.Counter
resource.DeviceRequest
  Name Exactly:*resource.ExactDeviceRequest FirstAvailable:[]resource.DeviceSubRequest
resource.DeviceRequestAllocationResult
  Request Driver Pool Device AdminAccess:*b Tolerations:[]resource.DeviceToleration BindingConditions:[]s
  BindingFailureConditions:[]s ShareID:*s ConsumedCapacity:{}q
resource.DeviceSelector
  CEL:*resource.CELDeviceSelector
resource.DeviceSubRequest
  Name DeviceClassName Selectors:[]resource.DeviceSelector AllocationMode Count:n
  Tolerations:[]resource.DeviceToleration Capacity:*resource.CapacityRequirements
resource.DeviceTaint
  Key Value Effect TimeAdded:*t
resource.DeviceTaintRuleSpec
  DeviceSelector:*resource.DeviceTaintSelector Taint:resource.DeviceTaint
resource.DeviceTaintSelector
  Driver:*s Pool:*s Device:*s
resource.DeviceToleration
  Key Operator Value Effect TolerationSeconds:*n
resource.ExactDeviceRequest
  DeviceClassName Selectors:[]resource.DeviceSelector AllocationMode Count:n AdminAccess:*b
  Tolerations:[]resource.DeviceToleration Capacity:*resource.CapacityRequirements
resource.NodeAllocatableResourceMapping
  CapacityKey:*s AllocationMultiplier:*q
resource.OpaqueDeviceConfiguration
  Driver Parameters:j
resource.ResourceClaimSpec
  Devices:resource.DeviceClaim
resource.ResourceClaimTemplateSpec
  @metadata Spec:resource.ResourceClaimSpec
resource.ResourcePool
  Name Generation:n ResourceSliceCount:n
resource.ResourceSliceSpec
  Driver Pool:resource.ResourcePool NodeName:*s NodeSelector:*core.NodeSelector AllNodes:*b
  Devices:[]resource.Device PerDeviceNodeSelection:*b SharedCounters:[]resource.CounterSet
resource.SharedDeviceID
  Driver Pool Device ShareID
storage.CSINodeDriver
  Name NodeID TopologyKeys:[]s Allocatable:*storage.VolumeNodeResources
storage.VolumeAttachmentSource
  PersistentVolumeName:*s InlineVolumeSpec:*core.PersistentVolumeSpec
storage.VolumeAttachmentSpec
  Attacher Source:storage.VolumeAttachmentSource NodeName
storage.VolumeNodeResources
  Count:*n
storagemigration.StorageVersionMigrationSpec
  Resource:j
`;
