/** Regenerates facts/facts.json with the Go extractor beside this file; the only step of the project that needs Go. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const extractor = fileURLToPath(new URL('.', import.meta.url));
const out = fileURLToPath(new URL('../facts/facts.json', import.meta.url));

const version = /^\s*k8s\.io\/kubernetes v(\S+)/m.exec(readFileSync(`${extractor}go.mod`, 'utf8'))?.[1];
if (version === undefined) throw new Error('go.mod requires no k8s.io/kubernetes');

execFileSync('go', ['run', '.', '-kubernetes', version, '-out', out], { cwd: extractor, stdio: 'inherit' });
