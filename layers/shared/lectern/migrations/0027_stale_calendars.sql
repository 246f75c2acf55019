-- What is to be done while we cannot read a calendar by which a teacher is busy: by default slots go on by what was read
-- last, and after so many hours, for who wants it so, nothing can be booked. Read with every offer, so it is a column.
alter table teachers
  add column closes_unread_after_hours smallint,
  -- For who wants a lesson cancelled whose event they delete: from when on, as what was deleted before did not mean it.
  add column cancels_deleted_since timestamptz,
  add constraint teachers_closes_unread check (closes_unread_after_hours between 1 and 168);

alter table session_calendar_sync add column conflict_at timestamptz;

-- Google's own id of whoever has consented, so that another person's grant is known from the same one's. Null for who
-- connected before it was asked for.
alter table calendar_connections add column account text;
