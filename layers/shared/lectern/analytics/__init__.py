"""What a teacher's business looks like in numbers: the booking page, the content, the lessons and the notes on them.

`visits` notes who looks at the booking page, and `lectern.content` what students open. Once a day `roll_up` adds up the
days that are over; `funnel`, `content_report` and `operations` read these sums. A number that nothing is known about is
None, and not 0.
"""
