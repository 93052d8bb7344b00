-- What servers call. Planner settings are clauses of the functions, not of the session: through a pooler there is no
-- session. jit is off since a switched-off kind of plan counts as so dear that every call would be compiled.

-- Commits the writes that still meet their expectation, in order, with consecutive revisions.
--   expected: 0 the key must not exist; r > 0 put if the key is at r; r < 0 delete if the key is at -r
--   vals: the new value; of a delete the last value, or null for the stored one
--   keys: each at most once
--   wake: payload of the notification, or null for none
-- Returns (0, newest revision before the batch, null), and
--   (i, revision, value) for a write i that failed, with what the key holds (revision 0: nothing)
--   (-i, revision, value) for a delete i that took the stored value.
create function commit_batch(batch bigint, keys text[], vals text[], expected bigint[], channel text, wake text)
returns table (item bigint, revision bigint, value text)
language plpgsql
set search_path from current
set plan_cache_mode = force_generic_plan
set enable_hashjoin = off
set enable_mergejoin = off
set enable_seqscan = off
set jit = off
as $$
#variable_conflict use_column
declare
  at store;
  base bigint;
begin
  select * into strict at from store for update;
  -- From here on every statement sees all that earlier holders of the lock committed.
  if batch = any (at.fenced) then
    raise exception 'batch % has been given up by its sender', batch using errcode = 'PFENC';
  end if;
  if current_setting('synchronous_commit') = 'off' then
    perform set_config('synchronous_commit', 'on', true);
  end if;
  if wake is not null then
    perform pg_notify(channel, wake);
  end if;
  base := coalesce(
    (select l.revision from log l where l.segment = at.segment order by l.revision desc limit 1),
    at.segment_start - 1
  );
  return query
  with asked as materialized (
    select
      w.item, w.key, w.value, abs(w.expected) as expected, w.expected < 0 as deletes,
      coalesce(c.revision, 0) as found,
      -- Only where it is needed: to tell the caller, to give the event its value, to keep history whole.
      case
        when c.revision <> abs(w.expected) or c.revision < at.segment_start or w.value is null then c.value
      end as stored
    from unnest(keys, vals, expected) with ordinality as w (key, value, expected, item)
    left join lateral (select c.revision, c.value from current c where c.key = w.key) c on true
  ),
  accepted as materialized (
    select a.*, base + row_number() over (order by a.item) as revision from asked a where a.found = a.expected
  ),
  created as (
    insert into current (key, revision, value)
    select a.key, a.revision, a.value from accepted a where a.expected = 0
  ),
  updated as (
    update current c set revision = a.revision, value = a.value
    from accepted a where c.key = a.key and a.expected > 0 and not a.deletes
  ),
  deleted as (
    delete from current c using accepted a where c.key = a.key and a.deletes
  ),
  logged as (
    insert into log (segment, revision, previous_revision, batch, deleted, key, value, previous_value)
    select
      at.segment, a.revision, a.expected, commit_batch.batch, a.deletes, a.key, coalesce(a.value, a.stored),
      case when a.expected < at.segment_start then a.stored end
    from accepted a
  )
  select 0::bigint, base, null::text
  union all
  select a.item, a.found, a.stored from asked a where a.found <> a.expected
  union all
  select -a.item, a.found, a.stored from accepted a where a.deletes and a.value is null;
end
$$;

-- Log rows in (after, up_to], oldest first, with keys in [key_from, key_to), until their values exceed max_bytes.
create function log_range(after bigint, up_to bigint, key_from text, key_to text, max_bytes bigint)
returns table (revision bigint, previous_revision bigint, batch bigint, deleted boolean, key text, value text)
language plpgsql stable rows 100
set search_path from current
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
set enable_bitmapscan = off
set enable_sort = off
as $$
#variable_conflict use_column
declare
  bytes bigint := 0;
begin
  for revision, previous_revision, batch, deleted, key, value in
    select l.revision, l.previous_revision, l.batch, l.deleted, l.key, l.value
    from log l
    where l.revision > after and l.revision <= up_to and l.key >= key_from and l.key < key_to
    order by l.revision
  loop
    return next;
    bytes := bytes + octet_length(value);
    exit when bytes > max_bytes;
  end loop;
