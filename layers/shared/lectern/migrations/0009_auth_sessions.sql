-- Who is signed in. The token itself is nowhere: only its SHA-256.
create table auth_sessions (
  teacher_id uuid not null references teachers,
  id uuid not null,
  token_hash bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (teacher_id, id),
  constraint auth_sessions_token_key unique (token_hash)
);

create index auth_sessions_expiry on auth_sessions (teacher_id, expires_at);

alter table auth_sessions enable row level security;
alter table auth_sessions force row level security;
create policy "a teacher has their own auth sessions" on auth_sessions to lectern_app
  using (teacher_id = (select current_teacher_id())) with check (teacher_id = (select current_teacher_id()));
create policy "the directory resolves auth sessions" on auth_sessions
  for select to lectern_directory using (true);
grant select, insert, delete on auth_sessions to lectern_app;
grant select (teacher_id, token_hash, expires_at) on auth_sessions to lectern_directory;
