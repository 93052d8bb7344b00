-- Tables of one store. Every statement runs with the store's schema as search_path.

-- One row. Its lock is the store's commit order: whoever holds it until commit draws the next revisions. The row itself is
-- not updated by writes (the newest revision is the newest log row), so that a transaction somebody holds open for hours
-- cannot pile up dead versions of it in the way of every write.
create table store (
  only_row boolean primary key default true check (only_row),
  cluster_id uuid not null default gen_random_uuid(),
  -- Grows when a backup has been restored; watches of an older epoch end.
  epoch bigint not null default 1,
  compacted_revision bigint not null default 1,
  -- The log partition that takes new rows, and the first revision in it.
  segment smallint not null default 0,
  segment_start bigint not null default 2,
  -- Batches whose sender lost the connection and was told "not committed": they must never commit later.
  fenced bigint[] not null default '{}'
);
insert into store default values;
-- Planners guess hundreds of rows in a table that has never been looked at, and multiply everything by that.
analyze store;

create table current (
  key text collate "C" primary key,
  revision bigint not null,
  value text not null
) with (
  -- Rows up to a page stay whole and uncompressed: compressing 2 kB rows costs the writer almost half its rate.
  toast_tuple_target = 8160,
  -- Room in the page for the next version: it needs no index entry then, and old versions are cleared by the way.
  fillfactor = 70,
  autovacuum_vacuum_scale_factor = 0.05,
  autovacuum_vacuum_threshold = 500,
  autovacuum_vacuum_cost_delay = 0
);
-- One writer at a time: what it compresses, everyone waits for.
alter table current alter column value set storage external;

-- History, a ring of four partitions. Compaction moves on to an empty one and truncates those that hold nothing but
-- compacted revisions; TRUNCATE locks only the partition, DROP would lock the parent.
create table log (
  segment smallint not null,
  revision bigint not null,
  -- Revision that this write replaced or deleted, 0 if none.
  previous_revision bigint not null,
  batch bigint not null,
  deleted boolean not null,
  key text collate "C" not null,
  value text not null,
  -- The value replaced, if its own log row is in an older segment and so may be gone while this row lives.
  previous_value text,
  primary key (revision, segment)
) partition by list (segment);
alter table log alter column value set storage external;
alter table log alter column previous_value set storage external;

-- Never updated, truncated whole: nothing for autovacuum to do.
create table log_0 partition of log for values in (0)
  with (toast_tuple_target = 8160, autovacuum_enabled = off, toast.autovacuum_enabled = off);
create table log_1 partition of log for values in (1)
  with (toast_tuple_target = 8160, autovacuum_enabled = off, toast.autovacuum_enabled = off);
create table log_2 partition of log for values in (2)
  with (toast_tuple_target = 8160, autovacuum_enabled = off, toast.autovacuum_enabled = off);
create table log_3 partition of log for values in (3)
  with (toast_tuple_target = 8160, autovacuum_enabled = off, toast.autovacuum_enabled = off);

-- Where the store stands.
create view head as
select
  cluster_id,
  epoch,
  compacted_revision,
  coalesce(
    (select revision from log where log.segment = store.segment order by revision desc limit 1),
    segment_start - 1
  ) as revision
from store;
