"""What the clock does for each teacher: the list of jobs, and how one of them runs once."""
