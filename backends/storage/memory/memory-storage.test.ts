import test from 'ava';
import { storageContract } from '../contract/storage-contract.ts';
import { createMemoryStorage } from './memory-storage.ts';

storageContract(test, 'memory', async () => createMemoryStorage());
