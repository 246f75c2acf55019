-- Who may do what. The role that runs the migrations owns every table and serves no request; managed PostgreSQL makes it
-- no superuser, so nothing below needs one.
create extension if not exists btree_gist;

do $$
begin
  -- Roles belong to the cluster, and another database of it may have made them already.
  if not exists (select from pg_roles where rolname = 'lectern_app') then
    create role lectern_app nologin;
  end if;
  if not exists (select from pg_roles where rolname = 'lectern_directory') then
    create role lectern_directory nologin;
  end if;
end
$$;

revoke create on schema public from public;
grant usage on schema public to lectern_app, lectern_directory;

-- The tenant of the running transaction; null outside one, so that a forgotten tenant sees nothing instead of everything.
create function current_teacher_id() returns uuid
  language sql stable parallel safe
  return nullif(current_setting('app.teacher_id', true), '')::uuid;

-- PostgreSQL 18 has uuidv7(), 17 has not, and both must do (RFC 9562, section 5.7).
create function new_id() returns uuid
  language sql volatile parallel safe
  return encode(
    set_byte(
      overlay(uuid_send(gen_random_uuid())
        placing substring(int8send(floor(extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6),
      6, (get_byte(uuid_send(gen_random_uuid()), 6) & 15) | 112),
    'hex')::uuid;
