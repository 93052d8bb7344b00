/** Lines of differences ("- " left, "+ " right) that are meant to be. */
export const explainedLines: readonly RegExp[] = [
  // The users of the kubeconfigs have other names, and prove them in other ways.
  /portico-admin|\badmin\b|^[-+] +extra:$|credential-id:$|X509SHA256=/,
  // kubectl 1.27 prints the address of a flag instead of the flag.
  /SecretOptionalName: +0xc[0-9a-f]+$/,
  // The first priority classes are described in other words.
  /^[-+] +(?:[Dd]escription: +(?:Used for system critical pods|For pods that)|(?:be moved to another )?node(?: if necessary)?\.$)/,
  // Managers stand in the order of their times, which are whole seconds: what falls into one second is in the order of names.
  /^[-+] (?:kubectl-\w+\/Update ?){4}$/,
  // What stands behind the server is its own affair.
  /^[-+] (?:etcd-0|storage) +Healthy/,
  // Upstream lists the group of a new definition a moment before it serves it.
  /couldn't get resource list for \S+: the server could not find the requested resource$/,
  // `describe secret` prints its keys in the random order of Go's maps.
  /^~/,
  // Name and build of the server, hashes of its documents, parts that its checks are named after.
  /^[-+] .*"?(?:gitVersion|gitCommit|gitTreeState|goVersion|compiler)"?:/,
  /serverRelativeURL/,
  /^[-+] \[\+\]/,
];
