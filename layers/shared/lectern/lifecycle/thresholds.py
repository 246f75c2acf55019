"""The numbers in the rules of the lifecycle, each a setting of the teacher's; these are the usual ones."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Days are the teacher's local dates; `…_rhythms` are multiples of a student's own rhythm.

    A student is overdue, or has lapsed, after the longer of so many days and so many rhythms. `…_points` add up to the
    risk score; 0 takes that reason out.
    """

    lead_days: int = 30
    trial_days: int = 14
    new_days: int = 30
    new_lessons: int = 4
    won_back_days: int = 30
    rhythm_lessons: int = 8
    rhythm_needs_lessons: int = 3
    usual_rhythm_days: int = 7
    shortest_rhythm_days: int = 3
    longest_rhythm_days: int = 30
    overdue_days: int = 10
    overdue_rhythms: float = 1.5
    lapsed_days: int = 45
    lapsed_rhythms: float = 4.0
    watch_score: int = 30
    high_score: int = 60
    no_lesson_ahead_points: int = 30
    gap_rhythms: float = 1.5
    gap_points: int = 15
    wide_gap_rhythms: float = 2.5
    wide_gap_points: int = 30
    absences: int = 3
    absence_days: int = 30
    absence_points: int = 20
    fewer_lessons_days: int = 28
    fewer_lessons_share: float = 0.5
    fewer_lessons_points: int = 15
    no_credits_points: int = 15
    unpaid_days: int = 7
    unpaid_points: int = 15
    no_contact_days: int = 30
    no_contact_points: int = 5
