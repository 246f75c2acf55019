"""What a teacher offers to book: lessons of a length, with their spacing, notice, seats and price."""
