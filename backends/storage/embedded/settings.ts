/** How the embedded PostgreSQL is tuned: small, durable, for short writes by one client. */
import { MAX_CONNECTIONS } from './limits.ts';

export interface SettingsOptions {
  readonly major: number;
  readonly socketDirectory: string;
  /** False: the operating system's crash may lose everything; for tests. A crash of the server still loses nothing. */
  readonly durable: boolean;
}

/** Command-line arguments, so that nobody has to edit a file in the data folder after an upgrade. */
export function serverArguments({ major, socketDirectory, durable }: SettingsOptions): string[] {
  const settings: Record<string, string | number> = {
    listen_addresses: '',
    unix_socket_directories: socketDirectory,
    unix_socket_permissions: '0700',
    max_connections: MAX_CONNECTIONS,

    shared_buffers: '16MB',
    huge_pages: 'off',
    wal_buffers: '2MB',
    work_mem: '8MB',
    maintenance_work_mem: '32MB',
    jit: 'off',

    fsync: durable ? 'on' : 'off',
    full_page_writes: durable ? 'on' : 'off',
    synchronous_commit: 'on',
    // No replica, no archive: less to write.
    wal_level: 'minimal',
    max_wal_senders: 0,
    max_wal_size: '512MB',
    min_wal_size: '64MB',
    checkpoint_timeout: '10min',
    checkpoint_completion_target: 0.9,

    // One client's short statements gain nothing from helpers, and each is a process.
    max_worker_processes: 0,
    max_parallel_workers: 0,
    max_parallel_workers_per_gather: 0,
    max_logical_replication_workers: 0,
    autovacuum_max_workers: 1,
    autovacuum_naptime: '20s',
    bgwriter_delay: '1s',
    update_process_title: 'off',

    log_timezone: 'UTC',
    timezone: 'UTC',
    log_checkpoints: 'off',
    log_min_messages: 'warning',
  };
  if (major >= 18) {
    settings.io_method = 'sync';
  }
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
