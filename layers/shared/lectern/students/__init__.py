"""Who a teacher teaches: one student per e-mail address and teacher, whoever names the address first."""
