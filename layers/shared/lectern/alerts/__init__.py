"""Telling a teacher when a number of theirs goes where they do not want it, once, and again when it is back.

A rule is about one metric. Once a day `evaluate` has each measured (`metrics`) over windows of the teacher's dates,
holds it against its rule (`verdict`) and decides what follows (`step`), both pure. To be told means a domain event;
whoever sends mails reads these.
"""
