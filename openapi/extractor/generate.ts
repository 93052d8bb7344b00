/** Regenerates what is in facts/ with the Go extractor beside this file; the only step of the project that needs Go. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const extractor = fileURLToPath(new URL('.', import.meta.url));
const factsFile = (name: string) => fileURLToPath(new URL(`../facts/${name}`, import.meta.url));

const version = /^\s*k8s\.io\/kubernetes v(\S+)/m.exec(readFileSync(`${extractor}go.mod`, 'utf8'))?.[1];
if (version === undefined) throw new Error('go.mod requires no k8s.io/kubernetes');

const outputs = ['-out', factsFile('facts.json'), '-pod-template', factsFile('pod-template.json')];
execFileSync('go', ['run', '.', '-kubernetes', version, ...outputs], { cwd: extractor, stdio: 'inherit' });
