-- The whole list of what crosses tenants: to find out which tenant is asking, before there is one. `lectern.directory`
-- calls these and nothing else does.
create schema directory;
grant usage on schema directory to lectern_app;

create function directory.teacher_by_slug(wanted text) returns uuid
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    select id from public.teachers where slug = wanted and deleted_at is null;
  end;

create function directory.teacher_by_email(wanted text) returns table (teacher_id uuid, password_hash text)
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    select id, password_hash from public.teachers where email = wanted and deleted_at is null;
  end;

create function directory.auth_session(wanted bytea) returns table (teacher_id uuid, expires_at timestamptz)
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    select a.teacher_id, a.expires_at
    from public.auth_sessions a join public.teachers t on t.id = a.teacher_id and t.deleted_at is null
    where a.token_hash = wanted;
  end;

create function directory.seat_by_token(wanted bytea)
  returns table (teacher_id uuid, session_id uuid, participant_id uuid)
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    select p.teacher_id, p.session_id, p.id
    from public.session_participants p join public.teachers t on t.id = p.teacher_id and t.deleted_at is null
    where p.token_hash = wanted;
  end;

revoke all on all functions in schema directory from public;
grant execute on all functions in schema directory to lectern_app;

-- A function runs as its owner, so the directory's own role must own these. Handing them over takes a membership and a
-- privilege for a moment; a lasting member would see through that role's policies.
grant lectern_directory to current_user with inherit false, set true;
grant create on schema directory to lectern_directory;
alter function directory.teacher_by_slug(text) owner to lectern_directory;
alter function directory.teacher_by_email(text) owner to lectern_directory;
alter function directory.auth_session(bytea) owner to lectern_directory;
alter function directory.seat_by_token(bytea) owner to lectern_directory;
revoke create on schema directory from lectern_directory;
revoke lectern_directory from current_user;