end
$$;

-- Keys in [key_from, key_to) after start_after as they were at a revision that is not compacted.
-- What changed since is undone by the first log row after the revision; the rest is as it was.
create function state_at(at_revision bigint, key_from text, key_to text, start_after text, max_rows bigint)
returns table (key text, revision bigint, value text)
language sql stable
set search_path from current
set enable_seqscan = off
set jit = off
as $$
  with undone as materialized (
    select distinct on (l.key) l.key, l.segment, l.previous_revision, l.previous_value
    from log l
    where l.revision > at_revision and l.key >= key_from and l.key < key_to and l.key > start_after
    order by l.key, l.revision
  )
  select s.key, s.revision, s.value
  from (
    (
      select c.key, c.revision, c.value
      from current c
      where c.revision <= at_revision and c.key >= key_from and c.key < key_to and c.key > start_after
      order by c.key
      limit max_rows
    )
    union all
    (
      select
        u.key, u.previous_revision,
        coalesce(
          u.previous_value,
          (select l.value from log l where l.revision = u.previous_revision and l.segment = u.segment)
        )
      from undone u
      where u.previous_revision > 0
      order by u.key
      limit max_rows
    )
  ) s
  order by s.key
  limit max_rows
$$;

-- After a lost connection: the revisions of a batch that did commit (after a revision known to be older), or no row and
-- the certainty that it never will.
create function resolve_batch(lost_batch bigint, after bigint)
returns table (key text, revision bigint)
language plpgsql
set search_path from current
set enable_seqscan = off
set jit = off
as $$
#variable_conflict use_column
begin
  perform from store for update;
  return query select l.key, l.revision from log l where l.revision > after and l.batch = lost_batch;
  if not found then
    update store set fenced = (fenced || lost_batch)[greatest(1, cardinality(fenced) - 62):];
  end if;
end
$$;

-- Forgets history up to a revision. Returns where the store stands then; a revision that is too new changes nothing.
create function compact(up_to bigint)
returns table (compacted_revision bigint, revision bigint)
language plpgsql
set search_path from current
set enable_seqscan = off
set jit = off
as $$
#variable_conflict use_column
declare
  at store;
  newest bigint;
  next_segment smallint;
begin
  select * into strict at from store for update;
  newest := coalesce(
    (select l.revision from log l where l.segment = at.segment order by l.revision desc limit 1),
    at.segment_start - 1
  );
  if up_to > at.compacted_revision and up_to <= newest then
    update store set compacted_revision = up_to;
    next_segment := (at.segment + 1) % 4;
    if newest >= at.segment_start and not exists (select from log l where l.segment = next_segment) then
      update store set segment = next_segment, segment_start = newest + 1;
    end if;
  end if;
  return query select h.compacted_revision, h.revision from head h;
end
$$;

-- Segments that hold nothing but compacted revisions, for drop_segment.
create function droppable_segments() returns setof smallint
language sql stable
set search_path from current
set enable_seqscan = off
set jit = off
as $$
  select n::smallint
  from store, generate_series(0, 3) as n
  where n <> store.segment
    and (select l.revision from log l where l.segment = n order by l.revision desc limit 1) <= store.compacted_revision
$$;

-- Waits a moment at most for the lock: readers and writers queue up behind the one who waits.
create function drop_segment(number smallint) returns void
language plpgsql
set search_path from current
set lock_timeout = '50ms'
as $$
begin
  execute format('truncate log_%s', number);
end
$$;

-- After a restore: jumps far ahead of any revision that a client may have seen, and refuses all that is older.
create function bump_epoch(jump bigint) returns bigint
language plpgsql
set search_path from current
as $$
declare
  newest bigint;
begin
  perform from store for update;
  select h.revision + jump into newest from head h;
  truncate log;
  update store set epoch = epoch + 1, compacted_revision = newest, segment = 0, segment_start = newest + 1, fenced = '{}';
  return newest;
end
$$;
