"""What a teacher gives students to read or fetch: materials, and notes on lessons.

A file lies elsewhere and is here by its address; a text is here itself. `library` is the teacher's side, `sharing` says
who is to read what, `reading` is the student's side. What comes of it in numbers is `lectern.analytics`.
"""
